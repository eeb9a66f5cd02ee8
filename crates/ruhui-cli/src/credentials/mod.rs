//! Who calls, and where: from flags, a profile, the environment, or the kit of a sandbox near by.
//!
//! A profile or kit that a flag names is what the other flags change. Without one, credentials come from
//! flags and environment alone as soon as they give any: what is given in part is never completed from a
//! sandbox near by.

pub(crate) mod kit;
pub(crate) mod profile;

use crate::input;
use crate::language::Language;
use anyhow::{anyhow, bail};
use clap::{ArgMatches, Args, ValueEnum, parser::ValueSource};
use ruhui::api::FamilyMarker;
use ruhui::error::Mixup;
use ruhui::key::{Certificate, KeyError, PlatformKeys, PrivateKey, PublicKey, serial};
use ruhui::sign::Signer;
use ruhui::types::{BrandId, Caller, MchId, SerialNo};
use ruhui::{Client, ClientBuilder};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as _;
use std::path::PathBuf;

/// Partner or brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Family {
    /// A service provider calls: mchid
    Partner,
    /// A brand calls in its own name: brand_id
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

// The FILEs take PEM text too, which begins with hyphens.
#[derive(Debug, Args)]
#[command(next_help_heading = "Credentials / 凭证")]
pub(crate) struct CredentialArguments {
    /// Who calls: a service provider (mchid) or a brand in its own name (brand_id); by default what a saved message says, else partner / 调用方
    #[arg(long, value_name = "FAMILY")]
    family: Option<Family>,

    /// The merchant number / 商户号
    #[arg(long, env = "RUHUI_MCHID")]
    mchid: Option<String>,

    /// The brand: the card's, and the caller where a brand calls / 品牌ID
    #[arg(long, env = "RUHUI_BRAND_ID")]
    brand_id: Option<String>,

    /// The serial of the caller's API certificate / API证书序列号
    #[arg(long, value_name = "SERIAL", env = "RUHUI_SERIAL_NO")]
    serial_no: Option<String>,

    /// The private key of that certificate: a PEM file / API证书私钥文件
    #[arg(
        long,
        value_name = "FILE",
        env = "RUHUI_PRIVATE_KEY",
        allow_hyphen_values = true,
        hide_env_values = true
    )]
    private_key: Option<String>,

    /// The id of the WeChat Pay public key / 微信支付公钥ID
    #[arg(long, value_name = "ID", env = "RUHUI_WECHATPAY_PUBLIC_KEY_ID")]
    public_key_id: Option<String>,

    /// The WeChat Pay public key: a PEM file / 微信支付公钥文件
    #[arg(long, value_name = "FILE", env = "RUHUI_WECHATPAY_PUBLIC_KEY", allow_hyphen_values = true)]
    public_key: Option<String>,

    /// A platform certificate whose signatures count too: a PEM file / 微信支付平台证书文件
    #[arg(long, value_name = "FILE", env = "RUHUI_WECHATPAY_CERTIFICATE", allow_hyphen_values = true)]
    platform_certificate: Option<String>,

    /// The main host; the real one by default / 主域名
    #[arg(long, value_name = "URL", env = "RUHUI_BASE_URL")]
    base_url: Option<String>,

    /// The backup host / 备域名
    #[arg(long, value_name = "URL", env = "RUHUI_BACKUP_URL")]
    backup_url: Option<String>,

    /// A CA to trust beside the system's: a PEM file / 额外信任的 CA
    #[arg(long, value_name = "FILE", env = "RUHUI_CA_CERTIFICATE", allow_hyphen_values = true)]
    ca_certificate: Option<String>,

    /// A profile of the file with profiles / 使用 profile 文件中的凭证
    #[arg(long, value_name = "NAME", env = "RUHUI_PROFILE")]
    profile: Option<String>,

    /// The file with profiles; ~/.config/ruhui/profiles.toml by default / profile 文件
    #[arg(long, value_name = "FILE", env = "RUHUI_PROFILES")]
    profiles: Option<PathBuf>,

    /// The kit's folder; by default the one of a sandbox near by / 沙箱 kit 目录
    #[arg(long, value_name = "FOLDER", env = "RUHUI_KIT")]
    kit: Option<PathBuf>,

    /// The arguments that stand on the command line, as opposed to the environment.
    #[arg(skip)]
    flags: BTreeSet<String>,
}

/// A setting: its variable, which also names it in `kit.env`, and its flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setting {
    variable: &'static str,
    flag: &'static str,
}

const fn setting(variable: &'static str, flag: &'static str) -> Setting {
    Setting { variable, flag }
}

const MCHID: Setting = setting("RUHUI_MCHID", "--mchid");
const SERIAL_NO: Setting = setting("RUHUI_SERIAL_NO", "--serial-no");
const PRIVATE_KEY: Setting = setting("RUHUI_PRIVATE_KEY", "--private-key");
const PUBLIC_KEY_ID: Setting = setting("RUHUI_WECHATPAY_PUBLIC_KEY_ID", "--public-key-id");
const PUBLIC_KEY: Setting = setting("RUHUI_WECHATPAY_PUBLIC_KEY", "--public-key");
const PLATFORM_CERTIFICATE: Setting = setting("RUHUI_WECHATPAY_CERTIFICATE", "--platform-certificate");
pub(crate) const APIV3_KEY: Setting = setting("RUHUI_APIV3_KEY", "--apiv3-key");
const BASE_URL: Setting = setting("RUHUI_BASE_URL", "--base-url");
const BACKUP_URL: Setting = setting("RUHUI_BACKUP_URL", "--backup-url");
const CA_CERTIFICATE: Setting = setting("RUHUI_CA_CERTIFICATE", "--ca-certificate");
pub(crate) const BRAND_ID: Setting = setting("RUHUI_BRAND_ID", "--brand-id");
pub(crate) const CARD_ID: Setting = setting("RUHUI_CARD_ID", "--card-id");
pub(crate) const OPENID: Setting = setting("RUHUI_OPENID", "--openid");

/// What a brand has of its own, under names of its own in a kit.
const OWN: [Setting; 5] = [SERIAL_NO, PRIVATE_KEY, PUBLIC_KEY_ID, PUBLIC_KEY, APIV3_KEY];

impl Setting {
    /// The flag, such as `--mchid`.
    pub(crate) fn flag(self) -> &'static str {
        self.flag
    }
}

/// Where settings came from before flags changed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Flags and environment alone.
    Given,
    Profile(String),
    /// A sandbox's kit: its folder.
    Kit(PathBuf),
}

/// Values by the names of `kit.env`.
#[derive(Debug)]
pub(crate) struct Settings {
    values: BTreeMap<String, String>,
    family: Family,
    origin: Origin,
}

impl CredentialArguments {
    /// Remembers which arguments stand on the command line.
    pub(crate) fn note_flags(&mut self, matches: &ArgMatches) {
        let ids = matches.ids().map(clap::Id::as_str);
        self.flags = ids
            .filter(|id| matches.value_source(id) == Some(ValueSource::CommandLine))
            .map(str::to_owned)
            .collect();
    }

    /// Who calls, if the command line says it.
    pub(crate) fn family(&self) -> Option<Family> {
        self.family
    }

    /// Settings for a command that has `more` arguments of its own; `family` is what its input says.
    pub(crate) fn resolve(
        &self,
        more: &[(Setting, &Option<String>)],
        family: Option<Family>,
        language: Language,
    ) -> anyhow::Result<Settings> {
        let family = self.family.or(family).unwrap_or(Family::Partner);
        let own = [
            (MCHID, &self.mchid),
            (BRAND_ID, &self.brand_id),
            (SERIAL_NO, &self.serial_no),
            (PRIVATE_KEY, &self.private_key),
            (PUBLIC_KEY_ID, &self.public_key_id),
            (PUBLIC_KEY, &self.public_key),
            (PLATFORM_CERTIFICATE, &self.platform_certificate),
            (BASE_URL, &self.base_url),
            (BACKUP_URL, &self.backup_url),
            (CA_CERTIFICATE, &self.ca_certificate),
        ];
        let given = own.iter().chain(more).filter_map(|(setting, value)| Some((*setting, (*value).clone()?)));
        let (flags, environment): (Vec<_>, Vec<_>) =
            given.partition(|(setting, _)| self.is_flag(setting.flag));
        let values = |given: Vec<(Setting, String)>| -> BTreeMap<String, String> {
            given.into_iter().map(|(setting, value)| (setting.variable.to_owned(), value)).collect()
        };
        let (flags, mut environment) = (values(flags), values(environment));
        if family == Family::Brand {
            take_brands_own(&mut environment, |name| {
                std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
            });
        }

        let has_credentials = |values: &BTreeMap<String, String>| {
            OWN.iter()
                .chain([&MCHID, &PLATFORM_CERTIFICATE])
                .any(|setting| values.contains_key(setting.variable))
        };
        let mut settings = match (&self.profile, &self.kit) {
            (Some(name), _) if self.is_flag("--profile") => self.of_profile(name, family, language)?,
            (_, Some(_)) if self.is_flag("--kit") => self.of_kit(family, language)?,
            _ => {
                let mut settings = match &self.profile {
                    _ if has_credentials(&flags) || has_credentials(&environment) => {
                        Settings { values: BTreeMap::new(), family, origin: Origin::Given }
                    }
                    Some(name) => self.of_profile(name, family, language)?,
                    None => self.of_kit(family, language)?,
                };
                settings.values.extend(environment);
                settings
            }
        };
        settings.values.extend(flags);
        Ok(settings)
    }

    /// The credentials of the other family, if `settings` come from a kit.
    pub(crate) fn other_family_of_kit(&self, settings: &Settings, language: Language) -> Option<Settings> {
        let Origin::Kit(folder) = settings.origin() else { return None };
        let family = match settings.family() {
            Family::Partner => Family::Brand,
            Family::Brand => Family::Partner,
        };
        let mut values = kit::read(folder, language).ok()?;
        if family == Family::Brand {
            let all = values.clone();
            take_brands_own(&mut values, |name| all.get(name).cloned());
        }
        Some(Settings { values, family, origin: settings.origin.clone() })
    }

    fn is_flag(&self, flag: &str) -> bool {
        self.flags.contains(&flag.trim_start_matches('-').replace('-', "_"))
    }

    fn of_profile(&self, name: &str, family: Family, language: Language) -> anyhow::Result<Settings> {
        let values = profile::read(self.profiles.as_deref(), name, language)?;
        Ok(Settings { values, family, origin: Origin::Profile(name.to_owned()) })
    }

    fn of_kit(&self, family: Family, language: Language) -> anyhow::Result<Settings> {
        let Some(folder) = kit::find(self.kit.as_deref(), language)? else {
            bail!(language.pick(
                "no credentials: start `ruhui sandbox` here, or give --mchid, --serial-no, --private-key, --public-key-id and --public-key, or a --profile",
                "缺少凭证：请在当前目录启动 `ruhui sandbox`，或提供 --mchid、--serial-no、--private-key、--public-key-id、--public-key，或使用 --profile"
            ));
        };
        let mut values = kit::read(&folder, language)?;
        if family == Family::Brand {
            let all = values.clone();
            take_brands_own(&mut values, |name| all.get(name).cloned());
        }
        Ok(Settings { values, family, origin: Origin::Kit(folder) })
    }
}

/// Puts the brand's credentials in the place of the merchant's. The platform's certificate is the partner
/// family's alone.
fn take_brands_own(values: &mut BTreeMap<String, String>, find: impl Fn(&str) -> Option<String>) {
    for setting in OWN {
        if let Some(value) = find(&kit::name_of_brand(setting.variable)) {
            values.insert(setting.variable.to_owned(), value);
            values.remove(PLATFORM_CERTIFICATE.variable);
        }
    }
}

impl Settings {
    pub(crate) fn family(&self) -> Family {
        self.family
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Values that must be there.
    pub(crate) fn required<const N: usize>(
        &self,
        settings: [Setting; N],
        language: Language,
    ) -> anyhow::Result<[&str; N]> {
        let missing: Vec<&Setting> =
            settings.iter().filter(|setting| self.optional(**setting).is_none()).collect();
        if missing.is_empty() {
            return Ok(settings.map(|setting| self.optional(setting).unwrap_or_default()));
        }
        let flags = language.list(&missing.iter().map(|setting| setting.flag).collect::<Vec<_>>());
        let variables = language.list(&missing.iter().map(|setting| setting.variable).collect::<Vec<_>>());
        let (is, it) = if missing.len() == 1 { ("is", "it") } else { ("are", "them") };
        bail!(match &self.origin {
            Origin::Given => language.pick(
                format!("{flags} {is} missing; give {it}, or set {variables}"),
                format!("缺少 {flags}；请在命令行给出，或设置环境变量 {variables}"),
            ),
            Origin::Profile(name) => language.pick(
                format!("{flags} {is} missing; give {it}, or add {it} to the profile `{name}`"),
                format!("缺少 {flags}；请在命令行给出，或写入 profile `{name}`"),
            ),
            Origin::Kit(folder) => language.pick(
                format!("{flags} {is} missing; {} has no {variables}", folder.join("kit.env").display()),
                format!("缺少 {flags}；{} 中没有 {variables}", folder.join("kit.env").display()),
            ),
        });
    }

    /// One value that must be there, of the type that `parse` makes.
    pub(crate) fn parsed<'a, T, E: std::fmt::Display>(
        &'a self,
        setting: Setting,
        parse: impl FnOnce(&'a str) -> Result<T, E>,
        language: Language,
    ) -> anyhow::Result<T> {
        let [text] = self.required([setting], language)?;
        parse(text).map_err(|error| language.say_of(setting.flag, &error))
    }

    fn optional(&self, setting: Setting) -> Option<&str> {
        self.values.get(setting.variable).map(String::as_str)
    }

    fn pem<T>(
        &self,
        setting: Setting,
        parse: impl FnOnce(&[u8]) -> Result<T, KeyError>,
        language: Language,
    ) -> anyhow::Result<Option<T>> {
        let Some(given) = self.optional(setting) else { return Ok(None) };
        let pem = input::pem(given, setting.flag, language)?;
        parse(&pem.bytes).map(Some).map_err(|error| language.say_of(pem.shown, &error))
    }

    /// The caller's private key.
    pub(crate) fn private_key(&self, language: Language) -> anyhow::Result<PrivateKey> {
        self.required([PRIVATE_KEY], language)?;
        Ok(self.pem(PRIVATE_KEY, PrivateKey::from_bytes, language)?.expect("it was required a line above"))
    }

    /// The caller's private key, if it is known.
    pub(crate) fn known_private_key(&self, language: Language) -> anyhow::Result<Option<PrivateKey>> {
        self.pem(PRIVATE_KEY, PrivateKey::from_bytes, language)
    }

    /// The serial of the caller's certificate, if it is known.
    pub(crate) fn serial_no(&self, language: Language) -> anyhow::Result<Option<SerialNo>> {
        self.serial(SERIAL_NO, language)
    }

    fn serial(&self, setting: Setting, language: Language) -> anyhow::Result<Option<SerialNo>> {
        let serial = self.optional(setting).map(serial::read).transpose();
        serial.map_err(|error| language.say_of(setting.flag, &error))
    }

    /// WeChat Pay's public key and its id, as far as they are known.
    pub(crate) fn public_key(
        &self,
        language: Language,
    ) -> anyhow::Result<(Option<SerialNo>, Option<PublicKey>)> {
        Ok((self.serial(PUBLIC_KEY_ID, language)?, self.pem(PUBLIC_KEY, PublicKey::from_bytes, language)?))
    }

    /// WeChat Pay's certificate, if there is one.
    pub(crate) fn platform_certificate(&self, language: Language) -> anyhow::Result<Option<Certificate>> {
        self.pem(PLATFORM_CERTIFICATE, Certificate::from_bytes, language)
    }

    /// WeChat Pay's keys that verify replies: the public key, the certificate, or both.
    pub(crate) fn platform_keys(&self, language: Language) -> anyhow::Result<PlatformKeys> {
        let mut keys = PlatformKeys::new();
        if let Some(certificate) = self.platform_certificate(language)? {
            keys = keys.with_certificate(&certificate);
        }
        match self.public_key(language)? {
            (Some(id), Some(key)) => Ok(keys.with_public_key(id, key)),
            (None, None) if !keys.is_empty() => Ok(keys),
            _ => self.required([PUBLIC_KEY_ID, PUBLIC_KEY], language).map(|_| keys),
        }
    }

    /// What signs requests.
    pub(crate) fn signer(&self, language: Language) -> anyhow::Result<Signer> {
        let [id, serial_no, _] = self.required([self.caller(), SERIAL_NO, PRIVATE_KEY], language)?;
        // It stands between quotes in a header.
        if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let why =
                language.pick("only ASCII letters and digits can stand here", "只能使用 ASCII 字母和数字");
            return Err(language.say_of(self.caller().flag, &why));
        }
        let caller = match self.family {
            Family::Partner => Caller::Merchant(self.parsed(MCHID, MchId::new, language)?),
            Family::Brand => Caller::Brand(self.parsed(BRAND_ID, BrandId::new, language)?),
        };
        if let Some(mixup) = Mixup::of_serial_no(serial_no, &caller) {
            return Err(language.say_of(SERIAL_NO.flag, &mixup));
        }
        let serial_no = self.parsed(SERIAL_NO, serial::read, language)?;
        Ok(Signer::new(caller, serial_no, self.private_key(language)?))
    }

    /// Who calls, for people.
    pub(crate) fn caller_shown(&self) -> String {
        let name = self.caller().flag.trim_start_matches('-').replace('-', "_");
        self.optional(self.caller()).map_or_else(|| name.clone(), |id| format!("{name} {id}"))
    }

    /// The caller's number, if it is known.
    pub(crate) fn caller_id(&self) -> Option<&str> {
        self.optional(self.caller())
    }

    /// The caller's certificate, which only a kit names.
    pub(crate) fn certificate(&self) -> Option<Certificate> {
        let path = self.values.get("RUHUI_CERTIFICATE")?;
        Certificate::from_pem(&std::fs::read_to_string(path).ok()?).ok()
    }

    fn caller(&self) -> Setting {
        match self.family {
            Family::Partner => MCHID,
            Family::Brand => BRAND_ID,
        }
    }

    /// The brand, if it is known.
    pub(crate) fn brand_id(&self) -> Option<&str> {
        self.optional(BRAND_ID)
    }

    /// A client of the settings' family.
    pub(crate) fn client<F: FamilyMarker>(&self, language: Language) -> anyhow::Result<Client<F>> {
        let [id, serial_no, private_key, public_key_id, public_key] = self.five(language)?;
        let builder = Client::of_family(id, serial_no, private_key, public_key_id, public_key);
        self.build(builder, language)
    }

    fn five(&self, language: Language) -> anyhow::Result<[&str; 5]> {
        self.required([self.caller(), SERIAL_NO, PRIVATE_KEY, PUBLIC_KEY_ID, PUBLIC_KEY], language)
    }

    fn build<F: FamilyMarker>(
        &self,
        builder: Result<ClientBuilder<F>, ruhui::Error>,
        language: Language,
    ) -> anyhow::Result<Client<F>> {
        let said = |error: ruhui::Error| {
            if let Some(source) = error.source() {
                // The words of a library are in English alone, so the message does not have them.
                tracing::info!("{source:?}");
            }
            anyhow!(language.say(&error))
        };
        let mut builder = self.hosts(builder.map_err(said)?, language)?;
        builder = builder.accept_language(language.pick("en", "zh-CN"));
        if let Some(certificate) = self.optional(PLATFORM_CERTIFICATE) {
            builder = builder.platform_certificate(certificate);
        }
        if let Some(ca) = self.optional(CA_CERTIFICATE) {
            builder = builder.ca_certificate(ca);
        }
        builder.build().map_err(said)
    }

    fn hosts<F: FamilyMarker>(
        &self,
        builder: ClientBuilder<F>,
        language: Language,
    ) -> anyhow::Result<ClientBuilder<F>> {
        match (self.optional(BASE_URL), self.optional(BACKUP_URL)) {
            (Some(main), Some(backup)) => Ok(builder.hosts(main, backup)),
            (Some(main), None) => Ok(builder.host(main)),
            (None, None) => Ok(builder),
            (None, Some(_)) => bail!(language.pick(
                "--backup-url is given without --base-url; give both, or neither for WeChat Pay's own hosts",
                "给出了 --backup-url 但没有 --base-url；请同时给出，或都不给出以使用微信支付域名",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(values: &[(Setting, &str)]) -> Settings {
        let values = values.iter().map(|(setting, value)| (setting.variable.to_owned(), (*value).to_owned()));
        Settings { values: values.collect(), family: Family::Partner, origin: Origin::Given }
    }

    fn hosts(values: &[(Setting, &str)]) -> Result<String, String> {
        let builder = Client::partner(
            "1900000001",
            "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C",
            include_str!("../../../../vectors/keys/merchant_key.pem"),
            "PUB_KEY_ID_1",
            include_str!("../../../../vectors/keys/platform_pub.pem"),
        );
        match given(values).hosts(builder.unwrap(), Language::English) {
            Ok(builder) => Ok(format!("{builder:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn without_hosts_the_real_ones_are_called() {
        let builder = hosts(&[]).unwrap();
        assert!(builder.contains(r#"main: "https://api.mch.weixin.qq.com""#), "{builder}");
        assert!(builder.contains(r#"backup: Some("https://api2.mch.weixin.qq.com")"#), "{builder}");
    }

    #[test]
    fn a_lone_main_host_has_no_backup_and_a_lone_backup_is_a_mistake() {
        let builder = hosts(&[(BASE_URL, "http://127.0.0.1:1")]).unwrap();
        assert!(builder.contains(r#"main: "http://127.0.0.1:1""#) && builder.contains("backup: None"));
        let error = hosts(&[(BACKUP_URL, "http://127.0.0.1:1")]).unwrap_err();
        assert!(error.starts_with("--backup-url is given without --base-url"), "{error}");
    }

    #[test]
    fn a_brand_takes_its_own_credentials_from_a_kit() {
        let kit = [
            ("RUHUI_SERIAL_NO", "merchant's"),
            ("RUHUI_BRAND_SERIAL_NO", "brand's"),
            ("RUHUI_WECHATPAY_CERTIFICATE", "partner's"),
            ("RUHUI_APIV3_KEY", "merchant's"),
            ("RUHUI_BRAND_API_KEY", "brand's"),
        ];
        let all: BTreeMap<String, String> =
            kit.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let mut values = all.clone();
        take_brands_own(&mut values, |name| all.get(name).cloned());
        assert_eq!([&values["RUHUI_SERIAL_NO"], &values["RUHUI_APIV3_KEY"]], ["brand's"; 2]);
        assert!(!values.contains_key("RUHUI_WECHATPAY_CERTIFICATE"));
    }
}
