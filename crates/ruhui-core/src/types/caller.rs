//! The caller of the API: a merchant of the partner family or a brand of the brand family.

use super::{BrandId, MchId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A family of the API. Each of the two has its own paths, authorization scheme and kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "the documents know two families; a third would change every caller"
)]
pub enum Family {
    /// The partner family: `/v3/brand/partner/...`, for service providers with their `mchid`.
    Partner,
    /// The brand family: `/brand/...`, for brands with their `brand_id`.
    Brand,
}

/// The caller of a request: a merchant or a brand, which the Authorization header names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(clippy::exhaustive_enums, reason = "one kind of caller for each family")]
pub enum Caller {
    /// A service provider, a merchant of the partner family.
    #[serde(rename = "mchid")]
    Merchant(MchId),
    /// A brand that acts for itself.
    #[serde(rename = "brand_id")]
    Brand(BrandId),
}

impl Caller {
    /// Returns the family whose paths this caller may use.
    pub fn family(&self) -> Family {
        match self {
            Self::Merchant(_) => Family::Partner,
            Self::Brand(_) => Family::Brand,
        }
    }

    /// Returns the `mchid` or `brand_id`.
    pub fn id(&self) -> &str {
        match self {
            Self::Merchant(mchid) => mchid.as_str(),
            Self::Brand(brand_id) => brand_id.as_str(),
        }
    }

    /// Returns the name of the caller's id in the Authorization header: `mchid` or `brand_id`.
    pub fn field(&self) -> &'static str {
        self.family().caller_field()
    }
}

impl Family {
    /// Returns the name of a caller's id in the Authorization header: `mchid` or `brand_id`.
    pub fn caller_field(self) -> &'static str {
        match self {
            Self::Partner => "mchid",
            Self::Brand => "brand_id",
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field(), self.id())
    }
}
