//! Encrypted fields (敏感信息字段): RSAES-OAEP with SHA-1 and MGF1-SHA-1, empty label, Base64 (partner page
//! 4013059053).

use super::DecryptFailure;
use crate::key::{PrivateKey, PublicKey};
use crate::sign::{decode_signature as decode, encode_signature as encode};
use std::fmt;
use zeroize::Zeroizing;

/// A text is too long to encrypt in one field. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncryptFieldError {
    /// Largest number of bytes that the key can encrypt: 214 for a key of 2048 bits.
    pub limit: usize,
    /// Number of bytes found.
    pub actual: usize,
}

impl fmt::Display for EncryptFieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, actual } = self;
        if f.alternate() {
            write!(f, "该密钥每个字段最多加密 {limit} 字节，而文本有 {actual} 字节")
        } else {
            write!(f, "the key encrypts at most {limit} bytes in one field, and the text has {actual}")
        }
    }
}

impl std::error::Error for EncryptFieldError {}

/// Reason for which an encrypted field fails to decrypt. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecryptFieldError {
    /// The text is not Base64.
    NotBase64,
    /// The field was encrypted with another key, or is damaged.
    WrongKey,
    /// The decrypted bytes are not UTF-8.
    NotText,
}

impl fmt::Display for DecryptFieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = DecryptFailure::from(*self);
        if f.alternate() {
            write!(f, "加密字段无法解密：{reason:#}")
        } else {
            write!(f, "the encrypted field does not decrypt: {reason}")
        }
    }
}

impl std::error::Error for DecryptFieldError {}

/// Encrypts `plain` for the owner of `key`. Returns the ciphertext in Base64.
///
/// # Errors
///
/// [`EncryptFieldError`] if `plain` is longer than the key can encrypt.
///
/// ```
/// # use ruhui_core::{key::PrivateKey, encryption};
/// # let key = PrivateKey::from_pem(include_str!("../../../../vectors/keys/merchant_key.pem"))?;
/// let encrypted = encryption::encrypt_field(&key.public_key(), "13900000000")?;
/// assert_eq!(encryption::decrypt_field(&key, &encrypted)?.as_str(), "13900000000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encrypt_field(key: &PublicKey, plain: &str) -> Result<String, EncryptFieldError> {
    let error = EncryptFieldError { limit: key.inner().longest_plain(), actual: plain.len() };
    key.inner().encrypt(plain.as_bytes()).map(|encrypted| encode(&encrypted)).map_err(|_| error)
}

/// Returns whether a text has the form of an encrypted field: Base64 of one block of RSA with 2048, 3072 or
/// 4096 bits.
///
/// Such a block has 344 characters or more. The longest sensitive text in the documents has 128.
pub fn is_encrypted_field(text: &str) -> bool {
    matches!(text.len(), 344 | 512 | 684)
        && decode(text).is_some_and(|block| matches!(block.len(), 256 | 384 | 512))
}

/// Decrypts a field that was encrypted for the owner of `key`. The result is wiped when it is dropped.
///
/// # Errors
///
/// [`DecryptFieldError`] if the field is not Base64, was encrypted for another key, is damaged, or is not
/// UTF-8.
pub fn decrypt_field(key: &PrivateKey, encrypted: &str) -> Result<Zeroizing<String>, DecryptFieldError> {
    let encrypted = decode(encrypted).ok_or(DecryptFieldError::NotBase64)?;
    let plain = key.decrypt(&encrypted).map_err(|_| DecryptFieldError::WrongKey)?;
    let text = std::str::from_utf8(&plain).map_err(|_| DecryptFieldError::NotText)?;
    Ok(Zeroizing::new(text.to_owned()))
}
