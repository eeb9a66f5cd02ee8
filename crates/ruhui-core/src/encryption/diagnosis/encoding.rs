//! Recognizes the encodings of a ciphertext.

use super::super::FieldEncoding;
use crate::sign::{Damage, decode_signature as decode_base64, read_signature};

/// Content of a text that may be a ciphertext.
pub(super) enum Decoded {
    Empty,
    /// A text that was not encrypted.
    Plain,
    /// A ciphertext in an encoding that is not accepted.
    Slip(FieldEncoding),
    /// Standard Base64, of any length.
    Bytes(Vec<u8>),
    Unknown,
}

/// Length of text above which it is taken for a ciphertext. The smallest key makes 256 bytes, 344 characters;
/// a name or phone number rarely has this many.
const SHORTEST: usize = 128;

/// Examines a text that may be a ciphertext of `length` bytes.
pub(super) fn decode(text: &str, length: usize) -> Decoded {
    if text.trim().is_empty() {
        return Decoded::Empty;
    }
    if let Some(encoding) = slip(text, length) {
        return Decoded::Slip(encoding);
    }
    match decode_base64(text) {
        Some(bytes) if text.len() >= SHORTEST || is_ciphertext(text, &bytes) => Decoded::Bytes(bytes),
        _ if text.len() < SHORTEST || !text.is_ascii() => Decoded::Plain,
        _ => Decoded::Unknown,
    }
}

/// Returns whether a short text is a ciphertext in Base64, such as AES makes: the bytes are not text, and the
/// characters are of all kinds. A name or a number does not have all of them.
fn is_ciphertext(text: &str, bytes: &[u8]) -> bool {
    let has = |kind: fn(&u8) -> bool| text.as_bytes().iter().any(kind);
    let is_mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    is_mixed && bytes.len() >= 16 && std::str::from_utf8(bytes).is_err()
}

/// Returns the encoding of a ciphertext of `length` bytes that is not in standard Base64. A ciphertext has
/// the length of the key's signatures, and the same tools damage both, so the rules for signatures apply.
fn slip(text: &str, length: usize) -> Option<FieldEncoding> {
    let (bytes, damage) = read_signature(text, &[length]);
    bytes?;
    // The outermost damage is the one that the sender sees first. Only Base64 twice says more than the damage
    // around it.
    if damage.contains(&Damage::Base64Twice) {
        return Some(FieldEncoding::Twice);
    }
    match damage.first()? {
        Damage::Quoted => Some(FieldEncoding::Quoted),
        Damage::PercentEncoded => Some(FieldEncoding::Percent),
        Damage::Wrapped => Some(FieldEncoding::Wrapped),
        Damage::Blanks => Some(FieldEncoding::PlusLost),
        Damage::UrlSafe => Some(FieldEncoding::UrlSafe),
        Damage::Unpadded => Some(FieldEncoding::Unpadded),
        Damage::Hexadecimal => Some(FieldEncoding::Hex),
        _ => None,
    }
}
