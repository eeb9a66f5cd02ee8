//! Arguments of credentials, and their resolution into settings: flags, environment, profile, kit.

use super::setting::{
    BACKUP_URL, BASE_URL, BRAND_ID, CA_CERTIFICATE, MCHID, OWN, PLATFORM_CERTIFICATE, PRIVATE_KEY,
    PUBLIC_KEY, PUBLIC_KEY_ID, SERIAL_NO, Setting,
};
use super::settings::{Origin, Settings};
use super::{Family, kit, profile};
use crate::language::Language;
use anyhow::bail;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

// An argument FILE also accepts PEM text, which begins with hyphens.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Credentials / 凭证")]
pub(crate) struct CredentialArguments {
    /// The caller: a service provider (mchid) or a brand in its own name (brand_id); by default that of the saved message, else partner / 调用方：服务商（mchid）或以自己名义调用的品牌（brand_id）；默认取自已保存的报文，否则为 partner
    #[arg(long, value_name = "FAMILY")]
    family: Option<Family>,

    /// The merchant number / 商户号
    #[arg(long, env = "RUHUI_MCHID")]
    mchid: Option<String>,

    /// The brand of the card; also the caller if a brand calls / 会员卡所属的品牌ID；品牌调用时也是调用方
    #[arg(long, env = "RUHUI_BRAND_ID")]
    brand_id: Option<String>,

    /// The serial number of the caller's API certificate / 商户API证书序列号
    #[arg(long, value_name = "SERIAL", env = "RUHUI_SERIAL_NO")]
    serial_no: Option<String>,

    /// The private key of that certificate: a PEM file / 商户API证书私钥文件
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

    /// A platform certificate whose signatures are accepted, too: a PEM file / 同样用于验签的微信支付平台证书文件
    #[arg(long, value_name = "FILE", env = "RUHUI_WECHATPAY_CERTIFICATE", allow_hyphen_values = true)]
    platform_certificate: Option<String>,

    /// The main host; WeChat Pay's by default / 主域名，默认为微信支付的主域名
    #[arg(long, value_name = "URL", env = "RUHUI_BASE_URL")]
    base_url: Option<String>,

    /// The backup host / 备域名
    #[arg(long, value_name = "URL", env = "RUHUI_BACKUP_URL")]
    backup_url: Option<String>,

    /// A CA to trust in addition to the system's: a PEM file / 除系统 CA 之外还信任的 CA 证书文件
    #[arg(long, value_name = "FILE", env = "RUHUI_CA_CERTIFICATE", allow_hyphen_values = true)]
    ca_certificate: Option<String>,

    /// A profile of the profile file / 使用 profile 文件中的该组凭证
    #[arg(long, value_name = "NAME", env = "RUHUI_PROFILE")]
    profile: Option<String>,

    /// The profile file; ~/.config/ruhui/profiles.toml by default / profile 文件，默认为 ~/.config/ruhui/profiles.toml
    #[arg(long, value_name = "FILE", env = "RUHUI_PROFILES")]
    profiles: Option<PathBuf>,

    /// The kit's folder; by default the kit of a sandbox in this folder or above it / kit 目录，默认取当前目录或上级目录中的沙箱
    #[arg(long, value_name = "FOLDER", env = "RUHUI_KIT")]
    kit: Option<PathBuf>,

    /// The arguments that stand on the command line, as opposed to the environment.
    #[arg(skip)]
    flags: BTreeSet<String>,
}

/// Values of the settings by the names of their variables.
type Values = BTreeMap<String, String>;

impl CredentialArguments {
    /// The folder of the kit, if one is named.
    pub(crate) fn kit(&self) -> Option<&Path> {
        self.kit.as_deref()
    }

    /// Records which arguments are on the command line.
    pub(crate) fn note_flags(&mut self, matches: &ArgMatches) {
        let ids = matches.ids().map(clap::Id::as_str);
        self.flags = ids
            .filter(|id| matches.value_source(id) == Some(ValueSource::CommandLine))
            .map(str::to_owned)
            .collect();
    }

    /// Returns the caller's family, if the command line gives it.
    pub(crate) fn family(&self) -> Option<Family> {
        self.family
    }

    /// Resolves the settings for a command with the additional arguments `more`. `family` is that of the
    /// command's input.
    pub(crate) fn resolve(
        &self,
        more: &[(Setting, &Option<String>)],
        family: Option<Family>,
        language: Language,
    ) -> anyhow::Result<Settings> {
        self.resolve_with(more, self.family.or(family).unwrap_or(Family::Partner), language)
    }

    fn resolve_with(
        &self,
        more: &[(Setting, &Option<String>)],
        family: Family,
        language: Language,
    ) -> anyhow::Result<Settings> {
        let (flags, mut environment) = self.given(more);
        if family == Family::Brand {
            kit::take_brands_own(&mut environment, |name| {
                std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
            });
        }
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

    /// Returns the values of the flags and those of the environment, each by the names of the variables.
    fn given(&self, more: &[(Setting, &Option<String>)]) -> (Values, Values) {
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
        let values = |given: Vec<(Setting, String)>| -> Values {
            given.into_iter().map(|(setting, value)| (setting.variable.to_owned(), value)).collect()
        };
        (values(flags), values(environment))
    }

    /// Returns the credentials of the other family, if `settings` come from a kit.
    pub(crate) fn other_family_of_kit(&self, settings: &Settings, language: Language) -> Option<Settings> {
        let Origin::Kit(folder) = settings.origin() else { return None };
        let family = match settings.family() {
            Family::Partner => Family::Brand,
            Family::Brand => Family::Partner,
        };
        let values = values_of_kit(folder, family, language).ok()?;
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
        let values = values_of_kit(&folder, family, language)?;
        Ok(Settings { values, family, origin: Origin::Kit(folder) })
    }
}

fn values_of_kit(folder: &Path, family: Family, language: Language) -> anyhow::Result<Values> {
    let mut values = kit::read(folder, language)?;
    if family == Family::Brand {
        let all = values.clone();
        kit::take_brands_own(&mut values, |name| all.get(name).cloned());
    }
    Ok(values)
}

fn has_credentials(values: &Values) -> bool {
    OWN.iter().chain([&MCHID, &PLATFORM_CERTIFICATE]).any(|setting| values.contains_key(setting.variable))
}
