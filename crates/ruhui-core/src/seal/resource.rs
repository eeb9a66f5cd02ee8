//! Sealed resources: AES-256-GCM under the APIv3 key (partner page 4012082320).

use crate::crypto;
use crate::key::KeyError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// The one algorithm of sealed resources.
pub const ALGORITHM: &str = "AEAD_AES_256_GCM";

/// The secret of 32 bytes that a merchant sets for callbacks and certificates. Wiped when dropped, hidden in
/// `Debug`.
///
/// ```
/// # use ruhui_core::seal::ApiV3Key;
/// assert!(ApiV3Key::new("0123456789abcdef0123456789abcdef").is_ok());
/// let error = ApiV3Key::new("short").unwrap_err();
/// assert_eq!(error.to_string(), "an APIv3 key has 32 bytes, this has 5");
/// ```
#[derive(Clone)]
pub struct ApiV3Key(Zeroizing<[u8; 32]>);

impl ApiV3Key {
    /// Takes the key as text.
    ///
    /// # Errors
    ///
    /// [`KeyError::ApiV3KeyLength`] unless it has exactly 32 bytes.
    pub fn new(text: &str) -> Result<Self, KeyError> {
        let bytes = text.as_bytes().try_into().map_err(|_| KeyError::ApiV3KeyLength { bytes: text.len() })?;
        Ok(Self(Zeroizing::new(bytes)))
    }
}

impl fmt::Debug for ApiV3Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiV3Key(redacted)")
    }
}

/// A sealed resource: a callback's `resource`, a certificate's `encrypt_certificate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Sealed {
    /// Always [`ALGORITHM`].
    pub algorithm: String,
    /// 12 characters.
    pub nonce: String,
    /// What is authenticated beside the ciphertext; may be empty or absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub associated_data: Option<String>,
    /// Base64 of ciphertext and tag.
    pub ciphertext: String,
}

/// Why a sealed resource does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Sealed with an algorithm other than [`ALGORITHM`].
    #[error("sealed with `{0}`, which is not AEAD_AES_256_GCM")]
    Algorithm(String),
    /// The nonce does not have 12 bytes.
    #[error("the nonce has {0} bytes, AES-GCM takes 12")]
    NonceLength(usize),
    /// The ciphertext is not Base64.
    #[error("the ciphertext is not Base64")]
    NotBase64,
    /// Sealed with another APIv3 key, or changed on the way.
    #[error(
        "does not open with this APIv3 key, though the key has the right length: another merchant's key, or changed data"
    )]
    TagMismatch,
}

impl Sealed {
    /// Seals `plain`. `nonce` must be new to the key: 12 random alphanumeric characters are usual.
    pub fn seal(key: &ApiV3Key, nonce: [u8; 12], associated_data: &str, plain: &[u8]) -> Self {
        let sealed = crypto::aes_seal(&key.0, nonce, associated_data.as_bytes(), plain.to_vec());
        Self {
            algorithm: ALGORITHM.to_owned(),
            nonce: nonce.iter().copied().map(char::from).collect(),
            associated_data: Some(associated_data.to_owned()),
            ciphertext: STANDARD.encode(sealed),
        }
    }

    /// Opens the resource.
    ///
    /// # Errors
    ///
    /// [`OpenError`], a variant for each way to fail.
    pub fn open(&self, key: &ApiV3Key) -> Result<Vec<u8>, OpenError> {
        if self.algorithm != ALGORITHM {
            return Err(OpenError::Algorithm(self.algorithm.clone()));
        }
        let nonce = self.nonce.as_bytes().try_into().map_err(|_| OpenError::NonceLength(self.nonce.len()))?;
        let associated_data = self.associated_data.as_deref().unwrap_or_default();
        let sealed = STANDARD.decode(&self.ciphertext).map_err(|_| OpenError::NotBase64)?;
        crypto::aes_open(&key.0, nonce, associated_data.as_bytes(), sealed)
            .map_err(|_| OpenError::TagMismatch)
    }
}
