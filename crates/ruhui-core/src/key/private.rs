//! Private keys.

use super::{KeyError, Kind, PublicKey, der, pem};
use crate::crypto;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// An RSA private key: signs requests or replies and opens sealed fields.
///
/// Cloning shares the key. It is wiped when the last clone is dropped, and its `Debug` hides it.
///
/// ```
/// use ruhui_core::key::{KeyError, Kind, PrivateKey};
///
/// let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
/// let error = PrivateKey::from_pem(pem).unwrap_err();
/// assert_eq!(error.to_string(), "this is a certificate, a private key is wanted");
/// ```
#[derive(Clone)]
pub struct PrivateKey(Arc<crypto::Private>);

impl PrivateKey {
    /// Reads the first PEM section of `text`: PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`).
    ///
    /// # Errors
    ///
    /// [`KeyError`] when there is no such section, it holds another kind of thing, or the key is not RSA of
    /// at least 2048 bits.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let section = pem::first_section(text)?;
        let pkcs8 = match section.label.as_str() {
            "PRIVATE KEY" => section.der,
            "RSA PRIVATE KEY" => der::pkcs8_from_pkcs1(&section.der),
            _ => {
                return Err(KeyError::WrongKind { found: section.kind(), wanted: Kind::PrivateKey });
            }
        };
        Self::from_pkcs8_der(&pkcs8)
    }

    /// Reads the DER of PKCS#8.
    ///
    /// # Errors
    ///
    /// As for [`PrivateKey::from_pem`].
    pub fn from_pkcs8_der(pkcs8: &[u8]) -> Result<Self, KeyError> {
        der::check_pkcs8(pkcs8)?;
        let key = crypto::Private::from_pkcs8(pkcs8)
            .map_err(|_| KeyError::Damaged("the numbers of the key do not belong together"))?;
        Ok(Self(Arc::new(key)))
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from_spki_der(&der::spki_from_pkcs1(self.0.public_pkcs1()))
            .expect("a checked private key has a public half that passes the same checks")
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over `message`, in Base64 (344 characters for 2048 bits).
    pub fn sign(&self, message: &[u8]) -> String {
        crate::sign::encode_signature(&self.0.sign(message))
    }

    /// The DER of PKCS#8. `None` if the library cannot write it.
    pub(crate) fn pkcs8(&self) -> Option<Zeroizing<Vec<u8>>> {
        self.0.pkcs8().ok()
    }

    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, crypto::Failed> {
        self.0.open(sealed)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(redacted)")
    }
}
