//! A verified success.

use crate::error::{Error, Exchange, Unexpected, Unopened};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use ruhui_core::key::PrivateKey;
use ruhui_core::seal::FieldKeys;
use ruhui_core::wire::{self, Fault, Issue};
use serde::de::DeserializeOwned;
use std::fmt;

/// A success whose signature was verified. Nothing else can make one.
#[derive(Clone)]
pub struct Reply {
    exchange: Exchange,
    headers: HeaderMap,
    body: Bytes,
    key: PrivateKey,
}

impl Reply {
    /// To be called with verified replies only.
    pub(crate) fn verified(exchange: Exchange, headers: HeaderMap, body: Bytes, key: PrivateKey) -> Self {
        Self { exchange, headers, body, key }
    }

    /// The status, 2xx.
    pub fn status(&self) -> StatusCode {
        self.exchange.status
    }

    /// Which host responded, and the failure at the other host that came before, if there was one.
    pub fn exchange(&self) -> &Exchange {
        &self.exchange
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

    /// The body as a value. An empty body (204) reads as an object without members; null or an empty text reads as
    /// none where the value has an option; sensitive fields are opened with the client's private key.
    ///
    /// # Errors
    ///
    /// [`Error::Unopened`] when a sensitive field does not open; [`Error::Unexpected`] when the body does not hold
    /// the value.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        wire::decode_reply(&self.body, Some(&self.key)).map_err(|fault| self.wrong(fault))
    }

    fn wrong(&self, fault: Fault) -> Error {
        let exchange = self.exchange.clone();
        let mut fault = fault.diagnosed(&self.body, FieldKeys::new(&self.key));
        if let Issue::Unopenable(why) = fault.issue {
            return Error::Unopened(Box::new(Unopened { field: fault.field, why, exchange }));
        }
        // It may be a token.
        fault.value = None;
        Error::Unexpected(Box::new(Unexpected { fault, exchange }))
    }

    pub(crate) fn into_parts(self) -> (Exchange, Bytes) {
        (self.exchange, self.body)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("exchange", &self.exchange)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
