//! A verified success.

use crate::error::{ApiError, Error, Exchange, Proof, UndecryptableField, Unexpected, VerifiedBody};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use ruhui_core::encryption::FieldKeys;
use ruhui_core::key::PrivateKey;
use ruhui_core::wire::{self, InvalidField, ParameterIssue};
use serde::de::DeserializeOwned;
use std::fmt;

/// A success whose signature was verified. Only a [`Client`](crate::Client) creates one.
#[derive(Clone)]
pub struct Response {
    exchange: Exchange,
    headers: HeaderMap,
    body: Bytes,
    key: PrivateKey,
}

impl Response {
    /// Must be called with verified responses only.
    pub(crate) fn verified(exchange: Exchange, headers: HeaderMap, body: Bytes, key: PrivateKey) -> Self {
        Self { exchange, headers, body, key }
    }

    /// The status, 2xx.
    pub fn status(&self) -> StatusCode {
        self.exchange.status
    }

    /// The exchange: the host that responded, and the earlier failure at the other host, if there was one.
    pub fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// The headers. The signature covers only the body, not these.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as received.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The `Request-ID` of the exchange.
    pub fn request_id(&self) -> Option<&str> {
        self.exchange.request_id.as_deref()
    }

    /// The body as a value. The rules for requests do not apply: texts have any length, characters and form,
    /// and a number may stand for a text and the reverse. An empty body (204) reads as an object without
    /// members. Null or an empty text reads as `None` where the value has an option. Encrypted fields are
    /// decrypted with the client's private key.
    ///
    /// # Errors
    ///
    /// [`Error::Undecryptable`] when an encrypted field does not decrypt; [`Error::Unexpected`] when the body does
    /// not hold the value. Both errors have the body.
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

    /// The verified response as an API error, for a status that says that the request was not processed.
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
