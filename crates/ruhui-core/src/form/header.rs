//! Boundary that the Content-Type header of a form declares.

use crate::head;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// Boundary that the Content-Type header declares, or the reason for which it declares none.
pub(super) enum Declared<'a> {
    /// A boundary that the service understands.
    Boundary(&'a [u8]),
    /// The header declares a form, without a boundary or with an empty one.
    None,
    /// The boundary has quotes, which the service does not understand. This value is without them.
    Quoted(&'a [u8]),
    /// The header declares another type than a form. This is its value, cut and printable.
    NotForm(String),
}

/// Number of characters that are shown of a text from the request.
const SHOWN: usize = 64;

pub(super) fn declared(headers: &HeaderMap) -> Declared<'_> {
    let value = head::values(headers, CONTENT_TYPE).next().map_or(&b""[..], |value| value.as_bytes());
    let mut items = value.split(|byte| *byte == b';');
    let kind = items.next().unwrap_or_default().trim_ascii();
    if !kind.eq_ignore_ascii_case(b"multipart/form-data") {
        return Declared::NotForm(printable(value));
    }
    let boundary = items.find_map(|item| {
        let at = item.iter().position(|byte| *byte == b'=')?;
        let (name, value) = (&item[..at], &item[at + 1..]);
        name.trim_ascii().eq_ignore_ascii_case(b"boundary").then(|| value.trim_ascii())
    });
    match boundary {
        None | Some([]) => Declared::None,
        Some(quoted) if quoted.contains(&b'"') => Declared::Quoted(unquoted(quoted)),
        Some(boundary) => Declared::Boundary(boundary),
    }
}

/// Returns the text without the quotes around it, even if one of the two is missing.
fn unquoted(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    text.strip_suffix(b"\"").unwrap_or(text)
}

/// Returns a text from the request, cut and without control characters.
pub(super) fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * SHOWN)]);
    text.chars().filter(|c| !c.is_control()).take(SHOWN).collect()
}
