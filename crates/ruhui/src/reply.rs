//! A verified success.

use crate::error::{Error, Exchange, Unexpected};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use std::fmt;

/// A success whose signature was verified. Nothing else can make one.
#[derive(Clone)]
pub struct Reply {
    exchange: Exchange,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    /// To be called with verified replies only.
    pub(crate) fn verified(exchange: Exchange, headers: HeaderMap, body: Bytes) -> Self {
        Self { exchange, headers, body }
    }

    /// The status, 2xx.
    pub fn status(&self) -> StatusCode {
        self.exchange.status
    }

    /// The headers. The signature covers the body alone, not these.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as received.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The service's name for the exchange.
    pub fn request_id(&self) -> Option<&str> {
        self.exchange.request_id.as_deref()
    }

    /// The body as a value. An empty body (204) reads as an object without members.
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] when the body does not hold the value.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body = if self.body.is_empty() { b"{}" } else { &self.body[..] };
        serde_json::from_slice(body).map_err(|error| {
            Error::Unexpected(Box::new(Unexpected { why: why(&error), exchange: self.exchange.clone() }))
        })
    }

    pub(crate) fn into_parts(self) -> (Exchange, Bytes) {
        (self.exchange, self.body)
    }
}

/// Place and kind of the fault. serde_json's sentence may quote the value, a token for instance, so of its
/// sentences only those that name a member are taken.
fn why(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let sentence = error.to_string();
    let kind = match sentence.split_once('`') {
        Some((start @ ("missing field " | "duplicate field "), rest)) => {
            let name = rest.split('`').next().unwrap_or_default();
            format!("{start}`{name}`")
        }
        _ if error.is_data() => "a member of another type or outside its limits".to_owned(),
        _ => "not JSON".to_owned(),
    };
    format!("{kind} at line {line}, column {column}")
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("exchange", &self.exchange)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
