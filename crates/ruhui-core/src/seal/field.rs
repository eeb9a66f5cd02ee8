//! Sealed fields: RSAES-OAEP with SHA-1 and MGF1-SHA-1, empty label, Base64 (partner page 4013059053).

use super::Unopenable;
use crate::key::{PrivateKey, PublicKey};
use crate::sign::{decode_signature as decode, encode_signature as encode};
use std::fmt;
use zeroize::Zeroizing;

/// The text is too long for one field. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealFieldError {
    /// The most bytes that the key can encrypt: 214 for 2048 bits.
    pub limit: usize,
    /// The bytes found.
    pub actual: usize,
}

impl fmt::Display for SealFieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, actual } = self;
        if f.alternate() {
            write!(f, "该密钥每个字段最多加密 {limit} 字节，而文本有 {actual} 字节")
        } else {
            write!(f, "the key encrypts at most {limit} bytes in one field, and the text has {actual}")
        }
    }
}

impl std::error::Error for SealFieldError {}

/// The reason for which an encrypted field does not decrypt. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenFieldError {
    /// The text is not Base64.
    NotBase64,
    /// The field was encrypted with another key, or is damaged.
    WrongKey,
    /// The decrypted bytes are not UTF-8.
    NotText,
}

impl fmt::Display for OpenFieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = Unopenable::from(*self);
        if f.alternate() {
            write!(f, "加密字段无法解密：{reason:#}")
        } else {
            write!(f, "the encrypted field does not decrypt: {reason}")
        }
    }
}

impl std::error::Error for OpenFieldError {}

/// Seals `plain` for the owner of `key`.
///
/// # Errors
///
/// [`SealFieldError`] when `plain` is longer than the key can seal.
///
/// ```
/// # use ruhui_core::{key::PrivateKey, seal};
/// # let key = PrivateKey::from_pem(include_str!("../../../../vectors/keys/merchant_key.pem"))?;
/// let sealed = seal::seal_field(&key.public_key(), "13900000000")?;
/// assert_eq!(seal::open_field(&key, &sealed)?.as_str(), "13900000000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn seal_field(key: &PublicKey, plain: &str) -> Result<String, SealFieldError> {
    let error = SealFieldError { limit: key.inner().longest_plain(), actual: plain.len() };
    key.inner().seal(plain.as_bytes()).map(|sealed| encode(&sealed)).map_err(|_| error)
}

/// Whether a text has the form of an encrypted field: Base64 of one block of RSA with 2048, 3072 or 4096 bits.
/// The longest sensitive text that the documents know has 128 characters, such a block 344 and more.
pub fn is_sealed_field(text: &str) -> bool {
    matches!(text.len(), 344 | 512 | 684)
        && decode(text).is_some_and(|block| matches!(block.len(), 256 | 384 | 512))
}

/// Opens a field that was sealed for the owner of `key`. The result is wiped when it is dropped.
///
/// # Errors
///
/// [`OpenFieldError`] when the field was sealed for another key or is damaged.
pub fn open_field(key: &PrivateKey, sealed: &str) -> Result<Zeroizing<String>, OpenFieldError> {
    let sealed = decode(sealed).ok_or(OpenFieldError::NotBase64)?;
    let plain = key.open(&sealed).map_err(|_| OpenFieldError::WrongKey)?;
    let text = std::str::from_utf8(&plain).map_err(|_| OpenFieldError::NotText)?;
    Ok(Zeroizing::new(text.to_owned()))
}
