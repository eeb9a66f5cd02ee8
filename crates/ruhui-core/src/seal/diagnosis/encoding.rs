//! Encodings of a ciphertext.

use super::super::FieldEncoding;
use crate::sign::decode_signature as decode_base64;
use percent_encoding::percent_decode_str;

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

/// The encoding in which the text is a ciphertext of `length` bytes, if it is not standard Base64.
fn slip(text: &str, length: usize) -> Option<FieldEncoding> {
    // The longest of them is Base64 of Base64, percent-encoded or broken into lines.
    if text.len() > 8 * length {
        return None;
    }
    let is_whole = |text: &str| decode_base64(text).is_some_and(|bytes| bytes.len() == length);
    if is_whole(text) {
        return None;
    }
    if text.len() == 2 * length && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(FieldEncoding::Hex);
    }
    let twice = decode_base64(text).and_then(|inner| String::from_utf8(inner).ok());
    if twice.is_some_and(|inner| is_whole(inner.trim())) {
        return Some(FieldEncoding::Twice);
    }
    let trimmed = text.trim();
    let unquoted = trimmed.trim_matches(['"', '\'', '`', '\u{201C}', '\u{201D}']);
    if unquoted != trimmed && is_whole(unquoted) {
        return Some(FieldEncoding::Quoted);
    }
    if text.contains('%') {
        let decoded = percent_decode_str(text).decode_utf8().ok()?;
        return is_whole(&padded(&standard(&decoded))).then_some(FieldEncoding::Percent);
    }
    if text.contains(['\n', '\r', '\t', '\\']) || trimmed != text {
        let joined: String = text.replace("\\r", "").replace("\\n", "").split_whitespace().collect();
        return is_whole(&padded(&standard(&joined))).then_some(FieldEncoding::Wrapped);
    }
    if text.contains(' ') {
        return is_whole(&padded(&text.replace(' ', "+"))).then_some(FieldEncoding::PlusLost);
    }
    if text.contains(['-', '_']) {
        return is_whole(&padded(&standard(text))).then_some(FieldEncoding::UrlSafe);
    }
    is_whole(&padded(text)).then_some(FieldEncoding::Unpadded)
}

fn standard(text: &str) -> String {
    text.replace('-', "+").replace('_', "/")
}

fn padded(text: &str) -> String {
    let bare = text.trim_end_matches('=');
    let missing = (4 - bare.len() % 4) % 4;
    format!("{bare}{}", "=".repeat(missing))
}
