//! What a brand has, and names that may be used once.

use crate::store::records::join;
use crate::store::{Kind, Record};
use ruhui_core::types::{BrandId, CardId};
use serde::{Deserialize, Serialize};

/// The templates and activities of a brand, in the order in which they came. Whoever adds to it names the
/// version that was read, so two can never both be the last that a rule allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// Whose.
    pub brand_id: BrandId,
    /// Its templates.
    #[serde(default)]
    pub cards: Vec<CardId>,
    /// Its activities.
    #[serde(default)]
    pub activities: Vec<u64>,
}

impl Catalog {
    /// The catalog of a brand that has nothing yet.
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

/// A name that may be used once: its record is written with the first use and must not be there before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// What kind of name, and of whose.
    scope: String,
    /// The name.
    name: String,
}

impl Claim {
    /// A card's code, unique in its template.
    pub fn user_card_code(card_id: &CardId, code: &str) -> Self {
        Self { scope: join(&["user_card_code", card_id.as_str()]), name: code.to_owned() }
    }

    /// The number of a request that creates something for a brand; `call` is the endpoint's path, the same
    /// for whoever calls it.
    pub fn out_request_no(call: &str, brand_id: &BrandId, out_request_no: &str) -> Self {
        Self { scope: join(&["out_request_no", call, brand_id.as_str()]), name: out_request_no.to_owned() }
    }
}

impl Record for Claim {
    const KIND: Kind = Kind::Claim;

    fn id(&self) -> String {
        // The scope is made of parts already, none of which is empty.
        format!("{}\u{1f}{}", self.scope, self.name)
    }
}
