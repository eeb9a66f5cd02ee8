//! Encodings of a ciphertext.

use super::super::FieldEncoding;
use crate::sign::{Damage, decode_signature as decode_base64, read_signature};

/// The content of a text that may hold a ciphertext.
pub(super) enum Decoded {
    Empty,
    /// A text that is not encrypted.
    Plain,
    /// The ciphertext, in an encoding that is not read.
    Slip(FieldEncoding),
    /// Standard Base64, of any length.
    Bytes(Vec<u8>),
    Unknown,
}

/// The ciphertext of the smallest key, 256 bytes, has 344 characters; a name or a phone number rarely has this many.
const SHORTEST: usize = 128;

/// Looks at a text that may hold a ciphertext of `length` bytes.
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

/// Whether a short text is a ciphertext in Base64, such as AES makes it: bytes that are not text, written in
/// all kinds of characters. A name or a number does not have all of them.
fn is_ciphertext(text: &str, bytes: &[u8]) -> bool {
    let has = |kind: fn(&u8) -> bool| text.as_bytes().iter().any(kind);
    let is_mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    is_mixed && bytes.len() >= 16 && std::str::from_utf8(bytes).is_err()
}

/// The encoding in which the text is a ciphertext of `length` bytes, if it is not standard Base64. A ciphertext is as
/// long as a signature of the key, and the same tools damage both texts.
fn slip(text: &str, length: usize) -> Option<FieldEncoding> {
    let (bytes, damage) = read_signature(text, &[length]);
    bytes?;
    // The outermost is what the sender sees first; only Base64 twice says more than what is around it.
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
