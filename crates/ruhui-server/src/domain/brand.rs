//! Brands: who member cards belong to.

use crate::store::{Kind, Record};
use ruhui_core::types::{AppId, BrandId, MchId};
use serde::{Deserialize, Serialize};

/// A brand, the merchants that may act for it, and its own API certificates.
#[derive(Clone, Serialize, Deserialize)]
pub struct Brand {
    /// 品牌ID.
    pub brand_id: BrandId,
    /// For people.
    pub name: String,
    /// The merchants bound to it.
    pub merchants: Vec<MchId>,
    /// The AppIDs bound to it.
    #[serde(default)]
    pub appids: Vec<AppId>,
    /// Whether it has got the card-member feature.
    pub feature: Feature,
    /// API certificates in PEM, for calls in its own name.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// What encrypts callbacks to the brand in its own name, if it has set one.
    #[serde(default)]
    pub api_key: Option<String>,
    /// The templates of news that it may use; `None` for all that are documented.
    #[serde(default)]
    pub feed_templates: Option<Vec<String>>,
}

/// Whether a brand has got 商家名片会员.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// It has.
    #[default]
    Enabled,
    /// It has not asked for it.
    NotEnabled,
    /// It has asked; operations have not opened it yet.
    NotOpenedYet,
}

impl std::fmt::Debug for Brand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Brand({}, {} certificates)", self.brand_id, self.certificates.len())
    }
}

impl Record for Brand {
    const KIND: Kind = Kind::Brand;

    fn id(&self) -> String {
        self.brand_id.as_str().to_owned()
    }
}
