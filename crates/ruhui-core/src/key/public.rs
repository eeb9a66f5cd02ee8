//! Public keys, and the set of them that a verifier trusts.

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

/// An RSA public key: verifies signatures and encrypts fields. Cloning shares the key.
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
    /// As for [`PublicKey::from_bytes`].
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_bytes(text.as_bytes())
    }

    /// Reads the public key in the contents of a file: SPKI or PKCS#1, as PEM, DER or Base64, in the forms that
    /// [the module](super) lists.
    ///
    /// A certificate is rejected, with its kind: WeChat Pay's public key and its certificate go to different
    /// places, and so does the merchant's certificate.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when there is no public key, there are several, or the key is not RSA of at least 2048 bits.
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
    /// [`KeyError`] when it is not one, or its key is not RSA of at least 2048 bits.
    pub fn from_spki_der(spki: &[u8]) -> Result<Self, KeyError> {
        der::public_of_spki(spki).and_then(Self::from_pkcs1_der)
    }

    pub(super) fn from_pkcs1_der(pkcs1: &[u8]) -> Result<Self, KeyError> {
        let (key, spki) =
            crypto::Public::from_pkcs1(pkcs1).map_err(|_| KeyError::Damaged(Damage::Numbers))?;
        Ok(Self { key: Arc::new(key), spki: spki.into() })
    }

    /// The key as PEM, SPKI.
    pub fn to_pem(&self) -> String {
        pem::write("PUBLIC KEY", &self.spki).to_string()
    }

    /// Whether `signature` (Base64) is this key's RSASSA-PKCS1-v1_5 with SHA-256 over `message`. A text that
    /// is not Base64 is simply not a signature.
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

/// WeChat Pay's keys as a caller knows them: public keys by id and platform certificates by serial, several
/// at once, since a migration between them lasts for days (partner page 4012925289).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlatformKeys(BTreeMap<SerialNo, Entry>);

/// A key, and the validity of its certificate if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    key: PublicKey,
    validity: Option<Validity>,
}

impl PlatformKeys {
    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a public key under its id (`PUB_KEY_ID_...`).
    #[must_use]
    pub fn with_public_key(mut self, id: SerialNo, key: PublicKey) -> Self {
        self.0.insert(id, Entry { key, validity: None });
        self
    }

    /// Adds a platform certificate under its serial.
    #[must_use]
    pub fn with_certificate(mut self, certificate: &Certificate) -> Self {
        let entry = Entry { key: certificate.public_key().clone(), validity: Some(certificate.validity()) };
        self.0.insert(certificate.serial_no().clone(), entry);
        self
    }

    /// The key of this name, compared without case. No other key is tried.
    pub fn find(&self, serial: &str) -> Option<&PublicKey> {
        self.entry(serial).map(|entry| &entry.key)
    }

    /// The validity of the platform certificate with this serial; `None` for a public key, and for an unknown name.
    pub fn validity(&self, serial: &str) -> Option<Validity> {
        self.entry(serial)?.validity
    }

    fn entry(&self, serial: &str) -> Option<&Entry> {
        self.0.iter().find(|(known, _)| known.is_written(serial)).map(|(_, entry)| entry)
    }

    /// The names of all keys, in order.
    pub fn serials(&self) -> impl Iterator<Item = &SerialNo> {
        self.0.keys()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every key of `other` joins these.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}
