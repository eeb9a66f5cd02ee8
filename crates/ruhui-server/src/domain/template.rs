//! Card templates.

use crate::store::{Kind, Record};
use jiff::Timestamp;
use ruhui_core::types::{AppId, BrandId, CardId, DateTime};
use serde::{Deserialize, Serialize};

/// A card template: as much of it as a pre-auth token depends on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Template {
    /// 会员卡模板ID.
    pub card_id: CardId,
    /// The brand it belongs to.
    pub brand_id: BrandId,
    /// The AppID whose openids it takes.
    pub appid: AppId,
    /// Whether cards of it are handed out.
    pub state: TemplateState,
    /// The end of its validity; `None` for a permanent one.
    pub available_end_time: Option<DateTime>,
}

/// The documents' states of a template.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplateState {
    /// Cards are handed out.
    #[default]
    #[serde(rename = "CARD_EFFECTIVE")]
    Effective,
    /// Final: no cards are handed out through any channel.
    #[serde(rename = "CARD_INVALID")]
    Invalid,
}

impl Template {
    /// Whether its validity is over: the range is half-open.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.available_end_time.is_some_and(|end| end.timestamp() <= now)
    }
}

impl Record for Template {
    const KIND: Kind = Kind::Template;

    fn id(&self) -> String {
        self.card_id.as_str().to_owned()
    }
}
