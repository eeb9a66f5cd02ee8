//! `ruhui.toml`: what the service is and whom it knows.
//!
//! Every mistake is reported as one sentence with the file, the line and the key. Paths are relative to the
//! file's folder.

mod apply;
mod cards;
mod check;
mod entry;
mod error;
mod limits;
mod load;
mod mistake;
mod rate_limit;
mod reader;
mod source;

pub use error::ConfigError;
pub use load::Provision;
pub use rate_limit::RateLimitConfig;

use crate::domain::UnknownOpenids;
use crate::domain::{Feature, PublicUrl, ResponseKey, UserState};
use crate::http::Network;
use crate::policy::CertificateDownload;
use crate::store::Place;
use ruhui_core::api::card_member::{CardTemplateState, CodeMode, UserForm};
use ruhui_core::types::{
    AppId, BrandId, Caller, CardId, CardTitle, DateTime, MchId, NotifyUrl, OpenId, SerialNo,
};
use ruhui_core::wire::UnknownMembers;
use serde::Deserialize;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;
use toml::Spanned;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens and how it behaves.
    pub service: ServiceConfig,
    /// The platform's keys.
    pub platform: PlatformConfig,
    /// Service providers.
    #[serde(default)]
    pub merchants: Vec<MerchantConfig>,
    /// Brands.
    #[serde(default)]
    pub brands: Vec<BrandConfig>,
    /// Card templates.
    #[serde(default)]
    pub templates: Vec<TemplateConfig>,
    /// Users.
    #[serde(default)]
    pub users: Vec<UserConfig>,
}

/// `[service]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceConfig {
    /// The main host's address.
    pub main: SocketAddr,
    /// The backup host's address.
    pub backup: SocketAddr,
    /// `/readyz` and the like; keep it on loopback.
    pub operations: SocketAddr,
    /// The store: a file, `memory`, or a `postgres://` URL.
    pub store: Place,
    /// Whether calls are limited as the documents say, or otherwise.
    #[serde(default)]
    pub rate_limit: RateLimitConfig,
    /// Requests in hand at once; one more is answered 500. By default [`IN_FLIGHT`] for each processor.
    #[serde(default)]
    pub in_flight: Option<NonZeroUsize>,
    /// Connections of each listener at once, by default 10,000. For one more, the oldest idle connection of the
    /// address that holds most is closed.
    #[serde(default)]
    pub connections: Option<Spanned<NonZeroU32>>,
    /// Connections of one address once three quarters of `connections` are open; by default a tenth of them.
    #[serde(default)]
    pub connections_per_address: Option<Spanned<NonZeroU32>>,
    /// Mebibytes for bytes that nobody has signed for, of all listeners together: 64 by default. A body that finds
    /// no room waits.
    #[serde(default)]
    pub unsigned_mib: Option<Spanned<NonZeroU32>>,
    /// Mebibytes of one address once three quarters of `unsigned_mib` are taken; by default an eighth of them.
    #[serde(default)]
    pub unsigned_mib_per_address: Option<Spanned<NonZeroU32>>,
    /// Addresses or networks of proxies that speak for many clients; the shares of an address do not apply to them.
    #[serde(default)]
    pub trusted_proxies: Vec<Network>,
    /// Seconds for which it goes on after it was told to stop, so that whoever balances the load can look
    /// elsewhere; by default [`DRAIN`], and 0 in a sandbox.
    #[serde(default)]
    pub drain: Option<u16>,
    /// What is done with openids that nobody registered.
    #[serde(default = "reject")]
    pub unknown_openids: UnknownOpenids,
    /// The response of `/v3/certificates`.
    #[serde(default)]
    pub certificates: CertificateDownload,
    /// The treatment of request members that the endpoint's page does not name.
    #[serde(default)]
    pub unknown_members: UnknownMembersConfig,
    /// The address at which others find uploaded pictures; by default the main host's address if that is on loopback, and
    /// required otherwise.
    #[serde(default)]
    pub public_url: Option<PublicUrl>,
    /// Allows what only a sandbox may: users with a staged `refusal`, callbacks to private addresses, and a log
    /// that explains rejected signatures.
    #[serde(default)]
    pub sandbox: bool,
}

/// A signature takes a quarter of a millisecond up to one, so whoever comes last of these waits for as long as a
/// caller will notice, and not longer.
pub const IN_FLIGHT: usize = 128;

/// A balancer that looks every second or two has then seen that `/readyz` says no.
pub const DRAIN: u16 = 3;

impl ServiceConfig {
    /// For how long it goes on after it was told to stop.
    pub fn drain(&self) -> Duration {
        let seconds = self.drain.unwrap_or(if self.sandbox { 0 } else { DRAIN });
        Duration::from_secs(seconds.into())
    }

    /// Requests in hand at once.
    pub fn in_flight(&self) -> usize {
        self.in_flight.map_or_else(
            || IN_FLIGHT * std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
            NonZeroUsize::get,
        )
    }
}

fn reject() -> UnknownOpenids {
    UnknownOpenids::Reject
}

/// On or off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// On.
    #[default]
    On,
    /// Off.
    Off,
}

/// The values of `unknown_members`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownMembersConfig {
    /// A request with unknown members is rejected, as in production.
    #[default]
    Reject,
    /// The unknown members are ignored.
    Accept,
}

impl From<UnknownMembersConfig> for UnknownMembers {
    fn from(config: UnknownMembersConfig) -> Self {
        match config {
            UnknownMembersConfig::Reject => Self::Reject,
            UnknownMembersConfig::Accept => Self::Accept,
        }
    }
}

/// `[platform]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformConfig {
    /// What signs responses to merchants.
    pub partner: ResponseKeysConfig,
    /// What signs responses to brands.
    pub brand: ResponseKeysConfig,
}

/// `[platform.partner]`, `[platform.brand]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseKeysConfig {
    /// `PUB_KEY_ID_...`
    pub public_key_id: SerialNo,
    /// The private key behind it.
    pub private_key: Spanned<PathBuf>,
    /// A platform certificate, for callers that have not moved to the public key.
    #[serde(default)]
    pub certificate: Option<Spanned<PathBuf>>,
    /// The private key behind the certificate.
    #[serde(default)]
    pub certificate_key: Option<Spanned<PathBuf>>,
}

/// `[[merchants]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MerchantConfig {
    /// 商户号.
    pub mchid: MchId,
    /// API certificates.
    pub certificates: Vec<Spanned<PathBuf>>,
    /// The file that holds the APIv3 key.
    #[serde(default)]
    pub apiv3_key: Option<Spanned<PathBuf>>,
    /// What signs the response to a request that names no key.
    #[serde(default)]
    pub reply_key: ResponseKey,
}

/// `[[brands]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrandConfig {
    /// 品牌ID.
    pub brand_id: BrandId,
    /// For people.
    pub name: String,
    /// Merchants that may act for it.
    #[serde(default)]
    pub merchants: Vec<Spanned<MchId>>,
    /// Whether it has got 商家名片会员.
    #[serde(default)]
    pub feature: Feature,
    /// AppIDs bound to it, beside those of its templates in this file.
    #[serde(default)]
    pub appids: Vec<AppId>,
    /// API certificates for calls in its own name.
    #[serde(default)]
    pub certificates: Vec<Spanned<PathBuf>>,
    /// The file that holds the brand's API key, which encrypts callbacks.
    #[serde(default)]
    pub api_key: Option<Spanned<PathBuf>>,
    /// The templates of news that it may use; by default all that are documented.
    #[serde(default)]
    pub feed_templates: Option<Vec<String>>,
}

/// `[[templates]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateConfig {
    /// 会员卡模板ID.
    pub card_id: CardId,
    /// The brand it belongs to.
    pub brand_id: Spanned<BrandId>,
    /// The AppID whose openids it takes.
    pub appid: AppId,
    /// Who gets its callbacks: a merchant bound to the brand (the first, unless said otherwise), or the brand.
    #[serde(default)]
    pub owner: Option<Spanned<Caller>>,
    /// `CARD_EFFECTIVE` or `CARD_INVALID`.
    #[serde(default = "effective")]
    pub state: Spanned<CardTemplateState>,
    /// The end of its validity; without it the template is valid for ever.
    #[serde(default)]
    pub available_end_time: Option<DateTime>,
    /// 会员卡标题.
    #[serde(default)]
    pub card_title: Option<CardTitle>,
    /// `SYSTEM_ALLOCATE`, unless said otherwise, or `MERCHANT_ALLOCATE`.
    #[serde(default)]
    pub code_mode: Option<Spanned<CodeMode>>,
    /// Where callbacks go; by default where `ruhui listen` listens, which only a sandbox can reach.
    #[serde(default)]
    pub notify_url: Option<NotifyUrl>,
    /// What is asked of a user who joins, beside the phone number.
    #[serde(default)]
    pub user_information: Option<Spanned<UserForm>>,
}

fn effective() -> Spanned<CardTemplateState> {
    Spanned::new(0..0, CardTemplateState::CardEffective)
}

/// `[[users]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserConfig {
    /// For people.
    pub name: String,
    /// 用户标识.
    pub openid: OpenId,
    /// The AppID that it belongs to.
    pub appid: AppId,
    /// `valid` or `invalid`.
    #[serde(default)]
    pub state: UserState,
    /// Templates of which the user holds a valid card.
    #[serde(default)]
    pub cards: Vec<Spanned<CardId>>,
    /// The one answer that this user gets: the name of a row in the table of errors. Sandbox only.
    #[serde(default)]
    pub refusal: Option<Spanned<String>>,
}

/// What the sandbox writes: kept here so that the file and its reader are changed together.
pub(crate) const SANDBOX_TEMPLATE: &str = include_str!("sandbox.toml");
