//! Card templates (会员卡模板): their records, and the rules for creating and changing them (pages 4015336970 to
//! 4015336977).

mod create;
mod modify;
mod parts;

pub use create::{Creation, check_creation, create};
pub use modify::{invalidate, modify};
pub(crate) use parts::check_notify_url;

use super::stored;
use crate::store::{Kind, Record};
use jiff::Timestamp;
use ruhui_core::api::card_member::{CardTemplate, CardTemplateState};
use ruhui_core::types::Caller;
use serde::{Deserialize, Serialize};

/// A card template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Caller that created the template. Callbacks go to this caller: encrypted with its key, signed in its
    /// scheme.
    pub owner: Caller,
    /// Template as the API returns it.
    #[serde(with = "stored")]
    pub card: CardTemplate,
}

impl Template {
    /// Whether cards of this template can be issued, regardless of its expiry.
    pub fn is_effective(&self) -> bool {
        self.card.state == CardTemplateState::CardEffective
    }

    /// Whether the template's validity has ended. The range of times is half-open.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.card.valid_date_information.available_end_time.is_some_and(|end| end.timestamp() <= now)
    }
}

impl Record for Template {
    const KIND: Kind = Kind::Template;

    fn id(&self) -> String {
        self.card.card_id.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests;
