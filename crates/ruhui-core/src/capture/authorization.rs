//! Finds the value of an Authorization header anywhere in a text.

use super::{Captured, Format, Headers, Message, Remark};
use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderValue};
use memchr::memmem;

/// Largest number of bytes that are read of a value. Real values are shorter, even if they are broken into
/// lines.
const LONGEST: usize = 8 << 10;

/// Largest number of bytes between the beginning of the scheme and the `=` of the first field.
const FIRST_FIELD: usize = 80;

/// Returns the first value of either scheme in the text that has a field.
pub(super) fn find(text: &[u8]) -> Option<Captured> {
    let has_field = |at: &usize| memmem::find(&text[*at..text.len().min(at + FIRST_FIELD)], b"=").is_some();
    let schemes = memmem::find_iter(text, b"WECHATPAY").filter(has_field).map(|at| value_at(&text[at..]));
    schemes.flatten().next().or_else(|| value_at(&text[memmem::find(text, b"mchid=\"")?..]))
}

fn value_at(text: &[u8]) -> Option<Captured> {
    let text = String::from_utf8_lossy(&text[..text.len().min(LONGEST)]).into_owned();
    let text = if text.contains("&quot;") { text.replace("&quot;", "\"") } else { text };
    let text = if text.contains("=\\\"") { text.replace("\\\"", "\"") } else { text };
    let end = end(&text)?;
    let mut value = String::new();
    let mut lines = 0;
    for line in text[..end].lines().map(str::trim).filter(|line| !line.is_empty()) {
        // A blank separates the scheme from the first field.
        if lines > 0 && !value.contains('=') {
            value.push(' ');
        }
        value.push_str(line);
        lines += 1;
    }
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&value).ok()?);
    let joined = Remark::Joined { header: "Authorization".to_owned(), lines };
    let remarks = (lines > 1).then_some(joined).into_iter().chain([Remark::HeadersAlone]).collect();
    let headers = Headers { headers, body: Vec::new(), remarks };
    Some(Captured { format: Format::Headers, message: Message::Headers(headers), remarks: Vec::new() })
}

/// Returns the end of the last whole field, after its closing quote. A field without a closing quote was cut,
/// and only other fields may come before it.
fn end(text: &str) -> Option<usize> {
    let mut end = None;
    let mut at = text.find("=\"")?;
    loop {
        let open = at + 2;
        let Some(length) = text[open..].find('"') else {
            return end;
        };
        let close = open + length;
        end = Some(close + 1);
        let rest = &text[close + 1..];
        let next = rest.find("=\"").filter(|next| {
            let between = &rest[..*next];
            between.len() < 40
                && between
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ',' || c.is_whitespace())
        });
        match next {
            Some(next) => at = close + 1 + next,
            None => return end,
        }
    }
}
