//! Loads a configuration file and the files that it names.

use super::check::check;
use super::entry::{Described, EntryDigests};
use super::reader;
use super::source::Source;
use super::{
    BrandConfig, Config, ConfigError, PlatformConfig, ResponseKeysConfig, ServiceConfig, Switch, cards,
};
use crate::domain::AddressPolicy;
use crate::domain::{Brand, Claim, Member, Merchant, PublicUrl, Template, User};
use crate::faults::FaultRule;
use crate::files::Files;
use crate::platform::{Platform, PlatformCertificate, ResponseKeys};
use crate::policy::Policy;
use ruhui_core::bilingual::{Bilingual, OsError};
use ruhui_core::encryption::ApiV3Key;
use ruhui_core::key::{Certificate, PrivateKey};
use ruhui_core::sign::ResponseSigner;
use ruhui_core::types::{AppId, NotifyUrl};
use std::path::{Path, PathBuf};

/// A configuration with all its files read: the platform's keys, the policy, and the records to provision.
#[derive(Debug)]
pub struct Provision {
    /// The platform's keys.
    pub platform: Platform,
    /// The operator's policy.
    pub policy: Policy,
    /// Merchants to provision.
    pub merchants: Vec<Merchant>,
    /// Brands to provision.
    pub brands: Vec<Brand>,
    /// Card templates to provision.
    pub templates: Vec<Template>,
    /// Users to provision.
    pub users: Vec<User>,
    /// The cards that users hold from the start.
    pub members: Vec<Member>,
    /// The claims on the codes of these cards.
    pub claims: Vec<Claim>,
    /// Faults that a sandbox plays on purpose.
    pub faults: Vec<FaultRule>,
    /// Digests that show which entries were edited.
    pub(crate) entries: EntryDigests,
}

impl Config {
    /// Reads the file at `path` and every file that it names.
    ///
    /// # Errors
    ///
    /// [`ConfigError`]: the first mistake, with file, line and key.
    pub fn load(path: &Path) -> Result<(Self, Provision), ConfigError> {
        Self::load_with(&Files::Disk, path, None)
    }

    /// Reads the file as [`load`](Self::load) does, among `files`. `notify_url` replaces the file's
    /// `service.notify_url`.
    pub(crate) fn load_with(
        files: &Files,
        path: &Path,
        notify_url: Option<NotifyUrl>,
    ) -> Result<(Self, Provision), ConfigError> {
        let text = read(files, path)?;
        let mut config: Self = parse(path, &text)?;
        if notify_url.is_some() {
            config.service.notify_url = notify_url;
        }
        let source = Source { files, path, text: &text };
        check(&config, source)?;
        let provision = provide(&config, source)?;
        Ok((config, provision))
    }

    /// The paths of the files that the file at `path` names.
    pub(crate) fn files(&self, path: &Path) -> Vec<PathBuf> {
        let PlatformConfig { partner, brand } = &self.platform;
        let of_platform = [partner, brand].into_iter().flat_map(|keys| {
            std::iter::once(&keys.private_key).chain(&keys.certificate).chain(&keys.certificate_key)
        });
        let of_merchants =
            self.merchants.iter().flat_map(|entry| entry.certificates.iter().chain(&entry.apiv3_key));
        let of_brands = self.brands.iter().flat_map(|entry| entry.certificates.iter().chain(&entry.api_key));
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        of_platform.chain(of_merchants).chain(of_brands).map(|file| folder.join(file.get_ref())).collect()
    }

    /// Reads the file at `path` only, and none that it names: for commands that serve no requests.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the file cannot be read or has a mistake.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        parse(path, &read(&Files::Disk, path)?)
    }
}

fn read(files: &Files, path: &Path) -> Result<String, ConfigError> {
    let unread = |error: std::io::Error| {
        let error = OsError::from(error);
        let what = Bilingual::new(format!("cannot be read: {error}"), format!("无法读取：{error:#}"));
        ConfigError::new(path, what)
    };
    let text = files.read_text(path).map_err(unread)?;
    // Some Windows editors put a byte order mark in front.
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
}

fn parse(path: &Path, text: &str) -> Result<Config, ConfigError> {
    reader::read(text).map_err(|mistake| {
        ConfigError::at(path, text, mistake.span.unwrap_or_default(), mistake.key, mistake.what)
    })
}

fn provide(config: &Config, source: Source<'_>) -> Result<Provision, ConfigError> {
    let platform = Platform {
        partner: response_keys(&config.platform.partner, "platform.partner", source)?,
        brand: response_keys(&config.platform.brand, "platform.brand", source)?,
    };
    let policy = Policy {
        unknown_openids: config.service.unknown_openids,
        rate_limit: config.service.rate_limit.0,
        in_flight: config.service.in_flight(),
        certificates: config.service.certificates,
        unknown_members: config.service.unknown_members.into(),
        diagnose: config.service.sandbox,
        request_log: config.service.request_log.map_or(config.service.sandbox, |log| log == Switch::On),
        // Only the callback endpoints of a sandbox are on private addresses.
        reach: if config.service.sandbox { AddressPolicy::Any } else { AddressPolicy::PublicOnly },
        public_url: public_url(config),
        control_hosts: config.service.control_hosts(),
        page_origins: config.service.page_origins(),
    };
    let mut merchants = Vec::new();
    for (index, merchant) in config.merchants.iter().enumerate() {
        let key = |field: &str| format!("merchants[{index}].{field}");
        merchants.push(Merchant {
            mchid: merchant.mchid.clone(),
            certificates: source.certificates(&key("certificates"), &merchant.certificates)?,
            apiv3_key: match &merchant.apiv3_key {
                None => None,
                Some(file) => Some(apiv3_key(&key("apiv3_key"), file, source)?),
            },
            reply_key: merchant.key_stage.as_ref().map_or_else(
                || merchant.reply_key.unwrap_or_default(),
                |stage| stage.get_ref().default_key(),
            ),
            key_stage: merchant.key_stage.as_ref().map(|stage| *stage.get_ref()),
            public_key_callbacks: merchant.public_key_callbacks.as_ref().map(|share| *share.get_ref()),
        });
    }
    let mut brands = Vec::new();
    for (index, brand) in config.brands.iter().enumerate() {
        brands.push(Brand {
            brand_id: brand.brand_id.clone(),
            name: brand.name.clone(),
            merchants: brand.merchants.iter().map(|mchid| mchid.get_ref().clone()).collect(),
            appids: appids(brand, config),
            feature: brand.feature,
            certificates: source
                .certificates(&format!("brands[{index}].certificates"), &brand.certificates)?,
            api_key: match &brand.api_key {
                None => None,
                Some(file) => Some(apiv3_key(&format!("brands[{index}].api_key"), file, source)?),
            },
            feed_templates: brand.feed_templates.clone(),
        });
    }
    let templates = config.templates.iter().enumerate();
    let templates: Vec<Template> = templates
        .map(|(index, template)| cards::template(index, template, config, source))
        .collect::<Result<_, _>>()?;
    let users = config.users.iter().map(|user| User {
        openid: user.openid.clone(),
        appid: user.appid.clone(),
        state: user.state,
        refusal: user.refusal.as_ref().map(|row| row.get_ref().clone()),
    });
    let users: Vec<User> = users.collect();
    let held: Vec<_> = config.users.iter().map(|user| cards::held(user, &templates)).collect();
    let described = Described {
        platform: &platform,
        merchants: &merchants,
        brands: &brands,
        templates: &templates,
        users: &users,
        held: &held,
    };
    let entries = EntryDigests::of(source.text, config, &described);
    let (members, claims) = held.into_iter().flatten().unzip();
    let faults = config.faults.iter().map(|rule| rule.get_ref().clone()).collect();
    Ok(Provision { platform, policy, merchants, brands, users, templates, members, claims, faults, entries })
}

fn public_url(config: &Config) -> PublicUrl {
    let ServiceConfig { public_url, main, .. } = &config.service;
    public_url.clone().unwrap_or_else(|| PublicUrl::at("http", *main))
}

/// AppIDs bound to a brand: those of its entry, and those of its templates.
fn appids(brand: &BrandConfig, config: &Config) -> Vec<AppId> {
    let of_brand = config.templates.iter().filter(|template| *template.brand_id.get_ref() == brand.brand_id);
    let mut appids = brand.appids.clone();
    for appid in of_brand.map(|template| &template.appid) {
        if !appids.contains(appid) {
            appids.push(appid.clone());
        }
    }
    appids
}

fn apiv3_key(key: &str, file: &toml::Spanned<PathBuf>, source: Source<'_>) -> Result<String, ConfigError> {
    let text = source.read_text(key, file)?;
    let text = text.trim();
    ApiV3Key::new(text).map_err(|error| source.fault(key, file.span(), Bilingual::of(&error)))?;
    Ok(text.to_owned())
}

fn response_keys(
    config: &ResponseKeysConfig,
    at: &str,
    source: Source<'_>,
) -> Result<ResponseKeys, ConfigError> {
    let key = |field: &str| format!("{at}.{field}");
    let private = |field: &str, file: &toml::Spanned<PathBuf>| {
        let bytes = source.read(&key(field), file)?;
        PrivateKey::from_bytes(&bytes)
            .map_err(|error| source.fault(&key(field), file.span(), Bilingual::of(&error)))
    };
    let public_key =
        ResponseSigner::new(config.public_key_id.clone(), private("private_key", &config.private_key)?);
    let certificate = match (&config.certificate, &config.certificate_key) {
        (None, None) => None,
        (Some(file), Some(key_file)) => {
            let bytes = source.read(&key("certificate"), file)?;
            let fault = |what: Bilingual| source.fault(&key("certificate"), file.span(), what);
            let certificate =
                Certificate::from_bytes(&bytes).map_err(|error| fault(Bilingual::of(&error)))?;
            let pem = certificate.to_pem();
            let private_key = private("certificate_key", key_file)?;
            if private_key.public_key() != *certificate.public_key() {
                return Err(fault(Bilingual::new(
                    "it does not belong to the key in `certificate_key`",
                    "与 `certificate_key` 中的私钥不匹配",
                )));
            }
            let signer = ResponseSigner::new(certificate.serial_no().clone(), private_key);
            Some(PlatformCertificate { signer, pem, certificate })
        }
        (Some(file), None) | (None, Some(file)) => {
            let what = (
                "`certificate` and `certificate_key` go together: give both or neither",
                "`certificate` 与 `certificate_key` 须同时填写，或都不填写",
            );
            return Err(source.fault(at, file.span(), what));
        }
    };
    Ok(ResponseKeys { public_key, certificates: certificate.into_iter().collect() })
}
