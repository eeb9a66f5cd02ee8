//! Verified success responses, and their decoding into values.

use crate::error::{ApiError, Error, Exchange, Proof, UndecryptableField, Unexpected, VerifiedBody};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use ruhui_core::encryption::FieldKeys;
use ruhui_core::key::PrivateKey;
use ruhui_core::wire::{self, InvalidField, ParameterIssue};
use serde::de::DeserializeOwned;
use std::fmt;

/// A success response whose signature was verified. Only a [`Client`](crate::Client) creates one.
#[derive(Clone)]
pub struct Response {
    exchange: Exchange,
    headers: HeaderMap,
    body: Bytes,
    key: PrivateKey,
}

impl Response {
    /// Creates a response. Callers must have verified its signature.
    pub(crate) fn verified(exchange: Exchange, headers: HeaderMap, body: Bytes, key: PrivateKey) -> Self {
        Self { exchange, headers, body, key }
    }

    /// Returns the status, a 2xx.
    pub fn status(&self) -> StatusCode {
        self.exchange.status
    }

    /// Returns the exchange: the host that responded, and the failure at the other host before it, if there
    /// was one.
    pub fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// Returns the headers. The signature covers the timestamp, the nonce and the body, not the other
    /// headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body as received.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the `Request-ID`, the service's id of the exchange.
    pub fn request_id(&self) -> Option<&str> {
        self.exchange.request_id.as_deref()
    }

    /// Decodes the body as a value, and decrypts sensitive fields with the client's private key.
    ///
    /// Decoding is lenient; the rules for requests do not apply. A text may have any length, characters and
    /// form. A number may stand for a text and a text for a number. An empty body (204) reads as an object
    /// without members. Null or an empty text reads as `None` where the value has an option.
    ///
    /// # Errors
    ///
    /// [`Error::Undecryptable`] if an encrypted field does not decrypt; [`Error::Unexpected`] if the body
    /// does not hold the value. Both errors contain the body.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        wire::decode_response(&self.body, Some(&self.key)).map_err(|invalid_field| self.wrong(invalid_field))
    }

    fn wrong(&self, invalid_field: InvalidField) -> Error {
        let (exchange, body) = (self.exchange.clone(), VerifiedBody(self.body.clone()));
        let invalid_field = invalid_field.diagnosed(&self.body, FieldKeys::new(&self.key));
        match invalid_field.issue {
            ParameterIssue::DecryptFailure(why) => Error::Undecryptable(Box::new(UndecryptableField {
                field: invalid_field.field,
                why,
                exchange,
                body,
            })),
            _ => Error::Unexpected(Box::new(Unexpected { invalid_field, exchange, body })),
        }
    }

    /// Converts the verified response into an API error, for a status that means that the request was not
    /// processed.
    pub(crate) fn into_api_error(self) -> ApiError {
        ApiError::read(&self.headers, &self.body, Proof::Signed, self.exchange)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("exchange", &self.exchange)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
