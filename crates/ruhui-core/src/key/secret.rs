//! Tells a secret in the place of a path from the path of a file that does not exist.

use std::io::ErrorKind;

/// Whether `text`, which was taken for a path and names no file, may be a secret in the wrong place. A message must
/// not show such a text.
///
/// A secret is long and its last part has no ending. A part of a path is a word: a secret has a part that is long or
/// that mixes upper and lower case, as Base64 does, in which `/` is one of the digits.
///
/// ```
/// use ruhui_core::key::may_be_secret;
///
/// assert!(may_be_secret("0123456789abcdef0123456789abcdef"));
/// assert!(may_be_secret("kgwggSjAgEAAoIBAQC7/VJTUt9Us8cKj"));
/// assert!(!may_be_secret("/etc/wechatpay/merchants/1900000001/apiclient_key.pem"));
/// ```
pub fn may_be_secret(text: &str) -> bool {
    let parts = || text.split(['/', '\\']);
    let mixes_case = |part: &str| {
        let begins_word = part.chars().next().map_or(0, char::len_utf8);
        part.contains(char::is_lowercase) && part[begins_word..].contains(char::is_uppercase)
    };
    let has_ending = parts().next_back().is_some_and(|name| name.contains('.'));
    text.len() >= SHORTEST_SECRET
        && !has_ending
        && parts().any(|part| part.len() >= SHORTEST_SECRET || mixes_case(part))
}

/// Whether a file could not be opened because the text that was given as its path is not the path of a file: nothing
/// has this name, or nothing can have it, since it is too long or holds a NUL.
///
/// ```
/// use ruhui_core::key::is_not_a_path;
/// use std::io::ErrorKind;
///
/// assert!(is_not_a_path(ErrorKind::NotFound));
/// assert!(!is_not_a_path(ErrorKind::PermissionDenied));
/// ```
pub fn is_not_a_path(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename | ErrorKind::InvalidInput
    )
}

/// An APIv3 key has 32 characters. No secret is shorter.
const SHORTEST_SECRET: usize = 32;
