//! Catalog of a brand's templates and activities, and claims of names that are unique.

use crate::store::records::join;
use crate::store::{Kind, Record};
use ruhui_core::types::{BrandId, CardId};
use serde::{Deserialize, Serialize};

/// Templates and activities of a brand, in the order of their creation. Every addition is conditional on the
/// version that was read (optimistic concurrency), so two concurrent creations cannot both take the last slot
/// of a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// Brand of the catalog.
    pub brand_id: BrandId,
    /// Ids of the brand's templates.
    #[serde(default)]
    pub cards: Vec<CardId>,
    /// Numbers of the brand's activities.
    #[serde(default)]
    pub activities: Vec<u64>,
}

impl Catalog {
    /// Returns the catalog of a brand without templates and activities.
    pub fn empty(brand_id: BrandId) -> Self {
        Self { brand_id, cards: Vec::new(), activities: Vec::new() }
    }
}

impl Record for Catalog {
    const KIND: Kind = Kind::Catalog;

    fn id(&self) -> String {
        self.brand_id.as_str().to_owned()
    }
}

/// A claim of a name that can be used once, such as a card code or an `out_request_no`. The record is written
/// with the first use, on the condition that it does not exist; a concurrent duplicate is a version conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Kind of the name, and its owner.
    scope: String,
    /// Name that is claimed.
    name: String,
}

impl Claim {
    /// Returns the claim of a card's code, which is unique within its template.
    pub fn user_card_code(card_id: &CardId, code: &str) -> Self {
        Self { scope: join(&["user_card_code", card_id.as_str()]), name: code.to_owned() }
    }

    /// Returns the claim of the `out_request_no` of a request that creates something for a brand. `call` is
    /// the endpoint's path, which is the same for merchants and brands.
    pub fn out_request_no(call: &str, brand_id: &BrandId, out_request_no: &str) -> Self {
        Self { scope: join(&["out_request_no", call, brand_id.as_str()]), name: out_request_no.to_owned() }
    }
}

impl Record for Claim {
    const KIND: Kind = Kind::Claim;

    fn id(&self) -> String {
        // The scope already consists of parts, none of which is empty.
        format!("{}\u{1f}{}", self.scope, self.name)
    }
}
