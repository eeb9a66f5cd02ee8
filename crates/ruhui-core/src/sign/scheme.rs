//! The two signature schemes: for merchants and for brands.

use crate::types::Family;
use std::fmt;

/// Signature scheme, as the Authorization header and `Wechatpay-Signature-Type` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "one scheme for each family")]
pub enum Scheme {
    /// `WECHATPAY2-SHA256-RSA2048`: a merchant signs, identified by `mchid`.
    Merchant,
    /// `WECHATPAY-BRAND-SHA256-RSA2048`: a brand signs, identified by `brand_id`.
    Brand,
}

impl Scheme {
    /// All schemes, in the order of the variants.
    pub const ALL: [Self; 2] = [Self::Merchant, Self::Brand];

    /// Returns the scheme's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Merchant => "WECHATPAY2-SHA256-RSA2048",
            Self::Brand => "WECHATPAY-BRAND-SHA256-RSA2048",
        }
    }

    /// Returns the family of paths that requires this scheme.
    pub fn family(self) -> Family {
        match self {
            Self::Merchant => Family::Partner,
            Self::Brand => Family::Brand,
        }
    }
}

impl From<Family> for Scheme {
    fn from(family: Family) -> Self {
        match family {
            Family::Partner => Self::Merchant,
            Family::Brand => Self::Brand,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
