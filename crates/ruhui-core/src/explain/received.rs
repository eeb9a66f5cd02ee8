//! A request as it reached the service.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST};
use jiff::Timestamp;

/// A request as it reached the service, byte for byte.
#[derive(Clone)]
pub struct Received<'a> {
    method: &'a str,
    target: &'a str,
    authorization: Vec<String>,
    host: Option<String>,
    body: &'a [u8],
    now: Timestamp,
}

impl<'a> Received<'a> {
    /// Takes method, target (path and query as on the request line), the value of the Authorization header,
    /// the body, and the time when the request came.
    pub fn new(
        method: &'a str,
        target: &'a str,
        authorization: &str,
        body: &'a [u8],
        now: Timestamp,
    ) -> Self {
        let authorization = vec![authorization.to_owned()];
        Self { method, target, authorization, host: None, body, now }
    }

    /// The same with all headers. Authorization may be missing, doubled, or hold any bytes.
    pub fn with_headers(
        method: &'a str,
        target: &'a str,
        headers: &HeaderMap,
        body: &'a [u8],
        now: Timestamp,
    ) -> Self {
        let text = |name| {
            headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let authorization = text(AUTHORIZATION).collect();
        Self { method, target, authorization, host: text(HOST).next(), body, now }
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

    pub(super) fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    pub(super) fn body(&self) -> &'a [u8] {
        self.body
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }
}

/// Shows neither body nor Authorization: they are the caller's, and logs are not.
impl std::fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Received({} {}, {} bytes of body)", self.method, self.target, self.body.len())
    }
}
