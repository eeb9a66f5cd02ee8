//! Reads the APIv3 key (APIv3密钥) from a text.

use super::error::{ApiV3Form, KeyError};
use super::text::is_invisible;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

const LENGTH: usize = 32;

/// Returns the 32 bytes of an APIv3 key: the text itself, or the text without blanks and quotes around it,
/// whichever has this length.
pub(crate) fn api_v3_key(text: &str) -> Result<Zeroizing<[u8; LENGTH]>, KeyError> {
    let bare =
        text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c) || matches!(c, '"' | '\'' | '`'));
    for candidate in [text, bare] {
        if let Ok(bytes) = candidate.as_bytes().try_into() {
            return Ok(Zeroizing::new(bytes));
        }
    }
    Err(match bare {
        "" => KeyError::ApiV3Key(ApiV3Form::Empty),
        pem if pem.contains("-----BEGIN") => KeyError::ApiV3Key(ApiV3Form::Pem),
        twice if twice.len() == 2 * LENGTH && twice.as_bytes()[..LENGTH] == twice.as_bytes()[LENGTH..] => {
            KeyError::ApiV3Key(ApiV3Form::Twice)
        }
        hex if hex.len() == 2 * LENGTH && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            KeyError::ApiV3Key(ApiV3Form::Hexadecimal)
        }
        base64 if STANDARD.decode(base64).is_ok_and(|bytes| bytes.len() == LENGTH) => {
            KeyError::ApiV3Key(ApiV3Form::Base64)
        }
        _ => KeyError::ApiV3KeyLength { bytes: text.len() },
    })
}
