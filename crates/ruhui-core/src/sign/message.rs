//! The texts that are signed.

use serde::{Deserialize, Serialize};

/// The message of a request (partner page 4012365862): method, target, timestamp, nonce and body, each
/// followed by one line feed. `target` is what stands on the request line: path, and `?query` if there is
/// one. For an upload, `body` is the `meta` part alone (partner page 4012365863).
///
/// ```
/// let message = ruhui_core::sign::request_message("GET", "/v3/certificates", "1554208460", "N", b"");
/// assert_eq!(message, b"GET\n/v3/certificates\n1554208460\nN\n\n");
/// ```
pub fn request_message(method: &str, target: &str, timestamp: &str, nonce_str: &str, body: &[u8]) -> Vec<u8> {
    lines(&[method.as_bytes(), target.as_bytes(), timestamp.as_bytes(), nonce_str.as_bytes(), body])
}

/// The message of a response or callback (partner page 4013059030): timestamp, nonce and body, each followed by
/// one line feed.
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

/// What the service says of the message that it built itself when a signature does not fit it: enough to
/// compare with one's own message, not enough to learn the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignInformation {
    /// The method as received.
    pub method: String,
    /// The length of the whole message, in bytes.
    pub sign_message_length: usize,
    /// The message with the body cut to its first 8 bytes.
    pub truncated_sign_message: String,
    /// The target as received.
    pub url: String,
}

impl SignInformation {
    const BODY_BYTES: usize = 8;

    /// Describes the message of a request.
    ///
    /// The cut falls back to the start of a character that it would split.
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
