//! The files of the kit that a merchant gets, with the names and formats that the documents' samples expect, and the
//! platform's keys.

use super::Comments;
use super::ports::Ports;
use crate::config::SANDBOX_TEMPLATE;
use crate::env::Env;
use crate::issue;
use crate::kit_values::{BRAND_ID, MCHID};
use crate::start::{Making, StartError};

use rcgen::{KeyPair, PKCS_RSA_SHA256};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::encryption::ApiV3Key;
use ruhui_core::env::alphanumeric;
use ruhui_core::key::{Certificate, PrivateKey, PublicKey};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fmt, fs};
use zeroize::Zeroizing;

/// Whether the folder was complete once. A start writes `ruhui.toml` after the keys, and `kit.env` at its end.
pub(super) fn was_complete(root: &Path) -> bool {
    ["ruhui.toml", "kit/kit.env"].iter().any(|name| root.join(name).exists())
}

/// The files that a start may make.
const FILES: [&str; 13] = [
    "kit/apiclient_key.pem",
    "kit/apiclient_cert.pem",
    "kit/apiv3_key.txt",
    "kit/brand_key.pem",
    "kit/brand_cert.pem",
    "kit/brand_api_key.txt",
    "kit/brand_wxp_pub.pem",
    "kit/wxp_pub.pem",
    "kit/wxp_cert.pem",
    "platform/brand_wxp_key.pem",
    "platform/wxp_key.pem",
    "platform/wxp_cert_key.pem",
    "ruhui.toml",
];

/// Makes the missing keys and certificates and a missing `ruhui.toml`. Existing files stay: the folder may be a
/// sandbox already, or one that was interrupted while it was made. Returns the files that were missing.
pub(super) fn provide(
    root: &Path,
    env: &Env,
    comments: Comments,
    ports: Option<Ports>,
) -> Result<Vec<PathBuf>, StartError> {
    let missing = FILES.iter().map(|name| root.join(name)).filter(|path| !path.exists()).collect();
    let file = |name: &str| root.join(name);
    // The RSA keys take most of the time of a first start, so they are made in parallel.
    std::thread::scope(|scope| {
        let making: Vec<_> =
            KEYS.iter().map(|(key, derived)| scope.spawn(move || provide_key(root, key, derived))).collect();
        making.into_iter().try_for_each(|key| {
            key.join().unwrap_or_else(|_| {
                Err(StartError::Key { what: Making::RsaKey, why: "the thread ended".to_owned() })
            })
        })
    })?;
    provide_public_key(&file("platform/wxp_key.pem"), &file("kit/wxp_pub.pem"))?;
    provide_public_key(&file("platform/brand_wxp_key.pem"), &file("kit/brand_wxp_pub.pem"))?;
    provide_certificate(&file("kit/apiclient_key.pem"), &file("kit/apiclient_cert.pem"), MCHID, env)?;
    provide_certificate(&file("kit/brand_key.pem"), &file("kit/brand_cert.pem"), BRAND_ID, env)?;
    provide_certificate(
        &file("platform/wxp_cert_key.pem"),
        &file("kit/wxp_cert.pem"),
        "Tenpay.com sign",
        env,
    )?;
    for key in ["kit/apiv3_key.txt", "kit/brand_api_key.txt"] {
        let path = file(key);
        if !path.exists() {
            write_private(&path, &alphanumeric(&*env.entropy, 32))?;
        }
        ApiV3Key::new(read(&path)?.trim()).map_err(|error| damaged(&path, &error))?;
    }
    // Written last, and atomically: a folder with this file has all the others.
    if !file("ruhui.toml").exists() {
        let text = default_config(&public_key_id(MCHID, env), &public_key_id(BRAND_ID, env), comments);
        let text = if let Some(ports) = ports { ports.written_into(&text) } else { text };
        write(&file("ruhui.toml"), &text)?;
    }
    Ok(missing)
}

/// The text of a new sandbox's `ruhui.toml`, with the ids of the two public keys.
pub fn default_config(partner_public_key_id: &str, brand_public_key_id: &str, comments: Comments) -> String {
    comments
        .picked(SANDBOX_TEMPLATE)
        .replace("{partner_public_key_id}", partner_public_key_id)
        .replace("{brand_public_key_id}", brand_public_key_id)
}

/// The private keys, each with the file that is derived from it.
const KEYS: [(&str, &str); 5] = [
    ("kit/apiclient_key.pem", "kit/apiclient_cert.pem"),
    ("kit/brand_key.pem", "kit/brand_cert.pem"),
    ("platform/wxp_key.pem", "kit/wxp_pub.pem"),
    ("platform/wxp_cert_key.pem", "kit/wxp_cert.pem"),
    ("platform/brand_wxp_key.pem", "kit/brand_wxp_pub.pem"),
];

fn provide_key(root: &Path, key: &str, derived: &str) -> Result<(), StartError> {
    let (path, derived) = (root.join(key), root.join(derived));
    match (path.exists(), derived.exists()) {
        (true, _) => {
            return match PrivateKey::from_bytes(&read_bytes(&path)?) {
                Ok(_) => Ok(()),
                Err(error) => Err(damaged_key(&path, &derived, &error)),
            };
        }
        // The derived file would not match a new key. It may be the user's, so it stays.
        (false, true) => {
            let derived = derived.display();
            let why = Bilingual::new(
                format!(
                    "it is missing, but {derived} exists, which was made of it; put it back, or delete both and the next start makes new ones"
                ),
                format!(
                    "该文件不存在，但由它生成的 {derived} 仍在；请放回该文件，或将两者都删除，下次启动时会重新生成"
                ),
            );
            return Err(StartError::Unusable { path, why });
        }
        (false, false) => {}
    }
    let key = issue::key_pair()
        .map_err(|error| StartError::Key { what: Making::RsaKey, why: error.to_string() })?;
    write_private(&path, &key.serialize_pem())
}

fn provide_public_key(private: &Path, public: &Path) -> Result<(), StartError> {
    if public.exists() {
        return match PublicKey::from_bytes(&read_bytes(public)?) {
            Ok(key) => check_pair(private, &key, public),
            Err(error) => Err(damaged(public, &error)),
        };
    }
    let key = read_key(private, public)?;
    write(public, &key.public_key_pem())
}

fn provide_certificate(key: &Path, path: &Path, common_name: &str, env: &Env) -> Result<(), StartError> {
    if path.exists() {
        return match Certificate::from_bytes(&read_bytes(path)?) {
            Ok(certificate) => check_pair(key, certificate.public_key(), path),
            Err(error) => Err(damaged(path, &error)),
        };
    }
    let failed = |error: rcgen::Error| StartError::Key { what: Making::Certificate, why: error.to_string() };
    write(path, &issue::certificate(&read_key(key, path)?, common_name, env).map_err(failed)?)
}

/// Rejects a public key that belongs to another private key: a kit with both can never work, and no response says why.
fn check_pair(private: &Path, public: &PublicKey, path: &Path) -> Result<(), StartError> {
    let key =
        PrivateKey::from_bytes(&read_bytes(private)?).map_err(|error| damaged_key(private, path, &error))?;
    if key.public_key() == *public {
        return Ok(());
    }
    let private = private.display();
    let why = Bilingual::new(
        format!("it does not belong to the private key {private}"),
        format!("与私钥 {private} 不匹配"),
    );
    Err(damaged(path, &why))
}

fn public_key_id(owner: &str, env: &Env) -> String {
    let mut bytes = [0; 8];
    env.entropy.fill(&mut bytes);
    let number = u64::from_le_bytes(bytes) % 1_000_000_000_000;
    format!("PUB_KEY_ID_01{owner:0>10}{number:012}")
}

fn read_key(path: &Path, derived: &Path) -> Result<KeyPair, StartError> {
    // The core has already read the key, in any of its forms. This library reads PKCS#8 as PEM only.
    KeyPair::from_pkcs8_pem_and_sign_algo(&read(path)?, &PKCS_RSA_SHA256).map_err(|_| {
        let why = Bilingual::new("it is not a PEM file of the form PKCS#8", "不是 PKCS#8 格式的 PEM 文件");
        damaged_key(path, derived, &why)
    })
}

fn damaged_key(path: &Path, derived: &Path, why: &dyn fmt::Display) -> StartError {
    let derived = derived.display();
    let why = Bilingual::new(
        format!(
            "{why}; put the right one back, or delete it and {derived} and the next start makes new ones"
        ),
        format!("{why:#}；请放回正确的文件，或将它与 {derived} 一起删除，下次启动时会重新生成"),
    );
    StartError::Unusable { path: path.to_owned(), why }
}

/// The error about a damaged file that the sandbox can make again: empty, cut off, or of another kind.
pub(super) fn damaged(path: &Path, why: &dyn fmt::Display) -> StartError {
    let why = Bilingual::new(
        format!("{why}; put the right one back, or delete it and the next start makes a new one"),
        format!("{why:#}；请放回正确的文件，或将其删除，下次启动时会重新生成"),
    );
    StartError::Unusable { path: path.to_owned(), why }
}

/// Reads a text file, which may be a private key. The system returns the length of the file, so the text does not
/// grow and leave copies of itself in memory.
pub(super) fn read(path: &Path) -> Result<Zeroizing<String>, StartError> {
    let read = fs::read_to_string(path).map(Zeroizing::new);
    read.map_err(|error| StartError::File { path: path.to_owned(), error: error.into() })
}

fn read_bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, StartError> {
    let read = fs::read(path).map(Zeroizing::new);
    read.map_err(|error| StartError::File { path: path.to_owned(), error: error.into() })
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), StartError> {
    write_at_once(path, text, 0o644)
}

/// Writes a file that only its owner may read.
pub(super) fn write_private(path: &Path, text: &str) -> Result<(), StartError> {
    write_at_once(path, text, 0o600)
}

/// Writes a file atomically: an interrupted start must not leave half a key, which the next start would keep.
fn write_at_once(
    path: &Path,
    text: &str,
    #[cfg_attr(not(unix), allow(unused))] mode: u32,
) -> Result<(), StartError> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".draft");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    options
        .open(&draft)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&draft, path))
        .map_err(|error| StartError::File { path: path.to_owned(), error: error.into() })
}
