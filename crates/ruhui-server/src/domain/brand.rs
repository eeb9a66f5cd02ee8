//! Brands: who member cards belong to.

use crate::store::{Kind, Record};
use ruhui_core::types::{BrandId, MchId};
use serde::{Deserialize, Serialize};

/// A brand, the merchants that may act for it, and its own API certificates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Brand {
    /// 品牌ID.
    pub brand_id: BrandId,
    /// For people.
    pub name: String,
    /// The merchants bound to it.
    pub merchants: Vec<MchId>,
    /// Whether it has got the card-member feature.
    pub feature: Feature,
    /// API certificates in PEM, for calls in its own name.
    #[serde(default)]
    pub certificates: Vec<String>,
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

impl Record for Brand {
    const KIND: Kind = Kind::Brand;

    fn id(&self) -> String {
        self.brand_id.as_str().to_owned()
    }
}
