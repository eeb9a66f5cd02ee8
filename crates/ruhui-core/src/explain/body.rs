//! Mistakes about the last line: a body that was written a second time, or not at all.

use super::parts::Parts;
use super::target::permutations;
use serde_json::{Map, Value};

/// Members are tried in every order up to this many.
pub(super) const PERMUTED: usize = 4;
/// Bodies longer than this are not written anew: indenting can make one a hundred times longer.
const REWRITTEN_BYTES: usize = 64 * 1024;

/// How a JSON library writes.
struct Style {
    /// Nothing: all on one line.
    indent: &'static str,
    comma: &'static str,
    colon: &'static str,
    /// `[ 1, 2 ]` on one line, as Jackson prints arrays.
    spaced_arrays: bool,
}

const COMPACT: Style = Style { indent: "", comma: ",", colon: ":", spaced_arrays: false };

fn json(parts: &Parts) -> Option<Value> {
    match parts.body.len() {
        0 => None,
        length if length > REWRITTEN_BYTES => None,
        _ => serde_json::from_slice(&parts.body).ok(),
    }
}

fn rewritten(parts: &Parts, style: &Style) -> Vec<Parts> {
    let text = json(parts).map(|value| {
        let mut text = String::new();
        write(&value, style, 0, &mut text);
        text
    });
    bodies(parts, text)
}

fn bodies(parts: &Parts, bodies: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Vec<Parts> {
    bodies.into_iter().map(|body| parts.with_body(body)).collect()
}

fn write(value: &Value, style: &Style, depth: usize, text: &mut String) {
    let line = |text: &mut String, depth: usize| {
        if !style.indent.is_empty() {
            text.push('\n');
            text.push_str(&style.indent.repeat(depth));
        }
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            text.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { style.comma });
                line(text, depth + 1);
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push_str(style.colon);
                write(value, style, depth + 1, text);
            }
            line(text, depth);
            text.push('}');
        }
        Value::Array(items) if !items.is_empty() && style.spaced_arrays => {
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "[ " } else { ", " });
                write(item, style, depth, text);
            }
            text.push_str(" ]");
        }
        Value::Array(items) if !items.is_empty() => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { style.comma });
                line(text, depth + 1);
                write(item, style, depth + 1, text);
            }
            line(text, depth);
            text.push(']');
        }
        scalar_or_empty => text.push_str(&scalar_or_empty.to_string()),
    }
}

pub(super) fn empty(parts: &Parts) -> Vec<Parts> {
    bodies(parts, [""])
}

pub(super) fn empty_json(parts: &Parts) -> Vec<Parts> {
    bodies(parts, ["{}", "null", "[]", "\"\""])
}

pub(super) fn compact(parts: &Parts) -> Vec<Parts> {
    rewritten(parts, &COMPACT)
}

pub(super) fn indented(parts: &Parts) -> Vec<Parts> {
    ["  ", "    ", "\t", " ", "   "]
        .iter()
        .flat_map(|indent| rewritten(parts, &Style { indent, colon: ": ", ..COMPACT }))
        .collect()
}

pub(super) fn python_separators(parts: &Parts) -> Vec<Parts> {
    rewritten(parts, &Style { comma: ", ", colon: ": ", ..COMPACT })
}

pub(super) fn jackson_printer(parts: &Parts) -> Vec<Parts> {
    rewritten(parts, &Style { indent: "  ", colon: " : ", spaced_arrays: true, ..COMPACT })
}

pub(super) fn sorted_members(parts: &Parts) -> Vec<Parts> {
    fn sort(value: Value) -> Value {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> =
                    members.into_iter().map(|(name, value)| (name, sort(value))).collect();
                members.sort_by(|left, right| left.0.cmp(&right.0));
                Value::Object(Map::from_iter(members))
            }
            Value::Array(items) => Value::Array(items.into_iter().map(sort).collect()),
            scalar => scalar,
        }
    }
    bodies(parts, json(parts).map(|value| sort(value).to_string()))
}

pub(super) fn other_order(parts: &Parts) -> Vec<Parts> {
    match json(parts) {
        Some(Value::Object(members)) if members.len() <= PERMUTED => {
            let members: Vec<_> = members.into_iter().collect();
            let write = |members: Vec<(String, Value)>| Value::Object(Map::from_iter(members)).to_string();
            bodies(parts, permutations(&members).into_iter().map(write))
        }
        _ => Vec::new(),
    }
}

/// What `escape` makes of the body's text; nothing if it leaves the text alone.
fn escaped(parts: &Parts, escapes: &[&dyn Fn(char) -> Option<String>]) -> Vec<Parts> {
    let Some(text) = parts.text() else {
        return Vec::new();
    };
    let escape = |escape: &&dyn Fn(char) -> Option<String>| -> String {
        text.chars().map(|c| escape(c).unwrap_or_else(|| c.to_string())).collect()
    };
    bodies(parts, escapes.iter().map(escape))
}

fn slash(c: char) -> Option<String> {
    (c == '/').then(|| "\\/".to_owned())
}

/// The JSON escape of a character outside ASCII, as UTF-16 has it.
fn unicode(c: char, upper: bool) -> Option<String> {
    let escape = |unit: &mut u16| if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
    (!c.is_ascii()).then(|| c.encode_utf16(&mut [0; 2]).iter_mut().map(escape).collect())
}

fn html(c: char, escaped: &str) -> Option<String> {
    escaped.contains(c).then(|| format!("\\u{:04x}", u32::from(c)))
}

pub(super) fn escaped_slashes(parts: &Parts) -> Vec<Parts> {
    escaped(parts, &[&slash])
}

pub(super) fn escaped_unicode(parts: &Parts) -> Vec<Parts> {
    escaped(parts, &[&|c| unicode(c, false), &|c| unicode(c, true)])
}

pub(super) fn escaped_slashes_and_unicode(parts: &Parts) -> Vec<Parts> {
    escaped(parts, &[&|c| slash(c).or_else(|| unicode(c, false))])
}

/// Go's `encoding/json` and Rails escape three characters and two separators, Gson two more.
pub(super) fn escaped_html(parts: &Parts) -> Vec<Parts> {
    escaped(parts, &[&|c| html(c, "<>&\u{2028}\u{2029}"), &|c| html(c, "<>&='\u{2028}\u{2029}")])
}

/// Sent with escapes, signed without.
pub(super) fn unescaped(parts: &Parts) -> Vec<Parts> {
    let Some(text) = parts.text() else {
        return Vec::new();
    };
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (character, length) = unescape(rest);
        match character {
            Some(character) => plain.push(character),
            None => plain.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    plain.push_str(rest);
    bodies(parts, [plain])
}

/// The character that the escape at the start of `text` needlessly stands for, and the escape's length.
fn unescape(text: &str) -> (Option<char>, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    if text.starts_with("\\/") {
        return (Some('/'), 2);
    }
    let Some(first) = unit(0) else {
        // Another escape, or text that is no JSON: two characters, the second of which may have any length.
        return (None, 1 + text[1..].chars().next().map_or(0, char::len_utf8));
    };
    let pair: Vec<u16> = std::iter::once(first).chain(unit(6)).collect();
    match char::decode_utf16(pair).next() {
        Some(Ok(c)) if c.is_control() || c == '"' || c == '\\' => (None, 6),
        Some(Ok(c)) => (Some(c), 6 * c.len_utf16()),
        _ => (None, 6),
    }
}

pub(super) fn html_entities(parts: &Parts) -> Vec<Parts> {
    let text = |parts: &Parts| parts.text().map(|text| text.replace('&', "&amp;"));
    bodies(parts, text(parts))
}

/// A library that takes the text for Latin-1 turns what it does not know into question marks, or encodes
/// the UTF-8 a second time.
pub(super) fn latin_1(parts: &Parts) -> Vec<Parts> {
    let Some(text) = parts.text() else {
        return Vec::new();
    };
    let questions: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    let twice: String = parts.body.iter().copied().map(char::from).collect();
    bodies(parts, [questions, twice.into_bytes()])
}

pub(super) fn json_twice(parts: &Parts) -> Vec<Parts> {
    bodies(parts, parts.text().map(|text| Value::from(text).to_string()))
}

pub(super) fn digest_of_body(parts: &Parts) -> Vec<Parts> {
    let digest = crate::crypto::sha256(&[&parts.body]);
    bodies(parts, [hex::encode(digest), hex::encode_upper(digest)])
}

pub(super) fn newline_more(parts: &Parts) -> Vec<Parts> {
    // Without a body, the line feed too many is the message's.
    if parts.body.is_empty() {
        return Vec::new();
    }
    bodies(parts, ["\n", "\r\n"].map(|end| [&*parts.body, end.as_bytes()].concat()))
}

pub(super) fn newline_less(parts: &Parts) -> Vec<Parts> {
    let body = &*parts.body;
    let trimmed = body.trim_ascii_end();
    let one = body.strip_suffix(b"\n").map(|body| body.strip_suffix(b"\r").unwrap_or(body));
    bodies(parts, one.into_iter().chain([trimmed, body.trim_ascii()]))
}

pub(super) fn line_ends(parts: &Parts) -> Vec<Parts> {
    let lf = parts.text().map(|text| text.replace("\r\n", "\n"));
    let crlf = lf.as_ref().map(|text| text.replace('\n', "\r\n"));
    bodies(parts, lf.into_iter().chain(crlf))
}

pub(super) fn byte_order_mark(parts: &Parts) -> Vec<Parts> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    match parts.body.strip_prefix(MARK) {
        Some(rest) => bodies(parts, [rest]),
        None => bodies(parts, [[MARK, &*parts.body].concat()]),
    }
}
