//! RSA public keys, and the set of platform keys that a verifier trusts.

use super::certificate::Certificate;
use super::error::{Damage, KeyError};
use super::found::{self, Item};
use super::kind::Kind;
use super::validity::Validity;
use super::{der, pem};
use crate::crypto;
use crate::types::SerialNo;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// RSA public key: verifies signatures and encrypts fields. A clone shares the key.
#[derive(Clone)]
pub struct PublicKey {
    key: Arc<crypto::Public>,
    spki: Arc<[u8]>,
}

impl PublicKey {
    /// Reads the public key in `text`, in any form that [`PublicKey::from_bytes`] reads.
    ///
    /// # Errors
    ///
    /// The errors of [`PublicKey::from_bytes`].
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_bytes(text.as_bytes())
    }

    /// Reads the public key in the contents of a file: SPKI or PKCS#1, as PEM, DER or Base64, in the forms that
    /// [the module](super) lists.
    ///
    /// A certificate is rejected with its kind as the reason: WeChat Pay's public key and its certificate are
    /// configured in different places, and so is the merchant's certificate.
    ///
    /// # Errors
    ///
    /// [`KeyError`] if the file has no public key or several, or if the key is not RSA of at least 2048 bits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let items = found::items(bytes)?;
        let mut distinct: Vec<&Result<Vec<u8>, KeyError>> = Vec::new();
        for item in &items {
            if let Item::PublicKey(key) = item
                && !distinct.contains(&key)
            {
                distinct.push(key);
            }
        }
        match distinct.as_slice() {
            [] => Err(found::none_of(&items, Kind::PublicKey)),
            [Ok(pkcs1)] => Self::from_pkcs1_der(pkcs1),
            [Err(error)] => Err(error.clone()),
            several => Err(KeyError::Several { wanted: Kind::PublicKey, count: several.len() }),
        }
    }

    /// Reads the DER of a SubjectPublicKeyInfo.
    ///
    /// # Errors
    ///
    /// [`KeyError`] if the DER is not a SubjectPublicKeyInfo, or if its key is not RSA of at least 2048 bits.
    pub fn from_spki_der(spki: &[u8]) -> Result<Self, KeyError> {
        der::public_of_spki(spki).and_then(Self::from_pkcs1_der)
    }

    pub(super) fn from_pkcs1_der(pkcs1: &[u8]) -> Result<Self, KeyError> {
        let (key, spki) =
            crypto::Public::from_pkcs1(pkcs1).map_err(|_| KeyError::Damaged(Damage::Numbers))?;
        Ok(Self { key: Arc::new(key), spki: spki.into() })
    }

    /// Returns the key as PEM (SPKI).
    pub fn to_pem(&self) -> String {
        pem::write("PUBLIC KEY", &self.spki).to_string()
    }

    /// Returns whether `signature` (Base64) is this key's signature over `message`, by RSASSA-PKCS1-v1_5 with
    /// SHA-256. A text that is not Base64 is not a signature.
    pub fn verifies(&self, message: &[u8], signature: &str) -> bool {
        crate::sign::decode_signature(signature).is_some_and(|bytes| self.key.verifies(message, &bytes))
    }

    pub(crate) fn inner(&self) -> &crypto::Public {
        &self.key
    }

    pub(crate) fn spki(&self) -> &[u8] {
        &self.spki
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki == other.spki
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = crypto::sha256(&[&self.spki]);
        write!(f, "PublicKey(sha256 {})", hex::encode(&digest[..8]))
    }
}

/// WeChat Pay's keys that a caller trusts: public keys (微信支付公钥) by id and platform certificates (平台证书) by
/// serial number. There may be several, since a migration between them takes days (partner page 4012925289).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlatformKeys(BTreeMap<SerialNo, Entry>);

/// Public key, and the validity of its certificate if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    key: PublicKey,
    validity: Option<Validity>,
}

impl PlatformKeys {
    /// Makes an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a public key with its id (`PUB_KEY_ID_...`).
    #[must_use]
    pub fn with_public_key(mut self, id: SerialNo, key: PublicKey) -> Self {
        self.0.insert(id, Entry { key, validity: None });
        self
    }

    /// Adds a platform certificate.
    #[must_use]
    pub fn with_certificate(mut self, certificate: &Certificate) -> Self {
        let entry = Entry { key: certificate.public_key().clone(), validity: Some(certificate.validity()) };
        self.0.insert(certificate.serial_no().clone(), entry);
        self
    }

    /// Returns the key with this id or serial number, in any case. No other key is tried.
    pub fn find(&self, serial: &str) -> Option<&PublicKey> {
        self.entry(serial).map(|entry| &entry.key)
    }

    /// Returns the validity of the platform certificate with this serial number; `None` for a public key, and
    /// for an unknown name.
    pub fn validity(&self, serial: &str) -> Option<Validity> {
        self.entry(serial)?.validity
    }

    fn entry(&self, serial: &str) -> Option<&Entry> {
        self.0.iter().find(|(known, _)| known.is_written(serial)).map(|(_, entry)| entry)
    }

    /// Returns the ids and serial numbers of all keys, in order.
    pub fn serials(&self) -> impl Iterator<Item = &SerialNo> {
        self.0.keys()
    }

    /// Returns whether the set has no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds all keys of `other`.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}
