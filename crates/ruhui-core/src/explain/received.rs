//! Request to be explained, as the service received it.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;

/// Request as the service received it, byte for byte.
#[derive(Clone)]
pub struct Received<'a> {
    method: &'a str,
    target: &'a str,
    authorization: Vec<String>,
    headers: Option<&'a HeaderMap>,
    body: &'a [u8],
    now: Timestamp,
    at_its_own_time: bool,
}

impl<'a> Received<'a> {
    /// Makes a request from its method, target (path and query as on the request line), value of the
    /// Authorization header, body, and time of arrival.
    pub fn new(
        method: &'a str,
        target: &'a str,
        authorization: &str,
        body: &'a [u8],
        now: Timestamp,
    ) -> Self {
        let authorization = vec![authorization.to_owned()];
        Self { method, target, authorization, headers: None, body, now, at_its_own_time: false }
    }

    /// Makes a request with all its headers. Authorization may be missing, duplicate, or contain any bytes.
    /// `body` is the whole body as sent, for an upload too.
    ///
    /// Such a request is checked up to its parameters, so it may be rejected although its signature is right.
    pub fn with_headers(
        method: &'a str,
        target: &'a str,
        headers: &'a HeaderMap,
        body: &'a [u8],
        now: Timestamp,
    ) -> Self {
        let authorization = headers.get_all(AUTHORIZATION).iter().map(text).collect();
        Self { method, target, authorization, headers: Some(headers), body, now, at_its_own_time: false }
    }

    /// Checks the request as of the second in which it was signed: for a saved request. Its age becomes a
    /// remark.
    #[must_use]
    pub fn at_its_own_time(self) -> Self {
        Self { at_its_own_time: true, ..self }
    }

    /// Returns the line of an Authorization header that is the value of a header whose name is a number.
    pub(super) fn numbered_authorization(&self) -> Option<String> {
        let is_line = |value: &String| value.to_ascii_lowercase().starts_with("authorization:");
        let named = |name: &HeaderName| name.as_str().bytes().all(|byte| byte.is_ascii_digit());
        self.headers?.iter().filter(|(name, _)| named(name)).map(|(_, value)| text(value)).find(is_line)
    }

    pub(super) fn headers(&self) -> Option<&'a HeaderMap> {
        self.headers
    }

    pub(super) fn is_at_its_own_time(&self) -> bool {
        self.at_its_own_time
    }

    pub(super) fn method(&self) -> &'a str {
        self.method
    }

    pub(super) fn target(&self) -> &'a str {
        self.target
    }

    pub(super) fn authorization(&self) -> &[String] {
        &self.authorization
    }

    pub(super) fn host(&self) -> Option<String> {
        self.headers?.get(HOST).map(text)
    }

    pub(super) fn body(&self) -> &'a [u8] {
        self.body
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// Hides body and Authorization, which are the caller's and must not get into logs.
impl std::fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Received({} {}, {} bytes of body)", self.method, self.target, self.body.len())
    }
}
