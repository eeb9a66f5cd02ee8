//! Encrypted resources: AES-256-GCM under the APIv3 key (partner page 4012082320).

use crate::crypto;
use crate::env::{Entropy, alphanumeric};
use crate::key::{self, KeyError};
use crate::types::Invalid;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// The one algorithm of encrypted resources.
pub const ALGORITHM: &str = "AEAD_AES_256_GCM";

/// The secret of 32 bytes that a merchant sets for callbacks and certificates. Wiped when dropped, hidden in
/// `Debug`.
///
/// ```
/// # use ruhui_core::encryption::ApiV3Key;
/// assert!(ApiV3Key::new("0123456789abcdef0123456789abcdef").is_ok());
/// let error = ApiV3Key::new("short").unwrap_err();
/// assert_eq!(error.to_string(), "an APIv3 key has 32 bytes, this has 5");
/// ```
#[derive(Clone)]
pub struct ApiV3Key(Zeroizing<[u8; 32]>);

impl ApiV3Key {
    /// Takes the key as text. Blanks, line ends and quotes around a key of 32 bytes do not belong to it.
    ///
    /// # Errors
    ///
    /// [`KeyError::ApiV3KeyLength`] unless it has exactly 32 bytes, or [`KeyError::ApiV3Key`] where the text is
    /// the key in another form.
    pub fn new(text: &str) -> Result<Self, KeyError> {
        key::api_v3_key(text).map(Self)
    }
}

impl fmt::Debug for ApiV3Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiV3Key(redacted)")
    }
}

/// A nonce of a resource: 12 letters and digits, as the documents show them. It goes over the wire as a text,
/// so bytes beyond ASCII would become others on the way, and the resource could not be decrypted.
///
/// ```
/// # use ruhui_core::encryption::ResourceNonce;
/// assert!(ResourceNonce::new("j9g1wAzF9Xn1").is_ok());
/// assert!(ResourceNonce::new("j9g1wAzF9Xn¥").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceNonce([u8; 12]);

impl ResourceNonce {
    /// Takes a text of 12 printable ASCII characters.
    ///
    /// # Errors
    ///
    /// [`Invalid`] for any other.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        match text.as_bytes().try_into() {
            Ok(bytes) if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) => Ok(Self(bytes)),
            _ => Err(Invalid::Form {
                zh: "须为 12 个可见 ASCII 字符",
                en: "must be 12 printable ASCII characters",
            }),
        }
    }

    /// A new one, of letters and digits.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let text = alphanumeric(entropy, 12);
        let mut bytes = [b'0'; 12];
        bytes.copy_from_slice(text.as_bytes());
        Self(bytes)
    }
}

/// A encrypted resource: a callback's `resource`, a certificate's `encrypt_certificate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EncryptedResource {
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

/// Why a encrypted resource does not open. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecryptResourceError {
    /// Encrypted with an algorithm other than [`ALGORITHM`].
    Algorithm(String),
    /// The nonce does not have 12 bytes.
    NonceLength(usize),
    /// The ciphertext is not Base64.
    NotBase64,
    /// Encrypted with another APIv3 key, or changed on the way.
    TagMismatch,
}

impl fmt::Display for DecryptResourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Algorithm(found), false) => write!(f, "encrypted with `{found}`, which is not {ALGORITHM}"),
            (Self::Algorithm(found), true) => write!(f, "加密算法为 `{found}`，而不是 {ALGORITHM}"),
            (Self::NonceLength(bytes), false) => write!(f, "the nonce has {bytes} bytes, AES-GCM takes 12"),
            (Self::NonceLength(bytes), true) => write!(f, "nonce 为 {bytes} 字节，须为 12 字节"),
            (Self::NotBase64, false) => f.write_str("the ciphertext is not Base64"),
            (Self::NotBase64, true) => f.write_str("ciphertext 不是 Base64"),
            (Self::TagMismatch, false) => f.write_str(
                "cannot be decrypted with this APIv3 key, though the key has the right length: it is another merchant's key, or the data was changed",
            ),
            (Self::TagMismatch, true) => {
                f.write_str("用此 APIv3密钥无法解密（密钥长度正确）：可能是其他商户的密钥，或数据被改动")
            }
        }
    }
}

impl std::error::Error for DecryptResourceError {}

impl EncryptedResource {
    /// Encrypts `plain`. `nonce` must never have been used with this key.
    pub fn encrypt(key: &ApiV3Key, nonce: ResourceNonce, associated_data: &str, plain: &[u8]) -> Self {
        let encrypted = crypto::aes_encrypt(&key.0, nonce.0, associated_data.as_bytes(), plain.to_vec());
        Self {
            algorithm: ALGORITHM.to_owned(),
            nonce: nonce.0.iter().copied().map(char::from).collect(),
            associated_data: Some(associated_data.to_owned()),
            ciphertext: STANDARD.encode(encrypted),
        }
    }

    /// Opens the resource.
    ///
    /// # Errors
    ///
    /// [`DecryptResourceError`], a variant for each way to fail.
    pub fn decrypt(&self, key: &ApiV3Key) -> Result<Vec<u8>, DecryptResourceError> {
        if self.algorithm != ALGORITHM {
            return Err(DecryptResourceError::Algorithm(self.algorithm.clone()));
        }
        let nonce = self
            .nonce
            .as_bytes()
            .try_into()
            .map_err(|_| DecryptResourceError::NonceLength(self.nonce.len()))?;
        let associated_data = self.associated_data.as_deref().unwrap_or_default();
        let encrypted = STANDARD.decode(&self.ciphertext).map_err(|_| DecryptResourceError::NotBase64)?;
        crypto::aes_decrypt(&key.0, nonce, associated_data.as_bytes(), encrypted)
            .map_err(|_| DecryptResourceError::TagMismatch)
    }
}
