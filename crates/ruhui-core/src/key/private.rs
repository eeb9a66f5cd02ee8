//! RSA private keys (such as 商户API证书私钥).

use super::error::{Damage, KeyError};
use super::found::{self, Item};
use super::kind::Kind;
use super::public::PublicKey;
use crate::crypto;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// RSA private key: signs requests or responses, and decrypts fields.
///
/// A clone shares the key. The key is wiped when the last clone is dropped, and its `Debug` hides it.
///
/// ```
/// use ruhui_core::key::{KeyError, Kind, PrivateKey};
///
/// let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
/// let error = PrivateKey::from_pem(pem).unwrap_err();
/// assert_eq!(error.to_string(), "this is a certificate, a private key is needed");
/// ```
#[derive(Clone)]
pub struct PrivateKey(Arc<crypto::Private>);

impl PrivateKey {
    /// Reads the private key in `text`, in any form that [`PrivateKey::from_bytes`] reads.
    ///
    /// # Errors
    ///
    /// The errors of [`PrivateKey::from_bytes`].
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_bytes(text.as_bytes())
    }

    /// Reads the private key in the contents of a file: PKCS#8 or PKCS#1, as PEM, DER or Base64, in the forms
    /// that [the module](super) lists.
    ///
    /// # Errors
    ///
    /// [`KeyError`] if the file has no private key or several, or if the key is not RSA of at least 2048
    /// bits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let items = found::items(bytes)?;
        let keys = items.iter().filter_map(|item| match item {
            Item::PrivateKey(key) => Some(key),
            _ => None,
        });
        let mut distinct: Vec<&Result<Zeroizing<Vec<u8>>, KeyError>> = Vec::new();
        for key in keys {
            if !distinct.contains(&key) {
                distinct.push(key);
            }
        }
        match distinct.as_slice() {
            [] => Err(found::none_of(&items, Kind::PrivateKey)),
            [Ok(pkcs1)] => Self::from_pkcs1_der(pkcs1),
            [Err(error)] => Err(error.clone()),
            several => Err(KeyError::Several { wanted: Kind::PrivateKey, count: several.len() }),
        }
    }

    fn from_pkcs1_der(pkcs1: &[u8]) -> Result<Self, KeyError> {
        let key = crypto::Private::from_pkcs1(pkcs1).map_err(|_| KeyError::Damaged(Damage::Numbers))?;
        Ok(Self(Arc::new(key)))
    }

    /// Returns the public half of the key.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from_pkcs1_der(self.0.public_pkcs1())
            .expect("a checked private key has a public half that passes the same checks")
    }

    /// Signs `message` by RSASSA-PKCS1-v1_5 with SHA-256, and returns the signature in Base64 (344 characters
    /// for 2048 bits).
    pub fn sign(&self, message: &[u8]) -> String {
        crate::sign::encode_signature(&self.0.sign(message))
    }

    /// Returns the DER of PKCS#8; `None` if the library cannot write it.
    pub(crate) fn pkcs8(&self) -> Option<Zeroizing<Vec<u8>>> {
        self.0.pkcs8().ok()
    }

    pub(crate) fn decrypt(&self, encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>, crypto::Failed> {
        self.0.decrypt(encrypted)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(redacted)")
    }
}
