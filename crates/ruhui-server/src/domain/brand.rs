//! Brands, which member cards belong to.

use crate::store::{Kind, Record};
use ruhui_core::types::{AppId, BrandId, MchId};
use serde::{Deserialize, Serialize};

/// A brand, the merchants that may act for it, and its own API certificates.
#[derive(Clone, Serialize, Deserialize)]
pub struct Brand {
    /// 品牌ID.
    pub brand_id: BrandId,
    /// Name for people.
    pub name: String,
    /// Merchants bound to the brand.
    pub merchants: Vec<MchId>,
    /// AppIDs bound to the brand.
    #[serde(default)]
    pub appids: Vec<AppId>,
    /// State of the card-member feature for the brand.
    pub feature: Feature,
    /// API certificates in PEM, for requests that the brand signs itself.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// Key that encrypts callbacks to the brand itself, if it is configured.
    #[serde(default)]
    pub api_key: Option<String>,
    /// News templates that the brand may use; `None` for all documented ones.
    #[serde(default)]
    pub feed_templates: Option<Vec<String>>,
}

/// State of 商家名片会员 for a brand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// The feature is enabled.
    #[default]
    Enabled,
    /// The brand has not applied for the feature.
    NotEnabled,
    /// The brand has applied; operations have not enabled the feature yet.
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
