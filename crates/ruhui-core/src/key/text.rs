//! Turns the bytes of a key file into text: decodes its encoding and its escapes.

use super::kind::Kind;
use zeroize::Zeroizing;

/// Content of bytes, before keys are searched in them.
pub(super) enum Content {
    Text(Zeroizing<String>),
    Der,
    Kind(Kind),
}

/// Distinguishes text from DER and other binary forms.
pub(super) fn content(bytes: &[u8]) -> Content {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [_, 0, _, 0, ..] if bytes[0] != 0 && bytes[0].is_ascii() => utf16(bytes, u16::from_le_bytes),
        [0, _, 0, _, ..] if bytes[1] != 0 && bytes[1].is_ascii() && bytes[3] != 0 => {
            utf16(bytes, u16::from_be_bytes)
        }
        // Text never has such a byte after the digit 0.
        [0x30, 0x80..=0xff, ..] => Content::Der,
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Content::Kind(Kind::Zip),
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] => Content::Kind(Kind::JavaKeyStore),
        [b'o', b'p', b'e', b'n', b's', b's', b'h', b'-', b'k', b'e', b'y', b'-', b'v', b'1', 0, ..] => {
            Content::Kind(Kind::OpensshPrivateKey)
        }
        // RFC 4253, 6.6: the length and the name of the algorithm.
        [0, 0, 0, 7, b's', b's', b'h', b'-', b'r', b's', b'a', ..] => Content::Kind(Kind::SshPublicKey),
        _ => plain(bytes),
    }
}

fn plain(bytes: &[u8]) -> Content {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        return Content::Text(Zeroizing::new(text.to_owned()));
    }
    // A PEM section may be surrounded by comments in another encoding, such as GBK.
    if !bytes.windows(6).any(|window| window == b"BEGIN ") {
        return Content::Kind(Kind::Binary);
    }
    // A replacement character takes three bytes. The full capacity from the start: a text that grew would
    // leave copies of a key in memory.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 3));
    text.extend(bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{fffd}' }));
    Content::Text(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Content {
    let (units, _) = bytes.as_chunks::<2>();
    // A character takes at most three bytes in UTF-8.
    let mut text = Zeroizing::new(String::with_capacity(units.len() * 3));
    for character in char::decode_utf16(units.iter().map(|two| unit(*two))) {
        match character {
            Ok(character) => text.push(character),
            Err(_) => return Content::Kind(Kind::Binary),
        }
    }
    Content::Text(text)
}

/// Undoes the escapes for line ends and other characters that `.env` files, JSON, shells, forms and XML
/// write.
pub(super) fn unescaped(text: &str) -> Zeroizing<String> {
    let form = ["%0A", "%0a", "%0D", "%0d", "%20", "BEGIN+"].iter().any(|sign| text.contains(sign));
    let plus = text.contains("BEGIN+") || text.contains("%2B") || text.contains("%2b");
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => escape(&mut rest, &mut plain),
            '+' if form && plus => plain.push(' '),
            '%' if form => {
                let mut ahead = rest.clone();
                match hexadecimal(&mut ahead, 2) {
                    Some(decoded) => {
                        rest = ahead;
                        plain.push(decoded);
                    }
                    None => plain.push('%'),
                }
            }
            '&' => {
                let mut ahead = rest.clone();
                match entity(&mut ahead) {
                    Some(decoded) => {
                        rest = ahead;
                        plain.push(decoded);
                    }
                    None => plain.push('&'),
                }
            }
            other => plain.push(other),
        }
    }
    plain
}

/// Decodes a character reference of XML or HTML, after its `&`: `&#10;`, `&#x2B;`, `&quot;`.
fn entity(rest: &mut std::str::Chars<'_>) -> Option<char> {
    const LONGEST: usize = 8;
    let text = rest.as_str();
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let decoded = match text[..end].strip_prefix('#') {
        Some(number) => {
            let hexadecimal = number.strip_prefix(['x', 'X']);
            let code = hexadecimal.map_or_else(|| number.parse(), |digits| u32::from_str_radix(digits, 16));
            char::from_u32(code.ok()?)?
        }
        None => match &text[..end] {
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => ' ',
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            _ => return None,
        },
    };
    rest.nth(end);
    Some(decoded)
}

/// Decodes the escape after a backslash. Several backslashes in a row are escaped escapes.
fn escape(rest: &mut std::str::Chars<'_>, plain: &mut String) {
    let mut ahead = rest.clone();
    let mut next = ahead.next();
    while next == Some('\\') {
        next = ahead.next();
    }
    let decoded = match next {
        Some('n' | 'r') => Some('\n'),
        Some('t') => Some(' '),
        Some('u') => hexadecimal(&mut ahead, 4),
        Some('x') => hexadecimal(&mut ahead, 2),
        Some('0') if ahead.as_str().starts_with("12") => {
            ahead.nth(1);
            Some('\n')
        }
        other => other,
    };
    *rest = ahead;
    plain.extend(decoded);
}

fn hexadecimal(rest: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let mut value = 0;
    for _ in 0..digits {
        value = value << 4 | rest.next()?.to_digit(16)?;
    }
    char::from_u32(value)
}

/// Returns whether a character is invisible: byte order marks, zero-width blanks, direction marks.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{ad}')
}
