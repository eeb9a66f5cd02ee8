//! The caller and the hosts: from flags, a profile, the environment, or the kit of a sandbox near by.
//!
//! A profile or kit that a flag names is what the other flags change. Without one, credentials come from
//! flags and environment alone as soon as they give any: what is given in part is never completed from a
//! sandbox near by.

mod arguments;
mod client;
mod keys;
pub(crate) mod kit;
pub(crate) mod profile;
mod setting;
mod settings;

pub(crate) use arguments::CredentialArguments;
pub(crate) use setting::{APIV3_KEY, BRAND_ID, CARD_ID, OPENID};
pub(crate) use settings::{Origin, Settings};

use clap::ValueEnum;

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
