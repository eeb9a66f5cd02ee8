//! Response of a callback's endpoint, with an excerpt for people.

use std::fmt;

/// Response to one callback. `{}` prints English, `{:#}` Chinese, without the excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackResponse {
    /// Status of the response. Only 200 and 204 accept the callback.
    pub status: u16,
    /// Location of a redirect, shortened and printable. Redirects are not followed.
    pub location: Option<String>,
    /// First bytes of the body as text, shortened and printable, if the response does not accept the
    /// callback.
    pub excerpt: Option<String>,
}

impl CallbackResponse {
    /// Maximum number of bytes that are read of a body.
    pub const EXCERPT_BYTES: usize = 512;

    /// Maximum number of characters that are kept of the Location and of the excerpt.
    const CHARACTERS: usize = 200;

    /// Returns a response with this status and nothing else.
    pub const fn of(status: u16) -> Self {
        Self { status, location: None, excerpt: None }
    }

    /// Adds the Location header of a redirect.
    #[must_use]
    pub fn with_location(self, location: &[u8]) -> Self {
        Self { location: printable(location), ..self }
    }

    /// Adds the first bytes of the body.
    #[must_use]
    pub fn with_body(self, body: &[u8]) -> Self {
        let body = &body[..body.len().min(Self::EXCERPT_BYTES)];
        Self { excerpt: printable(body), ..self }
    }

    /// Whether the response accepts the callback (partner page 4012082570).
    pub const fn accepts(&self) -> bool {
        matches!(self.status, 200 | 204)
    }
}

/// Converts bytes to one short line without control characters; `None` if nothing is left.
fn printable(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let line: String = words.join(" ").chars().take(CallbackResponse::CHARACTERS).collect();
    (!line.is_empty()).then_some(line)
}

impl fmt::Display for CallbackResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, location, .. } = self;
        match (location, f.alternate()) {
            (Some(location), false) => write!(
                f,
                "the response was {status}, a redirect to {location}, which is not followed; 200 or 204 accepts"
            ),
            (Some(location), true) => {
                write!(f, "应答 HTTP {status}，重定向到 {location}（不会跟随），应为 200 或 204")
            }
            (None, false) => write!(f, "the response was {status}; 200 or 204 accepts"),
            (None, true) => write!(f, "应答 HTTP {status}，应为 200 或 204"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_one_short_line() {
        let html = b"<html>\r\n\t<h1>502\x1b[31m Bad Gateway</h1>\0\xff";
        let response = CallbackResponse::of(502).with_body(html);
        assert_eq!(response.excerpt.as_deref(), Some("<html> <h1>502 [31m Bad Gateway</h1> \u{fffd}"));
        let response = CallbackResponse::of(500).with_body("错".repeat(1000).as_bytes());
        assert_eq!(response.excerpt.unwrap().chars().count(), 171, "170 characters and one that was cut");
        assert_eq!(CallbackResponse::of(500).with_body(b" \n").excerpt, None);
        let long = CallbackResponse::of(302).with_location(&[b'x'; 5000]);
        assert_eq!(long.location.unwrap().len(), 200);
    }

    #[test]
    fn a_redirect_is_called_one() {
        let response = CallbackResponse::of(302).with_location(b"/login");
        assert_eq!(
            response.to_string(),
            "the response was 302, a redirect to /login, which is not followed; 200 or 204 accepts"
        );
        assert_eq!(format!("{response:#}"), "应答 HTTP 302，重定向到 /login（不会跟随），应为 200 或 204");
        assert_eq!(CallbackResponse::of(201).to_string(), "the response was 201; 200 or 204 accepts");
    }
}
