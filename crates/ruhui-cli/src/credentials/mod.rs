//! Who calls, and where: from flags and environment, a profile, or the kit of a sandbox near by.
//!
//! The three are not mixed: credentials that were given in part are never completed from a sandbox's kit.

use crate::language::Language;
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use ruhui::api::{Brand, FamilyMarker, Partner};
use ruhui::{Client, ClientBuilder};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Partner or brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Family {
    /// A service provider calls: mchid
    Partner,
    /// A brand calls in its own name: brand_id
    Brand,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Credentials / 凭证")]
pub(crate) struct CredentialArguments {
    /// Who calls: a service provider (mchid) or a brand in its own name (brand_id) / 调用方
    #[arg(long, value_name = "FAMILY", default_value = "partner")]
    pub(crate) family: Family,

    /// The merchant number / 商户号
    #[arg(long, env = "RUHUI_MCHID")]
    mchid: Option<String>,

    /// The serial of the caller's API certificate / API证书序列号
    #[arg(long, value_name = "SERIAL", env = "RUHUI_SERIAL_NO")]
    serial_no: Option<String>,

    /// The private key of that certificate: a PEM file / API证书私钥文件
    #[arg(long, value_name = "FILE", env = "RUHUI_PRIVATE_KEY")]
    private_key: Option<String>,

    /// The id of the WeChat Pay public key / 微信支付公钥ID
    #[arg(long, value_name = "ID", env = "RUHUI_WECHATPAY_PUBLIC_KEY_ID")]
    public_key_id: Option<String>,

    /// The WeChat Pay public key: a PEM file / 微信支付公钥文件
    #[arg(long, value_name = "FILE", env = "RUHUI_WECHATPAY_PUBLIC_KEY")]
    public_key: Option<String>,

    /// The main host; the real one by default / 主域名
    #[arg(long, value_name = "URL", env = "RUHUI_BASE_URL")]
    base_url: Option<String>,

    /// The backup host / 备域名
    #[arg(long, value_name = "URL", env = "RUHUI_BACKUP_URL")]
    backup_url: Option<String>,

    /// A CA to trust beside the system's: a PEM file / 额外信任的 CA
    #[arg(long, value_name = "FILE", env = "RUHUI_CA_CERTIFICATE")]
    ca_certificate: Option<String>,

    /// A profile of the configuration file / 使用配置文件中的 profile
    #[arg(long, value_name = "NAME", env = "RUHUI_PROFILE")]
    profile: Option<String>,

    /// The file with profiles; ~/.config/ruhui/profiles.toml by default / profile 文件
    #[arg(long, value_name = "FILE", env = "RUHUI_PROFILES")]
    profiles: Option<PathBuf>,

    /// The kit's folder; by default the one of a sandbox near by / 沙箱 kit 目录
    #[arg(long, value_name = "FOLDER", env = "RUHUI_KIT")]
    kit: Option<PathBuf>,
}

/// Values by the names of `kit.env`.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    values: BTreeMap<String, String>,
    family: Option<Family>,
}

const CREDENTIALS: [&str; 5] = [
    "RUHUI_MCHID",
    "RUHUI_SERIAL_NO",
    "RUHUI_PRIVATE_KEY",
    "RUHUI_WECHATPAY_PUBLIC_KEY_ID",
    "RUHUI_WECHATPAY_PUBLIC_KEY",
];

impl CredentialArguments {
    /// Puts flags and environment over a profile or a kit. `brand_id` is part of a brand's credentials.
    pub(crate) fn resolve(&self, brand_id: Option<&str>, language: Language) -> anyhow::Result<Settings> {
        let given = [
            ("RUHUI_MCHID", &self.mchid),
            ("RUHUI_SERIAL_NO", &self.serial_no),
            ("RUHUI_PRIVATE_KEY", &self.private_key),
            ("RUHUI_WECHATPAY_PUBLIC_KEY_ID", &self.public_key_id),
            ("RUHUI_WECHATPAY_PUBLIC_KEY", &self.public_key),
            ("RUHUI_BASE_URL", &self.base_url),
            ("RUHUI_BACKUP_URL", &self.backup_url),
            ("RUHUI_CA_CERTIFICATE", &self.ca_certificate),
        ];
        let given: BTreeMap<String, String> =
            given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))).collect();
        let has_credentials = CREDENTIALS.iter().any(|name| given.contains_key(*name));
        let mut values = match (&self.profile, has_credentials) {
            (Some(name), _) => read_profile(self.profiles.as_deref(), name, language)?,
            (None, true) => BTreeMap::new(),
            (None, false) => self.kit_values(language)?,
        };
        values.extend(given);
        if let Some(brand_id) = brand_id {
            values.insert("RUHUI_BRAND_ID".to_owned(), brand_id.to_owned());
        }
        Ok(Settings { values, family: Some(self.family) })
    }

    fn kit_values(&self, language: Language) -> anyhow::Result<BTreeMap<String, String>> {
        let Some(folder) = find_kit(self.kit.as_deref(), language)? else {
            bail!(language.pick(
                "no credentials: start `ruhui sandbox` here, or give --mchid, --serial-no, --private-key, --public-key-id and --public-key, or a --profile",
                "缺少凭证：请在当前目录启动 `ruhui sandbox`，或提供 --mchid、--serial-no、--private-key、--public-key-id、--public-key，或使用 --profile"
            ));
        };
        let mut values = read_kit(&folder)?;
        if self.family == Family::Brand {
            for name in &CREDENTIALS[1..] {
                let of_brand = name.replacen("RUHUI_", "RUHUI_BRAND_", 1);
                if let Some(value) = values.get(&of_brand).cloned() {
                    values.insert((*name).to_owned(), value);
                }
            }
        }
        Ok(values)
    }
}

impl Settings {
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A value that must be there; `flag` is the one that gives it.
    pub(crate) fn required(&self, name: &str, flag: &str, language: Language) -> anyhow::Result<&str> {
        self.optional(name).with_context(|| {
            language.pick(
                format!("{flag} is missing; give it, or set {name}"),
                format!("缺少 {flag}；请在命令行给出，或设置环境变量 {name}"),
            )
        })
    }

    pub(crate) fn family(&self) -> Family {
        self.family.unwrap_or(Family::Partner)
    }

    pub(crate) fn partner(&self, language: Language) -> anyhow::Result<Client<Partner>> {
        let mchid = self.required("RUHUI_MCHID", "--mchid", language)?;
        let [serial_no, private_key, public_key_id, public_key] = self.four(language)?;
        self.finish(Client::partner(mchid, serial_no, private_key, public_key_id, public_key)?)
    }

    pub(crate) fn brand(&self, language: Language) -> anyhow::Result<Client<Brand>> {
        let brand_id = self.required("RUHUI_BRAND_ID", "--brand-id", language)?;
        let [serial_no, private_key, public_key_id, public_key] = self.four(language)?;
        self.finish(Client::brand(brand_id, serial_no, private_key, public_key_id, public_key)?)
    }

    fn four(&self, language: Language) -> anyhow::Result<[&str; 4]> {
        Ok([
            self.required("RUHUI_SERIAL_NO", "--serial-no", language)?,
            self.required("RUHUI_PRIVATE_KEY", "--private-key", language)?,
            self.required("RUHUI_WECHATPAY_PUBLIC_KEY_ID", "--public-key-id", language)?,
            self.required("RUHUI_WECHATPAY_PUBLIC_KEY", "--public-key", language)?,
        ])
    }

    fn finish<F: FamilyMarker>(&self, mut builder: ClientBuilder<F>) -> anyhow::Result<Client<F>> {
        builder = match (self.optional("RUHUI_BASE_URL"), self.optional("RUHUI_BACKUP_URL")) {
            (Some(main), Some(backup)) => builder.hosts(main, backup),
            (Some(main), None) => builder.host(main),
            (None, _) => builder,
        };
        if let Some(ca) = self.optional("RUHUI_CA_CERTIFICATE") {
            builder = builder.ca_certificate(ca);
        }
        Ok(builder.build()?)
    }
}

/// The folder of the kit that was named, or of a sandbox here or in a folder above.
pub(crate) fn find_kit(named: Option<&Path>, language: Language) -> anyhow::Result<Option<PathBuf>> {
    if let Some(folder) = named {
        if !folder.join("kit.env").is_file() {
            let shown = folder.display();
            bail!(language.pick(format!("{shown} has no kit.env"), format!("{shown} 中没有 kit.env")));
        }
        return Ok(Some(folder.to_owned()));
    }
    let here = std::env::current_dir().context("the current folder is gone")?;
    let near =
        here.ancestors().flat_map(|folder| ["kit", "ruhui-sandbox/kit", "."].map(|place| folder.join(place)));
    Ok(near.into_iter().find(|folder| folder.join("kit.env").is_file()))
}

/// The lines of `kit.env`: `NAME='value'`, as a shell reads them.
pub(crate) fn read_kit(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let path = folder.join("kit.env");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let pair = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let value = value.strip_prefix('\'')?.strip_suffix('\'')?;
        Some((name.to_owned(), value.replace(r"'\''", "'")))
    };
    Ok(text.lines().filter_map(pair).collect())
}

/// `[NAME]` with `mchid`, `serial_no`, `private_key`, `public_key_id`, `public_key` and, if wanted,
/// `brand_id`, `card_id`, `openid`, `base_url`, `backup_url`, `ca_certificate`.
fn read_profile(
    file: Option<&Path>,
    name: &str,
    language: Language,
) -> anyhow::Result<BTreeMap<String, String>> {
    const KEYS: [(&str, &str); 11] = [
        ("mchid", "RUHUI_MCHID"),
        ("serial_no", "RUHUI_SERIAL_NO"),
        ("private_key", "RUHUI_PRIVATE_KEY"),
        ("public_key_id", "RUHUI_WECHATPAY_PUBLIC_KEY_ID"),
        ("public_key", "RUHUI_WECHATPAY_PUBLIC_KEY"),
        ("brand_id", "RUHUI_BRAND_ID"),
        ("card_id", "RUHUI_CARD_ID"),
        ("openid", "RUHUI_OPENID"),
        ("base_url", "RUHUI_BASE_URL"),
        ("backup_url", "RUHUI_BACKUP_URL"),
        ("ca_certificate", "RUHUI_CA_CERTIFICATE"),
    ];
    let path = match (file, std::env::home_dir()) {
        (Some(file), _) => file.to_owned(),
        (None, Some(home)) => home.join(".config/ruhui/profiles.toml"),
        (None, None) => bail!("there is no home folder; name the file with --profiles"),
    };
    let shown = path.display();
    let text = std::fs::read_to_string(&path).with_context(|| shown.to_string())?;
    let profiles: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(&text).with_context(|| shown.to_string())?;
    let Some(profile) = profiles.get(name) else {
        let known = profiles.keys().cloned().collect::<Vec<_>>().join(", ");
        bail!(language.pick(
            format!("{shown} has no profile `{name}`; it has: {known}"),
            format!("{shown} 中没有 profile `{name}`，已有：{known}")
        ));
    };
    let mut values = BTreeMap::new();
    for (key, value) in profile {
        let Some((_, variable)) = KEYS.iter().find(|(known, _)| known == key) else {
            let known = KEYS.map(|(known, _)| known).join(", ");
            bail!("{shown}: `{name}.{key}` is none of {known}");
        };
        values.insert((*variable).to_owned(), value.clone());
    }
    Ok(values)
}
