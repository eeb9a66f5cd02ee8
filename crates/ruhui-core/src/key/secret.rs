//! Reads key files without leaving copies in memory, and recognizes a secret that was given in place of a
//! path.

use std::io::{self, ErrorKind, Read};
use zeroize::Zeroizing;

/// Size limit of a key file, in bytes. A wrong path may name anything, such as an endless device.
const LARGEST_FILE: u64 = 1 << 20;

/// Reads the bytes of a key from an open file of `length` bytes; 0 if the length is not known, as for a pipe.
///
/// # Errors
///
/// The error of `file`, or [`ErrorKind::FileTooLarge`] for more than 1 MiB.
///
/// ```
/// let bytes = ruhui_core::key::read_file(&b"-----BEGIN"[..], 10)?;
/// assert_eq!(bytes.as_slice(), b"-----BEGIN");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn read_file(file: impl Read, length: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let length = if length == 0 { LARGEST_FILE } else { length.min(LARGEST_FILE) };
    // The full capacity from the start: a buffer that grew would leave copies of a private key in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1));
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= LARGEST_FILE => Ok(bytes),
        _ => Err(ErrorKind::FileTooLarge.into()),
    }
}

/// Returns whether `text`, which was taken for a path and names no file, may be a secret in the wrong place.
/// A message must not show such a text.
///
/// A secret is long, and its last part has no file extension. The parts of a path are words. A secret has a
/// part that is long, or that mixes upper and lower case as Base64 does, of which `/` is one of the digits.
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

/// Returns whether a file could not be opened because the text given is not the path of a file: no file has
/// this name, or no file can have it, since it is too long or contains a NUL.
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

/// Smallest length of a secret. An APIv3 key has 32 characters, and no secret is shorter.
const SHORTEST_SECRET: usize = 32;
