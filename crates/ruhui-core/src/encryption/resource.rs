//! Encrypted resources of callbacks (回调通知) and certificates: AES-256-GCM with the APIv3 key (partner page
//! 4012082320).

use crate::crypto;
use crate::env::{Entropy, alphanumeric};
use crate::key::{self, KeyError};
use crate::types::Invalid;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// Algorithm of all encrypted resources.
pub const ALGORITHM: &str = "AEAD_AES_256_GCM";

/// APIv3 key (APIv3密钥): a secret of 32 bytes that the merchant sets, with which WeChat Pay encrypts callbacks
/// and certificates. It is wiped when dropped, and its `Debug` hides it.
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
    /// Reads the key from a text. Blanks, line ends and quotes around a key of 32 bytes are ignored.
    ///
    /// # Errors
    ///
    /// [`KeyError::ApiV3KeyLength`] unless the key has exactly 32 bytes, or [`KeyError::ApiV3Key`] if the
    /// text is the key in another form.
    pub fn new(text: &str) -> Result<Self, KeyError> {
        key::api_v3_key(text).map(Self)
    }
}

impl fmt::Debug for ApiV3Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiV3Key(redacted)")
    }
}

/// Nonce of an encrypted resource: 12 letters and digits in the documents' examples.
///
/// A nonce is ASCII: it is sent as a text, so the bytes of other characters would change, and the resource
/// would not decrypt.
///
/// ```
/// # use ruhui_core::encryption::ResourceNonce;
/// assert!(ResourceNonce::new("j9g1wAzF9Xn1").is_ok());
/// assert!(ResourceNonce::new("j9g1wAzF9Xn¥").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceNonce([u8; 12]);

impl ResourceNonce {
    /// Makes a nonce from a text of 12 printable ASCII characters.
    ///
    /// # Errors
    ///
    /// [`Invalid`] for any other text.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        match text.as_bytes().try_into() {
            Ok(bytes) if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) => Ok(Self(bytes)),
            _ => Err(Invalid::Form {
                zh: "须为 12 个可见 ASCII 字符",
                en: "must be 12 printable ASCII characters",
            }),
        }
    }

    /// Makes a random nonce of letters and digits.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let text = alphanumeric(entropy, 12);
        let mut bytes = [b'0'; 12];
        bytes.copy_from_slice(text.as_bytes());
        Self(bytes)
    }
}

/// Encrypted resource: a callback's `resource`, or a certificate's `encrypt_certificate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EncryptedResource {
    /// Always [`ALGORITHM`].
    pub algorithm: String,
    /// Nonce, of 12 characters.
    pub nonce: String,
    /// Data that is authenticated in addition to the ciphertext; may be empty or absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub associated_data: Option<String>,
    /// Base64 of the ciphertext and its tag.
    pub ciphertext: String,
}

/// Reason for which an encrypted resource fails to decrypt. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecryptResourceError {
    /// The algorithm is not [`ALGORITHM`].
    Algorithm(String),
    /// The nonce does not have 12 bytes.
    NonceLength(usize),
    /// The ciphertext is not Base64.
    NotBase64,
    /// The resource was encrypted with another APIv3 key, or was changed on the way.
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
    /// Encrypts `plain`. A nonce must never be used twice with the same key.
    pub fn encrypt(key: &ApiV3Key, nonce: ResourceNonce, associated_data: &str, plain: &[u8]) -> Self {
        let encrypted = crypto::aes_encrypt(&key.0, nonce.0, associated_data.as_bytes(), plain.to_vec());
        Self {
            algorithm: ALGORITHM.to_owned(),
            nonce: nonce.0.iter().copied().map(char::from).collect(),
            associated_data: Some(associated_data.to_owned()),
            ciphertext: STANDARD.encode(encrypted),
        }
    }

    /// Decrypts the resource.
    ///
    /// # Errors
    ///
    /// [`DecryptResourceError`], with a variant for each reason.
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
