//! Diagnosis: finds the cause when a sensitive field (敏感信息字段) fails to decrypt.

mod encoding;
mod padding;
mod rsa;

use super::{DecryptFailure, FieldCharset, KeyRole, decrypt_field};
use crate::crypto::PublicNumbers;
use crate::key::{PrivateKey, PublicKey};
use encoding::Decoded;

/// Keys that [`diagnose_field`] tries.
#[derive(Debug, Clone, Copy)]
pub struct FieldKeys<'a> {
    key: &'a PrivateKey,
    others: &'a [(KeyRole, &'a PrivateKey)],
    senders: &'a [&'a PublicKey],
}

/// Largest number of keys of each kind that are tried in addition to the key that should decrypt.
const MOST_TRIED: usize = 8;

impl<'a> FieldKeys<'a> {
    /// Makes the set with the key that should decrypt the field.
    pub const fn new(key: &'a PrivateKey) -> Self {
        Self { key, others: &[], senders: &[] }
    }

    /// Adds other private keys, whose public halves the sender may have used. The first eight are tried.
    pub const fn others(self, others: &'a [(KeyRole, &'a PrivateKey)]) -> Self {
        Self { others, ..self }
    }

    /// Adds the sender's own public keys: a sender may have "encrypted" with its private key. The first eight
    /// are tried.
    pub const fn senders(self, senders: &'a [&'a PublicKey]) -> Self {
        Self { senders, ..self }
    }
}

/// Returns the reason for which `text`, a sensitive field, fails to decrypt; `None` if it decrypts.
///
/// A padding or a key is named only if it decrypts the field, so it is certainly the cause.
///
/// Only the owner of the keys may call this: a sandbox, or a client for its own responses. Each key takes
/// some 20 ms. The operation is blinded but does not take constant time, so a service must not offer it to
/// the network, where it would also be a padding oracle.
///
/// ```
/// use ruhui_core::encryption::{FieldKeys, DecryptFailure, diagnose_field, encrypt_field};
/// # let key = ruhui_core::key::PrivateKey::from_pem(include_str!("../../../../../vectors/keys/merchant_key.pem"))?;
///
/// let encrypted = encrypt_field(&key.public_key(), "13900000000")?;
/// assert_eq!(diagnose_field(&encrypted, FieldKeys::new(&key)), None);
/// assert_eq!(diagnose_field("13900000000", FieldKeys::new(&key)), Some(DecryptFailure::Plain));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn diagnose_field(text: &str, keys: FieldKeys<'_>) -> Option<DecryptFailure> {
    let error = decrypt_field(keys.key, text).err()?;
    let length = keys.key.public_key().inner().signature_length();
    Some(match encoding::decode(text, length) {
        Decoded::Empty => DecryptFailure::Empty,
        Decoded::Plain => DecryptFailure::Plain,
        Decoded::Unknown => DecryptFailure::NotBase64,
        Decoded::Slip(encoding) => DecryptFailure::Encoding(encoding),
        Decoded::Bytes(encrypted) if encrypted.len() == length => block(&encrypted, keys, error.into()),
        Decoded::Bytes(encrypted) => other_length(&encrypted, length, keys.key),
    })
}

/// Returns the cause for a ciphertext of the right length.
fn block(encrypted: &[u8], keys: FieldKeys<'_>, general: DecryptFailure) -> DecryptFailure {
    if let Ok(plain) = keys.key.decrypt(encrypted) {
        return charset(&plain).map_or(general, DecryptFailure::Charset);
    }
    if let Some(padding) = rsa::decrypt(keys.key, encrypted).and_then(|block| padding::find(&block)) {
        return DecryptFailure::Padding(padding);
    }
    let mut others = keys.others.iter().take(MOST_TRIED);
    let is_opened_by = |key: &PrivateKey| {
        key.decrypt(encrypted).is_ok()
            || rsa::decrypt(key, encrypted).is_some_and(|block| padding::find(&block).is_some())
    };
    if let Some((role, _)) = others.find(|(_, key)| is_opened_by(key)) {
        return DecryptFailure::OtherKey(*role);
    }
    let mut senders = keys.senders.iter().take(MOST_TRIED);
    let block_of = |key: &PublicKey| PublicNumbers::of_spki(key.spki())?.recover(encrypted);
    match senders.any(|key| block_of(key).is_some_and(|block| padding::is_private(&block))) {
        true => DecryptFailure::SenderKey,
        false if keys.senders.is_empty() => DecryptFailure::UnknownKey,
        false => DecryptFailure::UnknownOrSenderKey,
    }
}

fn other_length(encrypted: &[u8], length: usize, key: &PrivateKey) -> DecryptFailure {
    let opens = |block: &[u8]| {
        key.decrypt(block).is_ok()
            || rsa::decrypt(key, block).is_some_and(|block| padding::find(&block).is_some())
    };
    if encrypted.len() > length && encrypted.len().is_multiple_of(length) && opens(&encrypted[..length]) {
        DecryptFailure::Blocks
    } else {
        DecryptFailure::WrongLength { bytes: encrypted.len(), wanted: length }
    }
}

/// Returns the likely character set of bytes that are not UTF-8.
fn charset(plain: &[u8]) -> Option<FieldCharset> {
    let zeros = plain.iter().filter(|byte| **byte == 0).count();
    let is_marked = plain.starts_with(&[0xFF, 0xFE]) || plain.starts_with(&[0xFE, 0xFF]);
    if plain.len().is_multiple_of(2) && (is_marked || zeros * 4 >= plain.len()) {
        return Some(FieldCharset::Utf16);
    }
    is_gbk(plain).then_some(FieldCharset::Gbk)
}

/// Returns whether the bytes are GBK: ASCII, or pairs of a lead byte and a trail byte.
fn is_gbk(mut bytes: &[u8]) -> bool {
    loop {
        bytes = match bytes {
            [] => return true,
            [b' '..=b'~' | b'\t' | b'\r' | b'\n', rest @ ..] => rest,
            [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE, rest @ ..] => rest,
            _ => return false,
        };
    }
}
