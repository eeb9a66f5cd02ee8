//! Credentials of the caller, and the hosts: from flags, a profile, the environment, or the kit of a nearby
//! sandbox.
//!
//! If a flag names a profile or a kit, its values are used, and the other flags override them. Otherwise, as
//! soon as flags or environment give any credential, only they are used: partial credentials are never
//! completed from a nearby sandbox.

mod arguments;
mod client;
mod keys;
pub(crate) mod kit;
pub(crate) mod profile;
mod setting;
mod settings;

pub(crate) use arguments::CredentialArguments;
pub(crate) use setting::{APIV3_KEY, BRAND_ID, CARD_ID, NOTIFY_URL, OPENID, Setting};
pub(crate) use settings::{Origin, Settings};

use clap::ValueEnum;
use ruhui::types;

/// Partner or brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Family {
    /// A service provider: mchid / 服务商：mchid
    Partner,
    /// A brand in its own name: brand_id / 以自己名义调用的品牌：brand_id
    Brand,
}

impl Family {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Brand => "brand",
        }
    }
}

impl From<types::Family> for Family {
    fn from(family: types::Family) -> Self {
        match family {
            types::Family::Partner => Self::Partner,
            types::Family::Brand => Self::Brand,
        }
    }
}

impl From<Family> for types::Family {
    fn from(family: Family) -> Self {
        match family {
            Family::Partner => Self::Partner,
            Family::Brand => Self::Brand,
        }
    }
}
