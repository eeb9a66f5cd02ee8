//! What a handler is: a verified call comes in, an answer goes out, perhaps while its commit is still on the way.

use crate::error::Error;
use crate::idempotency::RequestId;
use crate::service::Service;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use ruhui_core::api::{BrandField, Endpoint};
use ruhui_core::types::{BrandId, Caller, DateTime, SerialNo};

/// A verified call.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call<E> {
    /// Who calls; the signature was accepted.
    pub caller: Caller,
    /// What is asked for.
    pub request: E,
    /// The file that came with it, for calls that take one.
    pub attachment: Option<Bytes>,
    pub(crate) origin: Origin,
}

impl<E> Call<E> {
    /// The brand that the call is about: the one that it names, or else the caller.
    pub(crate) fn brand_id<'a>(&'a self, field: &'a impl BrandField) -> Result<&'a BrandId, Error> {
        field.brand_id(&self.caller).ok_or(Error::Bug("a merchant passed the brand scheme's check"))
    }
}

/// The signed request that a call came in.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) id: RequestId,
    pub(crate) repeatable_until: DateTime,
    /// The serial number of the certificate that signed the request.
    pub(crate) serial_no: SerialNo,
}

/// What the service does with a call: load, decide, commit, answer.
pub trait Handle: Endpoint {
    /// Handles one verified call.
    fn handle(
        service: &Service,
        call: Call<Self>,
    ) -> impl Future<Output = Result<Self::Response, Error>> + Send;

    /// The same, for a handler that knows its answer while its commit is still on its way.
    fn begin(
        service: &Service,
        call: Call<Self>,
    ) -> impl Future<Output = Result<Begun<'_, Self::Response>, Error>> + Send {
        async { Self::handle(service, call).await.map(|response| Begun { response, rest: None }) }
    }
}

/// An answer, and what has to come true before anybody may hear it. Meanwhile it can be signed: that takes as long
/// as a disk takes to keep it.
pub struct Begun<'a, R> {
    /// The answer.
    pub response: R,
    /// Ends when the answer holds, or with another one that holds in its place.
    pub rest: Option<BoxFuture<'a, Result<Option<R>, Error>>>,
}

impl<R> Begun<'_, R> {
    /// The answer that holds.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub async fn settle(self) -> Result<R, Error> {
        match self.rest {
            None => Ok(self.response),
            Some(rest) => Ok(rest.await?.unwrap_or(self.response)),
        }
    }
}
