//! Finds the keys and certificates in a text or file.

use super::der::{self, Shape};
use super::error::{Damage, KeyError};
use super::kind::Kind;
use super::pem::{self, Section};
use super::serial;
use super::text::{self, Content};
use zeroize::Zeroizing;

/// Item found: a key, a certificate, or something else in its place.
pub(super) enum Item {
    /// An RSA private key in PKCS#1, or the reason for which it is not one.
    PrivateKey(Result<Zeroizing<Vec<u8>>, KeyError>),
    /// An RSA public key in PKCS#1, or the reason for which it is not one.
    PublicKey(Result<Vec<u8>, KeyError>),
    /// The DER of a certificate.
    Certificate(Vec<u8>),
    /// Something else.
    Other(Kind),
    /// A section that cannot be read, with the kind that its label names.
    Damaged(Option<Kind>, KeyError),
}

impl Item {
    fn kind(&self) -> Option<&Kind> {
        match self {
            Self::PrivateKey(_) => Some(&Kind::PrivateKey),
            Self::PublicKey(_) => Some(&Kind::PublicKey),
            Self::Certificate(_) => Some(&Kind::Certificate),
            Self::Other(kind) => Some(kind),
            Self::Damaged(kind, _) => kind.as_ref(),
        }
    }
}

/// Largest number of Base64 layers around a text.
const DEPTH: usize = 3;

/// Returns all items in `bytes`.
///
/// # Errors
///
/// [`KeyError`] if nothing has a known form.
pub(super) fn items(bytes: &[u8]) -> Result<Vec<Item>, KeyError> {
    unwrap(bytes, DEPTH)
}

/// Returns the error for a text that has no item of the kind `wanted`.
pub(super) fn none_of(items: &[Item], wanted: Kind) -> KeyError {
    let damaged = items.iter().find_map(|item| match item {
        Item::Damaged(kind, error) if kind.as_ref().is_none_or(|kind| *kind == wanted) => Some(error.clone()),
        _ => None,
    });
    // Parameters do not count if there is another item: OpenSSL writes them before the key that they belong
    // to.
    let named = items.iter().filter_map(Item::kind);
    let found = named.clone().find(|kind| **kind != Kind::Parameters).or_else(|| named.clone().next());
    match (damaged, found) {
        (Some(error), _) => error,
        (None, Some(found)) => KeyError::WrongKind { found: found.clone(), wanted },
        (None, None) => KeyError::NotPem,
    }
}

fn unwrap(bytes: &[u8], depth: usize) -> Result<Vec<Item>, KeyError> {
    if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(KeyError::Empty);
    }
    let text = match text::content(bytes) {
        Content::Text(text) => text,
        Content::Kind(kind) => return Ok(vec![Item::Other(kind)]),
        Content::Der => return of_der(bytes).map(|item| vec![item.unwrap_or(Item::Other(Kind::Binary))]),
    };
    let text = text::unescaped(&text);
    let sections = pem::sections(&text)?;
    if sections.is_empty() {
        without_sections(&text, depth).map_or(Err(KeyError::NotPem), |items| items)
    } else {
        Ok(sections.iter().map(of_section).collect())
    }
}

fn of_section(section: &Section<'_>) -> Item {
    let kind = Kind::of_label(section.label);
    // The old form of encryption (RFC 1421) keeps the label, and adds headers.
    if section.body.contains("ENCRYPTED") && section.body.contains("Proc-Type") {
        return Item::Other(Kind::EncryptedPrivateKey);
    }
    let readable = matches!(kind, Kind::PrivateKey | Kind::PublicKey | Kind::Certificate | Kind::Other(_));
    if !readable {
        return Item::Other(kind);
    }
    let item = pem::decode(section.body).and_then(|der| of_der(&der));
    match item {
        Ok(Some(item)) => item,
        Err(KeyError::Damaged(Damage::Cut { .. } | Damage::Empty | Damage::NotBase64 { .. }))
            if !section.ends =>
        {
            Item::Damaged(Some(kind), KeyError::Damaged(Damage::EndMissing))
        }
        // A label of an unsupported kind says more than the bytes do.
        Err(_) | Ok(None) if matches!(kind, Kind::Other(_)) => Item::Other(kind),
        Ok(None) => Item::Damaged(Some(kind), KeyError::Damaged(Damage::Malformed)),
        Err(error) => Item::Damaged(Some(kind), error),
    }
}

fn of_der(der: &[u8]) -> Result<Option<Item>, KeyError> {
    let shape = der::shape(der)?;
    Ok(shape.map(|shape| match shape {
        Shape::PrivateKey(key) => Item::PrivateKey(key.map(|key| Zeroizing::new(key.to_vec()))),
        Shape::PublicKey(key) => Item::PublicKey(key.map(<[u8]>::to_vec)),
        Shape::Certificate(certificate) => Item::Certificate(certificate.to_vec()),
        Shape::Kind(kind) => Item::Other(kind),
    }))
}

/// Reads Base64 or hexadecimal without BEGIN and END, and recognizes texts that are not a key.
fn without_sections(text: &str, depth: usize) -> Option<Result<Vec<Item>, KeyError>> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || text::is_invisible(c));
    if text.is_empty() {
        return Some(Err(KeyError::Empty));
    }
    if let Some(kind) = kind_of_text(text) {
        return Some(Ok(vec![Item::Other(kind)]));
    }
    let value = value(text);
    let longest = || text.split_whitespace().max_by_key(|word| word.len()).and_then(base64);
    let bytes = hexadecimal(value).or_else(|| base64(value)).or_else(longest);
    let json = || text.starts_with('{').then(|| Ok(vec![Item::Other(Kind::Json)]));
    let Some(bytes) = bytes else { return json() };
    match bytes {
        Err(error) => Some(Err(error)),
        Ok(bytes) if depth == 0 || !holds_something(&bytes) => json(),
        Ok(bytes) => Some(unwrap(&bytes, depth - 1)),
    }
}

fn kind_of_text(text: &str) -> Option<Kind> {
    let lower = text.get(..text.floor_char_boundary(2048)).unwrap_or(text).to_ascii_lowercase();
    let starts = |word: &str| lower.starts_with(word);
    Some(match () {
        () if lower.contains("<rsakeyvalue") => Kind::XmlKey,
        () if starts("<!doctype html") || lower.contains("<html") => Kind::Html,
        () if starts("{") && lower.contains("\"kty\"") => Kind::Jwk,
        () if starts("ssh-") || starts("ecdsa-sha2-") => Kind::SshPublicKey,
        () if starts("putty-user-key-file") => Kind::PuttyKey,
        () if starts("version https://git-lfs.") => Kind::GitLfsPointer,
        () if starts("$ansible_vault;") || starts("enc(") || starts("enc[") || lower.contains("enc[aes") => {
            Kind::EncryptedSecret
        }
        () if is_placeholder(text) => Kind::Placeholder,
        () if is_api_v3_key(text) => Kind::ApiV3Key,
        () if serial::read(text).is_ok_and(|serial| serial.as_str().len() >= LEAST) => Kind::SerialNo,
        () => return None,
    })
}

/// Returns whether the text is a single placeholder: `${KEY}`, `$KEY`, `{{ key }}`, `<your key>`, `%KEY%`.
fn is_placeholder(text: &str) -> bool {
    const MARKS: [(&str, &str); 5] = [("${", "}"), ("$(", ")"), ("{{", "}}"), ("<", ">"), ("%", "%")];
    let text = text.trim_matches(['"', '\'']);
    let is_short = text.len() < 200 && !text.contains('\n');
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    let is_marked = MARKS.iter().any(|(open, close)| {
        text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(|name| !name.is_empty())
    });
    is_short && (is_marked || text.strip_prefix('$').is_some_and(is_name))
}

fn is_api_v3_key(text: &str) -> bool {
    let text = text.trim_matches(['"', '\'']);
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Largest number of names in front of a value: `data:`, `key:`, and a few levels more.
const NAMES: usize = 8;

/// Returns the value of a line `NAME="value"` or `name: value`, or the longest text of a JSON document.
fn value(text: &str) -> &str {
    if text.starts_with('{') {
        return text.split('"').max_by_key(|piece| piece.len()).unwrap_or(text);
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    let mut text = text;
    for _ in 0..NAMES {
        text = match text.split_once(['=', ':']) {
            // Base64 ends in `=`, with no name in front and no value after it.
            Some((name, value))
                if name.len() <= 64 && value.len() > name.len() && name.chars().all(is_name) =>
            {
                value.trim_start_matches([' ', '|', '>', '-', '\r', '\n'])
            }
            _ => break,
        };
    }
    text
}

/// Decodes hexadecimal digits; `None` if the text has other characters or is too short for a key.
fn hexadecimal(text: &str) -> Option<Result<Zeroizing<Vec<u8>>, KeyError>> {
    let separator = |c: char| c.is_whitespace() || c == ':';
    let count = text.chars().filter(|c| !separator(*c)).count();
    if count < LEAST * 2 || !text.chars().all(|c| separator(c) || c.is_ascii_hexdigit()) {
        return None;
    }
    let mut digits = Zeroizing::new(String::with_capacity(count));
    digits.extend(text.chars().filter(|c| !separator(*c)));
    hex::decode(digits.as_bytes()).ok().map(|bytes| Ok(Zeroizing::new(bytes)))
}

/// Smallest length of a key, in bytes. No key is shorter.
const LEAST: usize = 24;

fn base64(text: &str) -> Option<Result<Zeroizing<Vec<u8>>, KeyError>> {
    let packed = pem::packed(text).ok().filter(|packed| packed.len() >= LEAST)?;
    match pem::decode(&packed) {
        // DER in Base64 begins with `MI`, PEM with `LS0t`: such a text is a damaged key.
        Err(error) if packed.starts_with("MII") || packed.starts_with("LS0t") => Some(Err(error)),
        Err(_) => None,
        Ok(bytes) => Some(Ok(bytes)),
    }
}

/// Returns whether decoded bytes are a key, a PEM text or a container. Otherwise the text was a word that
/// happens to be Base64.
fn holds_something(bytes: &[u8]) -> bool {
    match text::content(bytes) {
        Content::Text(text) => text.contains("BEGIN") || base64(&text).is_some(),
        Content::Der => true,
        Content::Kind(kind) => kind != Kind::Binary,
    }
}

/// Returns whether `text` is a key, or meant to be one, rather than the path of a file.
///
/// A path is a short line. A text with a BEGIN line, with several lines, or with a long run of Base64 is not
/// a path.
///
/// ```
/// use ruhui_core::key::is_text_of_key;
///
/// assert!(is_text_of_key("-----BEGIN PRIVATE KEY-----\\nMIIE"));
/// assert!(!is_text_of_key("kit/apiclient_key.pem"));
/// ```
pub fn is_text_of_key(text: &str) -> bool {
    let trimmed = text.trim();
    trimmed.contains("-BEGIN")
        || trimmed.contains("- BEGIN")
        || trimmed.contains('\n')
        || trimmed.len() > LONGEST_PATH
        || trimmed.starts_with(['{', '<'])
        || is_base64_of_key(value(trimmed).trim_matches(['"', '\'']))
}

fn is_base64_of_key(text: &str) -> bool {
    let begins = ["MII", "LS0t", "ssh-rsa "].iter().any(|start| text.starts_with(start));
    let long = text.len() >= LONG_BASE64 && !text.contains('.') && pem::packed(text).is_ok();
    long || (begins && text.len() > LEAST && !text.contains('.'))
}

/// Largest length of a path, in bytes. No sensible path is longer.
const LONGEST_PATH: usize = 512;

/// Smallest length of Base64 that counts as a key: a line of PEM has 64 characters.
const LONG_BASE64: usize = 64;
