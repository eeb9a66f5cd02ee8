//! The handler trait: a verified request goes in, and a decision, made from loaded records, comes out.

use crate::directory::{CallerEntry, CertificateEntry};
use crate::error::Error;
use crate::idempotency::SignedRequestRef;
use crate::limiter::LimitClass;
use crate::policy::Policy;
use crate::service::Service;
use crate::settings::Settings;
use crate::store::Batch;
use bytes::Bytes;
use ruhui_core::api::{BrandField, Endpoint};
use ruhui_core::types::{BrandId, Caller};
use std::sync::Arc;

/// A verified request, as a handler gets it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call<E> {
    /// The caller, whose signature was verified.
    pub caller: Caller,
    /// The request's parameters and body, parsed.
    pub request: E,
    /// The file of an upload.
    pub attachment: Option<Bytes>,
    /// The caller's keys.
    pub(crate) keys: Arc<CallerEntry>,
    /// The certificate that signed the request. Sensitive fields of the response are encrypted with it.
    pub(crate) certificate: Arc<CertificateEntry>,
    pub(crate) origin: SignedRequestRef,
    /// The keys and the policy that were in force when the request arrived.
    pub(crate) settings: Arc<Settings>,
}

impl<E> Call<E> {
    pub(crate) fn policy(&self) -> &Policy {
        &self.settings.policy
    }

    /// The brand that the request is about: the one that it names, or else the caller.
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
    /// The platform certificate's key.
    Certificate,
}

/// A handler's decision: the response, and the batch to commit.
#[derive(Debug)]
#[allow(clippy::exhaustive_enums, reason = "a handler returns one of these")]
pub enum Decision<R> {
    /// The response is sent as it is, and nothing is written.
    Respond(R),
    /// The response is sent once the batch is durable. It is kept in the same batch for resends of the request.
    Commit(R, Batch),
    /// The response of a new token, sent once the batch is durable. The token's record in the batch is the kept
    /// response.
    CommitToken(R, Batch),
}

/// The handler of an endpoint.
pub trait Handle: Endpoint {
    /// The documented rate limit that applies to the endpoint.
    const LIMIT: LimitClass = LimitClass::Standard;
    /// The signer of the response to a request that names no key.
    const DEFAULT_SIGNER: DefaultSigner = DefaultSigner::Preferred;

    /// Loads the records that the decision rests on, and decides. A handler writes nothing itself: the batch names
    /// the version of every loaded record (optimistic concurrency). After a version conflict this is called again.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] with a row of the endpoint's document; [`Error::Store`] when the store fails.
    fn decide(
        service: &Service,
        call: &Call<Self>,
    ) -> impl Future<Output = Result<Decision<Self::Response>, Error>> + Send;
}
