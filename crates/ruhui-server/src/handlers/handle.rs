//! The contract of a handler: a verified call comes in; a decision goes out, made from what was loaded for it.

use crate::directory::{CallerEntry, CertificateEntry};
use crate::error::Error;
use crate::idempotency::Origin;
use crate::limiter::LimitClass;
use crate::service::Service;
use crate::store::Batch;
use bytes::Bytes;
use ruhui_core::api::{BrandField, Endpoint};
use ruhui_core::types::{BrandId, Caller};
use std::sync::Arc;

/// A verified call.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call<E> {
    /// The caller, whose signature was verified.
    pub caller: Caller,
    /// The request.
    pub request: E,
    /// The file of an upload.
    pub attachment: Option<Bytes>,
    /// The caller's keys.
    pub(crate) keys: Arc<CallerEntry>,
    /// The certificate that signed the request. Sensitive fields of the response are encrypted with it.
    pub(crate) certificate: Arc<CertificateEntry>,
    pub(crate) origin: Origin,
}

impl<E> Call<E> {
    /// The brand that the call is about: the one that it names, or else the caller.
    pub(crate) fn brand_id<'a>(&'a self, field: &'a impl BrandField) -> Result<&'a BrandId, Error> {
        field.brand_id(&self.caller).ok_or(Error::Bug("a merchant passed the brand scheme's check"))
    }
}

/// The signer of a response whose request names no platform key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "there is no third key")]
pub enum DefaultSigner {
    /// The key that the caller's configuration prefers.
    Preferred,
    /// The platform certificate's.
    Certificate,
}

/// A handler's decision.
#[derive(Debug)]
#[allow(clippy::exhaustive_enums, reason = "a handler returns one of these")]
pub enum Decision<R> {
    /// The response is final, and nothing is written.
    Respond(R),
    /// The response holds once the batch is durable. It is kept in the same batch for resends of the request.
    Commit(R, Batch),
    /// [`Commit`](Self::Commit), where the batch holds a token that stands for the kept response.
    CommitToken(R, Batch),
}

/// The service's part of an endpoint.
pub trait Handle: Endpoint {
    /// The documented limit that counts for the endpoint.
    const LIMIT: LimitClass = LimitClass::Standard;
    /// The signer of the response to a request that names no key.
    const DEFAULT_SIGNER: DefaultSigner = DefaultSigner::Preferred;

    /// Loads what the decision rests on, and decides. It writes nothing itself: the batch names the version of every
    /// record that was loaded, and if one of them has changed by the time of the commit, this is called again.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] with a row of the endpoint's page; [`Error::Store`] when the store fails.
    fn decide(
        service: &Service,
        call: &Call<Self>,
    ) -> impl Future<Output = Result<Decision<Self::Response>, Error>> + Send;
}
