//! The exchange that led to an error, and the attempts before it.

use crate::transport::TransportError;
use http::StatusCode;
use std::fmt;

/// The exchange that brought a response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// The base URL of the host that responded.
    pub host: String,
    /// The response's status.
    pub status: StatusCode,
    /// The response's `Request-ID`.
    pub request_id: Option<String>,
    /// The earlier failure at the other host, if any.
    pub earlier: Option<Failure>,
}

/// Writes the Request-ID after a sentence.
impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.request_id {
            None => Ok(()),
            Some(id) if f.alternate() => write!(f, "（Request-ID {id}）"),
            Some(id) => write!(f, " (Request-ID {id})"),
        }
    }
}

/// A failed attempt at one host.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The host's base URL.
    pub host: String,
    /// Error of the transport.
    pub error: TransportError,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.host, if f.alternate() { "：" } else { ": " })?;
        self.error.fmt(f)
    }
}
