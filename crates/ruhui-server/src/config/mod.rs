//! `ruhui.toml`: the configuration of the service, and the merchants, brands, templates and users that it provisions.
//!
//! Every mistake is reported as one sentence with the file, the line and the key. Paths are relative to the
//! file's folder.

mod apply;
mod cards;
mod check;
mod entry;
mod error;
mod faults;
mod file;
mod limits;
mod load;
mod mistake;
mod rate_limit;
mod reader;
mod receiver;
mod source;

pub(crate) use entry::EntryDigests;
pub use error::ConfigError;
pub use file::FileProvisioning;
pub use load::Provision;
pub use rate_limit::RateLimitConfig;

use crate::domain::UnknownOpenids;
use crate::domain::{
    CallbackShare, ControlHost, Feature, KeyStage, PageOrigin, PublicUrl, ResponseKey, UserState,
};
use crate::faults::FaultRule;
use crate::http::Network;
use crate::policy::CertificateDownload;
use crate::store::StoreLocation;
use ruhui_core::api::card_member::{CardTemplateState, CodeMode, UserForm};
use ruhui_core::types::{
    AppId, BrandId, Caller, CardId, CardTitle, DateTime, MchId, NotifyUrl, OpenId, SerialNo,
};
use ruhui_core::wire::UnknownMembers;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;
use toml::Spanned;

/// The parsed `ruhui.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The addresses, limits and policy of the service.
    pub service: ServiceConfig,
    /// The platform's keys.
    pub platform: PlatformConfig,
    /// Merchants to provision.
    #[serde(default)]
    pub merchants: Vec<MerchantConfig>,
    /// Brands to provision.
    #[serde(default)]
    pub brands: Vec<BrandConfig>,
    /// Card templates to provision.
    #[serde(default)]
    pub templates: Vec<TemplateConfig>,
    /// Users to provision.
    #[serde(default)]
    pub users: Vec<UserConfig>,
    /// Faults that the sandbox plays on purpose, until the file or a request to the controls changes them.
    #[serde(default)]
    pub faults: Vec<Spanned<FaultRule>>,
}

/// The table `[service]`: addresses, limits and policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceConfig {
    /// The main host's address.
    pub main: SocketAddr,
    /// The backup host's address.
    pub backup: SocketAddr,
    /// Address of the operations, such as `/readyz`. Keep it on loopback.
    pub operations: SocketAddr,
    /// Address of the proxy, if the sandbox is started with one. Sandbox only.
    #[serde(default)]
    pub proxy: Option<Spanned<SocketAddr>>,
    /// The store: a file, `memory`, or a `postgres://` URL.
    pub store: StoreLocation,
    /// The rate limits: as documented by default.
    #[serde(default)]
    pub rate_limit: RateLimitConfig,
    /// The in-flight limit. A request beyond it is rejected with 500. By default [`IN_FLIGHT`] for each processor.
    #[serde(default)]
    pub in_flight: Option<NonZeroUsize>,
    /// Number of open connections of each listener, by default 10,000. To accept one more, the oldest idle connection
    /// of the address that holds most is closed.
    #[serde(default)]
    pub connections: Option<Spanned<NonZeroU32>>,
    /// Number of connections of one address, once three quarters of `connections` are open. By default a tenth of
    /// them.
    #[serde(default)]
    pub connections_per_address: Option<Spanned<NonZeroU32>>,
    /// Mebibytes of unsigned bytes in memory, of all listeners together: by default 64. A body that exceeds the limit
    /// waits.
    #[serde(default)]
    pub unsigned_mib: Option<Spanned<NonZeroU32>>,
    /// Mebibytes of one address, once three quarters of `unsigned_mib` are in use. By default an eighth of them.
    #[serde(default)]
    pub unsigned_mib_per_address: Option<Spanned<NonZeroU32>>,
    /// Addresses or networks of proxies that speak for many clients. The limits per address do not apply to them.
    #[serde(default)]
    pub trusted_proxies: Vec<Network>,
    /// Seconds for which requests are accepted after the start of the graceful shutdown, so that load balancers can
    /// take the service out. By default [`DRAIN`], and 0 in a sandbox.
    #[serde(default)]
    pub drain: Option<u16>,
    /// The treatment of openids that are not registered.
    #[serde(default = "reject")]
    pub unknown_openids: UnknownOpenids,
    /// The response of `/v3/certificates`.
    #[serde(default)]
    pub certificates: CertificateDownload,
    /// The treatment of request members that the endpoint's page does not name.
    #[serde(default)]
    pub unknown_members: UnknownMembersConfig,
    /// Whether the last requests are kept in memory, byte for byte: by default `on` in a sandbox, and `off` elsewhere.
    #[serde(default)]
    pub request_log: Option<Switch>,
    /// The URL under which others reach uploaded pictures. By default the main host's address if that is on loopback,
    /// and required otherwise.
    #[serde(default)]
    pub public_url: Option<PublicUrl>,
    /// The URL of callbacks for templates without their own; by default that of `ruhui listen`, which only a sandbox
    /// can reach.
    #[serde(default)]
    pub notify_url: Option<NotifyUrl>,
    /// Host names under which the controls may be requested, next to IP addresses and `localhost`. Sandbox only.
    #[serde(default)]
    pub control_hosts: Option<Spanned<Vec<ControlHost>>>,
    /// Origins of web pages that may open the join component, next to those on loopback. Sandbox only.
    #[serde(default)]
    pub page_origins: Option<Spanned<Vec<PageOrigin>>>,
    /// Whether this is a sandbox. A sandbox alone allows users with a staged `refusal`, callbacks to private
    /// addresses, and a log that explains rejected signatures.
    #[serde(default)]
    pub sandbox: bool,
}

/// Default in-flight limit for each processor. A signature takes between a quarter of a millisecond and one, so the
/// last of these requests waits for a time that a caller barely notices.
pub const IN_FLIGHT: usize = 128;

/// Default address of the proxy, with the port after that of `ruhui listen`.
const PROXY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7084);

/// Default time of draining, in seconds. A load balancer that checks every second or two has then seen that `/readyz`
/// returns 503.
pub const DRAIN: u16 = 3;

impl ServiceConfig {
    /// Time for which requests are accepted after the start of the graceful shutdown.
    pub fn drain(&self) -> Duration {
        let seconds = self.drain.unwrap_or(if self.sandbox { 0 } else { DRAIN });
        Duration::from_secs(seconds.into())
    }

    /// The URL of callbacks for templates without their own.
    pub fn notify_url(&self) -> NotifyUrl {
        self.notify_url.clone().unwrap_or_else(receiver::default_notify_url)
    }

    /// The URL of callbacks, if it is not the default.
    fn own_notify_url(&self) -> Option<&NotifyUrl> {
        self.notify_url.as_ref().filter(|url| **url != receiver::default_notify_url())
    }

    /// The address of the proxy.
    pub fn proxy(&self) -> SocketAddr {
        self.proxy.as_ref().map_or(PROXY, |address| *address.get_ref())
    }

    pub(super) fn control_hosts(&self) -> Vec<ControlHost> {
        self.control_hosts.as_ref().map(|hosts| hosts.get_ref().clone()).unwrap_or_default()
    }

    pub(super) fn page_origins(&self) -> Vec<PageOrigin> {
        self.page_origins.as_ref().map(|origins| origins.get_ref().clone()).unwrap_or_default()
    }

    /// The in-flight limit.
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

/// The values `on` and `off`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// The value `on`.
    #[default]
    On,
    /// The value `off`.
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

/// The table `[platform]`: the platform's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformConfig {
    /// The keys that sign responses to merchants.
    pub partner: ResponseKeysConfig,
    /// The keys that sign responses to brands.
    pub brand: ResponseKeysConfig,
}

/// The tables `[platform.partner]` and `[platform.brand]`: the keys that sign responses to one family.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseKeysConfig {
    /// The public key's id, `PUB_KEY_ID_...`.
    pub public_key_id: SerialNo,
    /// The file of the public key's private key.
    pub private_key: Spanned<PathBuf>,
    /// The file of a platform certificate, for callers that have not moved to the public key.
    #[serde(default)]
    pub certificate: Option<Spanned<PathBuf>>,
    /// The file of the certificate's private key.
    #[serde(default)]
    pub certificate_key: Option<Spanned<PathBuf>>,
}

/// An entry of `[[merchants]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MerchantConfig {
    /// 商户号.
    pub mchid: MchId,
    /// Files of the merchant's API certificates.
    pub certificates: Vec<Spanned<PathBuf>>,
    /// The file that holds the APIv3 key.
    #[serde(default)]
    pub apiv3_key: Option<Spanned<PathBuf>>,
    /// The platform keys that the merchant has, and the one that signs by default: both, and the public key, if this
    /// is omitted.
    #[serde(default)]
    pub key_stage: Option<Spanned<KeyStage>>,
    /// The platform key that signs the response to a request that names none: `key_stage` in its older form.
    #[serde(default)]
    pub reply_key: Option<ResponseKey>,
    /// The share of callbacks that the public key signs, in percent.
    #[serde(default)]
    pub public_key_callbacks: Option<Spanned<CallbackShare>>,
}

/// An entry of `[[brands]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrandConfig {
    /// 品牌ID.
    pub brand_id: BrandId,
    /// A name for people to read.
    pub name: String,
    /// Merchants that may act for the brand.
    #[serde(default)]
    pub merchants: Vec<Spanned<MchId>>,
    /// Whether the feature 商家名片会员 is enabled for the brand.
    #[serde(default)]
    pub feature: Feature,
    /// AppIDs bound to the brand, in addition to those of its templates in this file.
    #[serde(default)]
    pub appids: Vec<AppId>,
    /// Files of API certificates for requests of the brand itself.
    #[serde(default)]
    pub certificates: Vec<Spanned<PathBuf>>,
    /// The file that holds the brand's API key, which encrypts callbacks.
    #[serde(default)]
    pub api_key: Option<Spanned<PathBuf>>,
    /// The templates of news that the brand may use; by default all documented ones.
    #[serde(default)]
    pub feed_templates: Option<Vec<String>>,
}

/// An entry of `[[templates]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateConfig {
    /// 会员卡模板ID.
    pub card_id: CardId,
    /// The brand that the template belongs to.
    pub brand_id: Spanned<BrandId>,
    /// The AppID whose openids the template accepts.
    pub appid: AppId,
    /// The owner, who gets the callbacks: a merchant bound to the brand (by default the first), or the brand.
    #[serde(default)]
    pub owner: Option<Spanned<Caller>>,
    /// The template's state: `CARD_EFFECTIVE` or `CARD_INVALID`.
    #[serde(default = "effective")]
    pub state: Spanned<CardTemplateState>,
    /// The end of the template's validity; by default it has none.
    #[serde(default)]
    pub available_end_time: Option<DateTime>,
    /// 会员卡标题.
    #[serde(default)]
    pub card_title: Option<CardTitle>,
    /// `SYSTEM_ALLOCATE` (the default) or `MERCHANT_ALLOCATE`.
    #[serde(default)]
    pub code_mode: Option<Spanned<CodeMode>>,
    /// The URL of callbacks; by default that of `[service]`.
    #[serde(default)]
    pub notify_url: Option<NotifyUrl>,
    /// The form for a user who joins, in addition to the phone number.
    #[serde(default)]
    pub user_information: Option<Spanned<UserForm>>,
}

fn effective() -> Spanned<CardTemplateState> {
    Spanned::new(0..0, CardTemplateState::CardEffective)
}

/// An entry of `[[users]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserConfig {
    /// A name for people to read.
    pub name: String,
    /// 用户标识.
    pub openid: OpenId,
    /// The AppID that the openid belongs to.
    pub appid: AppId,
    /// The user's state: `valid` or `invalid`.
    #[serde(default)]
    pub state: UserState,
    /// Templates of which the user holds a valid card.
    #[serde(default)]
    pub cards: Vec<Spanned<CardId>>,
    /// The rejection that this user always gets: the name of a row of the error table. Sandbox only.
    #[serde(default)]
    pub refusal: Option<Spanned<String>>,
}

/// The `ruhui.toml` that a sandbox writes, kept here so that the file and its reader change together.
pub(crate) const SANDBOX_TEMPLATE: &str = include_str!("sandbox.toml");
