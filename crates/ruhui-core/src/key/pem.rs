//! Lenient reader of PEM (RFC 7468), and of Base64 without BEGIN and END.
//!
//! Strict readers accept only the form of the RFC, and integrators' texts seldom have it. A label is
//! recognized even if it is the wrong one. Every text that may contain a private key is wiped.

use super::error::{Damage, KeyError};
use super::text::is_invisible;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use zeroize::Zeroizing;

/// Base64 decoder that accepts missing padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// PEM section.
pub(super) struct Section<'a> {
    pub(super) label: &'a str,
    pub(super) body: &'a str,
    /// Whether an END line follows the body.
    pub(super) ends: bool,
}

/// Returns all sections of `text`, in order. The text before, between and after the sections is ignored.
///
/// # Errors
///
/// [`Damage::BeginCut`] if a BEGIN line has no end.
pub(super) fn sections(text: &str) -> Result<Vec<Section<'_>>, KeyError> {
    let mut sections = Vec::new();
    let mut rest = text;
    while let Some(begin) = line(rest, "BEGIN") {
        let after = begin.trim_start();
        let end = after.find(is_dash).filter(|end| *end <= 64).ok_or(KeyError::Damaged(Damage::BeginCut))?;
        let label = after[..end].trim();
        let body = after[end..].trim_start_matches(is_dash);
        let next = line(body, "BEGIN").map_or(body.len(), |next| body.len() - next.len() - "BEGIN".len());
        let close = line(&body[..next], "END");
        let length = close.map_or(next, |close| next - close.len() - "END".len());
        sections.push(Section {
            label,
            body: body[..length].trim_end_matches(|c: char| is_dash(c) || c.is_whitespace()),
            ends: close.is_some(),
        });
        rest = &body[length..];
    }
    Ok(sections)
}

/// Returns the text after the first `word` that follows dashes, or that begins a line which ends in a dash.
fn line<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.match_indices(word).find_map(|(at, _)| {
        let (before, after) = (text[..at].trim_end_matches(' '), &text[at + word.len()..]);
        let begins = before.is_empty() || before.ends_with(['\n', '\r']);
        let dash_follows = after.lines().next().is_some_and(|rest| rest.ends_with(is_dash));
        (before.ends_with(is_dash) || (begins && dash_follows)).then_some(after)
    })
}

/// Returns whether a character is a dash, including those that editors put in place of `-`.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

/// Decodes the Base64 of a section, ignoring its headers, quotes, marks and tags.
///
/// # Errors
///
/// [`Damage`] if the body is empty or not Base64.
pub(super) fn decode(body: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if body.starts_with("/n") && (body.ends_with("/n") || body.matches("/n").count() > 3) {
        return Err(KeyError::Damaged(Damage::SlashN));
    }
    let numbered = without_numbers(body);
    let packed = packed(numbered.as_deref().map_or(body, String::as_str))
        .map_err(|character| KeyError::Damaged(Damage::NotBase64 { character: Some(character) }))?;
    if packed.is_empty() {
        return Err(KeyError::Damaged(Damage::Empty));
    }
    // Padding in the middle ends the first copy of a text that was pasted twice.
    let mut der = Zeroizing::new(Vec::with_capacity(packed.len() / 4 * 3 + 3));
    for piece in packed.split('=').filter(|piece| !piece.is_empty()) {
        LENIENT
            .decode_vec(piece, &mut der)
            .map_err(|_| KeyError::Damaged(Damage::NotBase64 { character: None }))?;
    }
    Ok(der)
}

/// Returns only the Base64 characters, in the standard alphabet. The error is the first character that cannot
/// be part of it.
pub(super) fn packed(body: &str) -> Result<Zeroizing<String>, char> {
    // The full capacity from the start: a buffer that grew would leave copies of a private key in memory.
    let mut packed = Zeroizing::new(String::with_capacity(body.len()));
    for piece in without_headers(body).split(['"', '\'', '`']) {
        // Programs join the quoted pieces of one text with such a mark.
        if matches!(piece.trim(), "+" | "." | "," | "&" | "_") {
            continue;
        }
        let mut tag = false;
        for character in piece.chars() {
            match character {
                '<' => tag = true,
                '>' => tag = false,
                _ if tag => {}
                'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' | '=' => packed.push(character),
                '-' => packed.push('+'),
                '_' => packed.push('/'),
                blank if blank.is_whitespace() || is_invisible(blank) => {}
                ',' | ';' | '.' | '|' | '#' | '*' | '$' | '(' | ')' => {}
                other => return Err(other),
            }
        }
    }
    Ok(packed)
}

/// Returns the body without line numbers, as an editor or `cat -n` shows them; `None` if the numbers do not
/// count the lines.
fn without_numbers(body: &str) -> Option<Zeroizing<String>> {
    let mut plain = Zeroizing::new(String::with_capacity(body.len()));
    let mut last = None;
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let number: u32 = line.get(..digits)?.parse().ok()?;
        let rest = &line[digits..];
        if last.is_some_and(|last| number != last + 1) || !(rest.is_empty() || rest.starts_with(is_separator))
        {
            return None;
        }
        last = Some(number);
        plain.push_str(rest.trim_start_matches(is_separator));
        plain.push('\n');
    }
    last.map(|_| plain)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ':' | '.' | '|' | ')' | '\u{2502}')
}

/// Returns the body without the headers of RFC 1421 (`Name: value`), each of which is on a line.
fn without_headers(body: &str) -> &str {
    let mut rest = body.trim_start();
    while let Some((first, after)) = rest.split_once('\n') {
        match first.split_once(": ") {
            Some(_) => rest = after.trim_start(),
            None => break,
        }
    }
    rest
}

/// Writes a PEM section, 64 characters a line.
pub(super) fn write(label: &str, der: &[u8]) -> Zeroizing<String> {
    let packed = Zeroizing::new(STANDARD.encode(der));
    // The full capacity from the start: a text that grew would leave copies of a private key in memory.
    let room = packed.len() + packed.len() / 64 + 1 + 2 * (label.len() + "-----BEGIN -----\n".len());
    let mut text = Zeroizing::new(String::with_capacity(room));
    text.push_str(&format!("-----BEGIN {label}-----\n"));
    for line in packed.as_bytes().chunks(64) {
        text.push_str(std::str::from_utf8(line).expect("Base64 is ASCII"));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}
