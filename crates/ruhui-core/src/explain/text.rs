//! Mistakes in the characters of the body: escapes, entities and character sets.

use super::body::bodies;
use super::parts::Parts;
use encoding_rs::{BIG5, GB18030, GBK, WINDOWS_1252};

/// Returns the bodies that each of `escapes` makes of the body's text.
fn escaped(parts: &Parts, escapes: &[&dyn Fn(char) -> Option<String>]) -> Vec<Parts> {
    let Some(text) = parts.text() else { return Vec::new() };
    let escape = |escape: &&dyn Fn(char) -> Option<String>| -> String {
        text.chars().map(|c| escape(c).unwrap_or_else(|| c.to_string())).collect()
    };
    bodies(parts, escapes.iter().map(escape))
}

fn slash(c: char) -> Option<String> {
    (c == '/').then(|| "\\/".to_owned())
}

/// Returns the JSON escape of a character, in UTF-16 units.
fn unit(c: char, upper: bool) -> String {
    let escape = |unit: &mut u16| if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
    c.encode_utf16(&mut [0; 2]).iter_mut().map(escape).collect()
}

fn unicode(c: char, upper: bool) -> Option<String> {
    (!c.is_ascii()).then(|| unit(c, upper))
}

fn html(c: char, escaped: &str, upper: bool) -> Option<String> {
    escaped.contains(c).then(|| unit(c, upper))
}

/// Characters that Go's `encoding/json` and Rails escape; [`GSON`] has the two more that Gson escapes.
const GO: &str = "<>&\u{2028}\u{2029}";
const GSON: &str = "<>&='\u{2028}\u{2029}";
/// ASCII characters that .NET's System.Text.Json escapes, in addition to everything outside ASCII.
const DOT_NET: &str = "<>&'+`";

pub(super) fn escaped_slashes(parts: &Parts) -> Vec<Parts> {
    escaped(parts, &[&slash])
}

pub(super) fn escaped_unicode(parts: &Parts) -> Vec<Parts> {
    escaped(parts, &[&|c| unicode(c, false), &|c| unicode(c, true)])
}

pub(super) fn escaped_slashes_and_unicode(parts: &Parts) -> Vec<Parts> {
    let both = [slash, |c| unicode(c, false)].map(|escape| escaped(parts, &[&escape]).is_empty());
    // One kind of escape alone has another row.
    if both.contains(&true) {
        return Vec::new();
    }
    escaped(parts, &[&|c| slash(c).or_else(|| unicode(c, false))])
}

pub(super) fn escaped_html(parts: &Parts) -> Vec<Parts> {
    escaped(
        parts,
        &[&|c| html(c, GO, false), &|c| html(c, GSON, false), &|c| html(c, "<>", false), &|c| {
            html(c, "&", false)
        }],
    )
}

/// .NET writes upper-case digits, and escapes both Chinese and HTML characters.
pub(super) fn escaped_dot_net(parts: &Parts) -> Vec<Parts> {
    let html_alone = |c| html(c, DOT_NET, true);
    if escaped(parts, &[&html_alone]).is_empty() {
        // Chinese escapes alone have the row of `\uXXXX`.
        Vec::new()
    } else {
        escaped(
            parts,
            &[&|c| html_alone(c).or_else(|| unicode(c, true)), &html_alone, &|c| html(c, GO, true)],
        )
    }
}

/// The body was sent with escapes and signed without them: all, or one kind.
pub(super) fn unescaped(parts: &Parts) -> Vec<Parts> {
    let Some(text) = parts.text().filter(|text| text.contains('\\')) else { return Vec::new() };
    let kinds: [fn(char) -> bool; 4] =
        [|_| true, |c| c == '/', |c| !c.is_ascii(), |c| c.is_ascii() && c != '/'];
    bodies(parts, kinds.map(|kind| without_escapes(text, kind)))
}

fn without_escapes(text: &str, undone: fn(char) -> bool) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (character, length) = unescape(rest);
        match character.filter(|character| undone(*character)) {
            Some(character) => plain.push(character),
            None => plain.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    plain.push_str(rest);
    plain
}

/// Returns the character of a needless escape at the start of `text`, and the escape's length.
fn unescape(text: &str) -> (Option<char>, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    if text.starts_with("\\/") {
        return (Some('/'), 2);
    }
    let Some(first) = unit(0) else {
        // Another escape, or text that is not JSON: a backslash and a character of any length.
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
    let Some(text) = parts.text() else { return Vec::new() };
    let ampersands = text.replace('&', "&amp;");
    let tags = ampersands.replace('<', "&lt;").replace('>', "&gt;");
    let quotes = tags.replace('"', "&quot;");
    bodies(
        parts,
        [ampersands, tags, quotes.clone(), quotes.replace('\'', "&#039;"), quotes.replace('\'', "&#39;")],
    )
}

/// The body was sent with HTML entities and signed without them.
pub(super) fn html_entities_sent(parts: &Parts) -> Vec<Parts> {
    let Some(text) = parts.text().filter(|text| text.contains('&')) else { return Vec::new() };
    let quotes = text.replace("&quot;", "\"").replace("&#039;", "'").replace("&#39;", "'");
    let tags = quotes.replace("&lt;", "<").replace("&gt;", ">");
    bodies(parts, [text.replace("&amp;", "&"), tags.replace("&amp;", "&")])
}

/// The body was signed in Latin-1, which turns other characters into question marks, or its UTF-8 was encoded
/// a second time.
pub(super) fn latin_1(parts: &Parts) -> Vec<Parts> {
    let Some(text) = parts.text().filter(|text| !text.is_ascii()) else { return Vec::new() };
    let questions: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    // A text whose Latin-1 bytes are UTF-8 was sent encoded twice, which has another row.
    let questions = Some(questions).filter(|bytes| bytes.is_ascii() || std::str::from_utf8(bytes).is_err());
    let ascii: String = text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
    let twice: String = parts.body.iter().copied().map(char::from).collect();
    let (windows, _) = WINDOWS_1252.decode_without_bom_handling(&parts.body);
    let texts = [ascii, twice, windows.into_owned()];
    bodies(parts, questions.into_iter().chain(texts.map(String::into_bytes)))
}

/// The body was signed in a Chinese character set.
pub(super) fn gbk(parts: &Parts) -> Vec<Parts> {
    let Some(text) = parts.text().filter(|text| !text.is_ascii()) else { return Vec::new() };
    bodies(parts, [GBK, GB18030, BIG5].map(|encoding| encoding.encode(text).0.into_owned()))
}

/// The body's UTF-8 was read as GBK and the result signed as UTF-8, as Java does by default on a Chinese
/// Windows.
pub(super) fn read_as_gbk(parts: &Parts) -> Vec<Parts> {
    if parts.body.is_ascii() || parts.text().is_none() {
        return Vec::new();
    }
    let read = GBK.decode_without_bom_handling(&parts.body).0.into_owned();
    // For bytes that it cannot read, Java writes a question mark and encoding_rs writes U+FFFD.
    bodies(parts, [read.replace('\u{fffd}', "?"), read])
}

/// The body was sent in a Chinese character set and signed in UTF-8.
pub(super) fn gbk_sent(parts: &Parts) -> Vec<Parts> {
    if parts.text().is_some() {
        return Vec::new();
    }
    bodies(
        parts,
        [GBK, GB18030, BIG5].map(|encoding| encoding.decode_without_bom_handling(&parts.body).0.into_owned()),
    )
}

pub(super) fn utf_16(parts: &Parts) -> Vec<Parts> {
    let Some(text) = parts.text() else { return Vec::new() };
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = [[0xff, 0xfe].as_slice(), &little].concat();
    bodies(parts, [little, big, marked])
}

/// The body was sent with its UTF-8 encoded twice, and signed with it encoded once.
pub(super) fn utf_8_twice_sent(parts: &Parts) -> Vec<Parts> {
    let once: Option<Vec<u8>> =
        parts.text().and_then(|text| text.chars().map(|c| u8::try_from(c).ok()).collect());
    bodies(parts, once.filter(|once| std::str::from_utf8(once).is_ok()))
}

pub(super) fn byte_order_mark(parts: &Parts) -> Vec<Parts> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    match parts.body.strip_prefix(MARK) {
        Some(rest) => bodies(parts, [rest]),
        None => bodies(parts, [[MARK, &*parts.body].concat()]),
    }
}
