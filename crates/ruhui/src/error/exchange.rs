//! The exchange that an error belongs to, and the failed attempts before it.

use crate::transport::TransportError;
use http::StatusCode;
use std::fmt;

/// One request and its response: the host, the status, the Request-ID, and an earlier failed attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// Base URL of the host that responded.
    pub host: String,
    /// Status of the response.
    pub status: StatusCode,
    /// `Request-ID` of the response.
    pub request_id: Option<String>,
    /// The failed attempt at the other host before this exchange, if there was one.
    pub earlier: Option<Failure>,
}

/// Writes the Request-ID in parentheses, to follow a sentence.
impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.request_id {
            None => Ok(()),
            Some(id) if f.alternate() => write!(f, "（Request-ID {id}）"),
            Some(id) => write!(f, " (Request-ID {id})"),
        }
    }
}

/// A failed attempt at one host: no response came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// Base URL of the host.
    pub host: String,
    /// The transport's error.
    pub error: TransportError,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.host, if f.alternate() { "：" } else { ": " })?;
        self.error.fmt(f)
    }
}
