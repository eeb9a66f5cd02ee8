//! Canonical messages (待签名串): the byte strings that are signed and verified, for requests, responses and
//! callbacks.

use serde::{Deserialize, Serialize};

/// Builds the canonical message (待签名串) of a request: method, target, timestamp, nonce and body, each followed
/// by one line feed (partner page 4012365862).
///
/// `target` is the target of the request line: the path, and `?query` if the request has a query. For an
/// upload, `body` is the `meta` part alone (partner page 4012365863).
///
/// ```
/// let message = ruhui_core::sign::request_message("GET", "/v3/certificates", "1554208460", "N", b"");
/// assert_eq!(message, b"GET\n/v3/certificates\n1554208460\nN\n\n");
/// ```
pub fn request_message(method: &str, target: &str, timestamp: &str, nonce_str: &str, body: &[u8]) -> Vec<u8> {
    lines(&[method.as_bytes(), target.as_bytes(), timestamp.as_bytes(), nonce_str.as_bytes(), body])
}

/// Builds the canonical message (待签名串) of a response or callback: timestamp, nonce and body, each followed by
/// one line feed (partner page 4013059030).
///
/// ```
/// let message = ruhui_core::sign::response_message("1722850421", "N", b"{}");
/// assert_eq!(message, b"1722850421\nN\n{}\n");
/// ```
pub fn response_message(timestamp: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    lines(&[timestamp.as_bytes(), nonce.as_bytes(), body])
}

fn lines(parts: &[&[u8]]) -> Vec<u8> {
    let mut message = Vec::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts {
        message.extend_from_slice(part);
        message.push(b'\n');
    }
    message
}

/// Description of the canonical message that the service built, returned when a signature does not match it.
///
/// Callers can compare it with their own message; it has too little of the body to disclose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignInformation {
    /// Method as received.
    pub method: String,
    /// Length of the whole message, in bytes.
    pub sign_message_length: usize,
    /// Message with the body cut to its first 8 bytes.
    pub truncated_sign_message: String,
    /// Target (path and query) as received.
    pub url: String,
}

impl SignInformation {
    const BODY_BYTES: usize = 8;

    /// Describes the canonical message of a request.
    ///
    /// If the cut at 8 bytes would split a character, it moves back to the character's start.
    pub fn of(method: &str, target: &str, timestamp: &str, nonce_str: &str, body: &[u8]) -> Self {
        let whole = request_message(method, target, timestamp, nonce_str, body);
        let cut = request_message(method, target, timestamp, nonce_str, first_bytes(body));
        Self {
            method: method.to_owned(),
            sign_message_length: whole.len(),
            truncated_sign_message: String::from_utf8_lossy(&cut).into_owned(),
            url: target.to_owned(),
        }
    }
}

fn first_bytes(body: &[u8]) -> &[u8] {
    let cut = &body[..body.len().min(SignInformation::BODY_BYTES)];
    match std::str::from_utf8(cut) {
        // `error_len` is `None` exactly when the text ends inside a character.
        Err(error) if error.error_len().is_none() => &cut[..error.valid_up_to()],
        _ => cut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_does_not_split_a_character() {
        let information = SignInformation::of("POST", "/p", "1", "n", "{\"a\":\"会员\"}".as_bytes());
        assert_eq!(information.truncated_sign_message, "POST\n/p\n1\nn\n{\"a\":\"\n");
        assert_eq!(information.sign_message_length, "POST\n/p\n1\nn\n{\"a\":\"会员\"}\n".len());
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_replacement_characters() {
        let information = SignInformation::of("POST", "/p", "1", "n", b"\xff\xfe");
        assert_eq!(information.truncated_sign_message, "POST\n/p\n1\nn\n\u{fffd}\u{fffd}\n");
    }
}
