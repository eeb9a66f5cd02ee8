//! From the file to what the service is made of.

use super::check::{Source, check};
use super::{Config, ConfigError, ReplyKeysConfig, Switch};
use crate::domain::{Brand, Merchant, Template, User};
use crate::service::{Platform, PlatformCertificate, Policy, RateLimit, ReplyKeys};
use ruhui_core::key::{Certificate, PrivateKey};
use ruhui_core::seal::ApiV3Key;
use ruhui_core::sign::ReplySigner;
use std::path::Path;
use zeroize::Zeroizing;

/// Everything that a configuration provides, with its files read.
#[derive(Debug)]
pub struct Provision {
    /// The platform's keys.
    pub platform: Platform,
    /// The policy.
    pub policy: Policy,
    /// Service providers.
    pub merchants: Vec<Merchant>,
    /// Brands.
    pub brands: Vec<Brand>,
    /// Card templates.
    pub templates: Vec<Template>,
    /// Users.
    pub users: Vec<User>,
}

impl Config {
    /// Reads the file at `path` and everything that it names.
    ///
    /// # Errors
    ///
    /// [`ConfigError`]: the first mistake, with file, line and key.
    pub fn load(path: &Path) -> Result<(Self, Provision), ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::new(path, format!("cannot be read: {error}")))?;
        let config: Self = parse(path, &text)?;
        let source = Source { path, text: &text };
        check(&config, source)?;
        let provision = provide(&config, source)?;
        Ok((config, provision))
    }
}

fn parse(path: &Path, text: &str) -> Result<Config, ConfigError> {
    let fault = |error: &toml::de::Error, key: String| {
        let what = error.message().lines().collect::<Vec<_>>().join(", ");
        ConfigError::at(path, text, error.span().unwrap_or_default(), key, what)
    };
    let deserializer = toml::Deserializer::parse(text).map_err(|error| fault(&error, String::new()))?;
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let key = match error.path().to_string() {
            root if root == "." => String::new(),
            key => key,
        };
        fault(error.inner(), key)
    })
}

fn provide(config: &Config, source: Source<'_>) -> Result<Provision, ConfigError> {
    let platform = Platform {
        partner: reply_keys(&config.platform.partner, "platform.partner", source)?,
        brand: reply_keys(&config.platform.brand, "platform.brand", source)?,
    };
    let policy = Policy {
        unknown_openids: config.service.unknown_openids,
        rate_limit: match config.service.rate_limit {
            Switch::On => RateLimit::DOCUMENTED,
            Switch::Off => RateLimit::Off,
        },
        serve_certificates: config.service.certificates == Switch::On,
        diagnose: config.service.sandbox,
    };
    let mut merchants = Vec::new();
    for (index, merchant) in config.merchants.iter().enumerate() {
        let key = |field: &str| format!("merchants[{index}].{field}");
        merchants.push(Merchant {
            mchid: merchant.mchid.clone(),
            certificates: source.certificates(&key("certificates"), &merchant.certificates)?,
            apiv3_key: match &merchant.apiv3_key {
                None => None,
                Some(file) => {
                    let text = source.read(&key("apiv3_key"), file)?.trim_end().to_owned();
                    ApiV3Key::new(&text)
                        .map_err(|error| source.fault(&key("apiv3_key"), file.span(), error.to_string()))?;
                    Some(text)
                }
            },
            reply_key: merchant.reply_key,
        });
    }
    let mut brands = Vec::new();
    for (index, brand) in config.brands.iter().enumerate() {
        brands.push(Brand {
            brand_id: brand.brand_id.clone(),
            name: brand.name.clone(),
            merchants: brand.merchants.iter().map(|mchid| mchid.get_ref().clone()).collect(),
            feature: brand.feature,
            certificates: source
                .certificates(&format!("brands[{index}].certificates"), &brand.certificates)?,
        });
    }
    let templates = config.templates.iter().map(|template| Template {
        card_id: template.card_id.clone(),
        brand_id: template.brand_id.get_ref().clone(),
        appid: template.appid.clone(),
        state: template.state,
        available_end_time: template.available_end_time,
    });
    let users = config.users.iter().map(|user| User {
        openid: user.openid.clone(),
        appid: user.appid.clone(),
        state: user.state,
        cards: user.cards.iter().map(|card_id| card_id.get_ref().clone()).collect(),
        refusal: user.refusal.as_ref().map(|row| row.get_ref().clone()),
    });
    Ok(Provision {
        platform,
        policy,
        merchants,
        brands,
        templates: templates.collect(),
        users: users.collect(),
    })
}

fn reply_keys(config: &ReplyKeysConfig, at: &str, source: Source<'_>) -> Result<ReplyKeys, ConfigError> {
    let key = |field: &str| format!("{at}.{field}");
    let private = |field: &str, file: &toml::Spanned<std::path::PathBuf>| {
        let pem = Zeroizing::new(source.read(&key(field), file)?);
        PrivateKey::from_pem(&pem).map_err(|error| source.fault(&key(field), file.span(), error.to_string()))
    };
    let public_key =
        ReplySigner::new(config.public_key_id.clone(), private("private_key", &config.private_key)?);
    let certificate = match (&config.certificate, &config.certificate_key) {
        (None, None) => None,
        (Some(file), Some(key_file)) => {
            let pem = source.read(&key("certificate"), file)?;
            let fault = |what: String| source.fault(&key("certificate"), file.span(), what);
            let certificate = Certificate::from_pem(&pem).map_err(|error| fault(error.to_string()))?;
            let private_key = private("certificate_key", key_file)?;
            if private_key.public_key() != *certificate.public_key() {
                return Err(fault("does not belong to the key in `certificate_key`".to_owned()));
            }
            let signer = ReplySigner::new(certificate.serial_no().clone(), private_key);
            Some(PlatformCertificate { signer, pem, certificate })
        }
        (Some(file), None) | (None, Some(file)) => {
            let what = "`certificate` and `certificate_key` go together: give both or neither";
            return Err(source.fault(at, file.span(), what));
        }
    };
    Ok(ReplyKeys { public_key, certificate })
}
