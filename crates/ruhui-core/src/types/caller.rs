//! Who calls: a merchant of the partner family or a brand of the brand family.

use super::{BrandId, MchId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The two families of the API. Each has its own paths, its own scheme and its own kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "the documents know two families; a third would change every caller"
)]
pub enum Family {
    /// `/v3/brand/partner/...`, called by service providers with their `mchid`.
    Partner,
    /// `/brand/...`, called by brands with their `brand_id`.
    Brand,
}

/// An authenticated, or authenticating, caller.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(clippy::exhaustive_enums, reason = "one kind of caller for each family")]
pub enum Caller {
    /// A service provider.
    #[serde(rename = "mchid")]
    Merchant(MchId),
    /// A brand that calls in its own name.
    #[serde(rename = "brand_id")]
    Brand(BrandId),
}

impl Caller {
    /// The family whose paths this caller may use.
    pub fn family(&self) -> Family {
        match self {
            Self::Merchant(_) => Family::Partner,
            Self::Brand(_) => Family::Brand,
        }
    }

    /// The `mchid` or `brand_id`.
    pub fn id(&self) -> &str {
        match self {
            Self::Merchant(mchid) => mchid.as_str(),
            Self::Brand(brand_id) => brand_id.as_str(),
        }
    }

    /// The name under which the id stands in the Authorization header.
    pub fn field(&self) -> &'static str {
        self.family().caller_field()
    }
}

impl Family {
    /// The name under which a caller of this family names itself in the Authorization header.
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
