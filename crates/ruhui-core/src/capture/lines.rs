//! Splits bytes into lines, and removes wrapping around captured material.

use super::Remark;
use http::{HeaderName, HeaderValue};
use std::borrow::Cow;

/// Returns the lines of a text with their ends.
pub(super) fn with_ends(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

/// Returns a line without its end.
pub(super) fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Returns the first line that is not blank, without blanks around it.
pub(super) fn first(text: &[u8]) -> &[u8] {
    with_ends(text).map(<[u8]>::trim_ascii).find(|line| !line.is_empty()).unwrap_or_default()
}

/// Returns the text without a byte order mark, Markdown fences and leading empty lines. UTF-16 is converted
/// to UTF-8.
pub(super) fn unwrap<'a>(material: &'a [u8], remarks: &mut Vec<Remark>) -> Cow<'a, [u8]> {
    if let Some((encoding, length)) = encoding_rs::Encoding::for_bom(material)
        && encoding != encoding_rs::UTF_8
    {
        let (text, _) = encoding.decode_without_bom_handling(&material[length..]);
        remarks.push(Remark::Utf16);
        return Cow::Owned(without_fences(text.as_bytes()).to_vec());
    }
    Cow::Borrowed(without_fences(material.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(material)))
}

fn without_fences(text: &[u8]) -> &[u8] {
    let mut text = text;
    while let Some(line) = with_ends(text).next().filter(|line| line.trim_ascii().is_empty()) {
        text = &text[line.len()..];
    }
    if !text.starts_with(b"```") {
        return text;
    }
    let opening = with_ends(text).next().unwrap_or_default();
    let inside = &text[opening.len()..];
    let end = memchr::memmem::find(inside, b"\n```").unwrap_or(inside.len());
    &inside[..end]
}

/// Removes the indentation that all lines share, as in an indented code block.
pub(super) fn unindented<'a>(text: Cow<'a, [u8]>, remarks: &mut Vec<Remark>) -> Cow<'a, [u8]> {
    let blanks = |line: &[u8]| line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let is_blank = |line: &&[u8]| line.trim_ascii().is_empty();
    let Some(first) = with_ends(&text).find(|line| !is_blank(line)) else { return text };
    let indent = &first[..blanks(first)];
    let is_indented = |line: &[u8]| line.starts_with(indent) || is_blank(&line);
    if indent.is_empty() || !with_ends(&text).all(is_indented) {
        return text;
    }
    remarks.push(Remark::Unindented { columns: indent.len() });
    let without = |line| <[u8]>::strip_prefix(line, indent).unwrap_or_else(|| &line[blanks(line)..]);
    Cow::Owned(with_ends(&text).map(without).collect::<Vec<_>>().concat())
}

/// Parses a header line `Name: value`, without blanks around name and value.
pub(super) fn header(line: &[u8]) -> Option<(HeaderName, &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let name = HeaderName::from_bytes(line[..colon].trim_ascii()).ok()?;
    let value = line[colon + 1..].trim_ascii();
    HeaderValue::from_bytes(value).ok()?;
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wraps_a_text_is_taken_off() {
        let mut remarks = Vec::new();
        for text in ["\u{FEFF}a\nb", "\n \r\na\nb", "```http\na\nb\n```\n", "\u{FEFF}\n```\na\nb\n```"] {
            assert_eq!(&*unwrap(text.as_bytes(), &mut remarks), b"a\nb", "{text}");
        }
        assert_eq!(remarks, []);
        let utf16: Vec<u8> = "\u{FEFF}a\nb".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(&*unwrap(&utf16, &mut remarks), b"a\nb");
        assert_eq!(remarks, [Remark::Utf16]);
    }
}
