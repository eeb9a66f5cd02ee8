//! The steps of the pipeline that need an endpoint's types.
//!
//! The pipeline has no type parameter, so the compiler translates it once and not once for each endpoint.

use super::content::Content;
use super::failing_store;
use super::properties::Properties;
use super::verified_request::VerifiedRequest;
use crate::error::Error;
use crate::faults::FaultTime;
use crate::handlers::{Call, Decision, Handle};
use crate::idempotency::SignedRequestRef;
use crate::request_log::Stage;
use crate::service::Committed;
use crate::store::{Batch, Kind};
use async_trait::async_trait;
use axum::response::Response;
use http::StatusCode;
use ruhui_core::wire;
use std::marker::PhantomData;

/// The step at which a request failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The request could not be read. No state was read, and the fault may be in a part that is not signed.
    Reading(Error),
    /// The request was read, and rejected by the handler or lost by the store.
    Deciding(Error),
}

impl Failure {
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Reading(error) | Self::Deciding(error) => error,
        }
    }
}

/// The steps of the pipeline that need an endpoint's types.
#[async_trait]
pub(super) trait ServedEndpoint: Sync {
    fn properties(&self) -> Properties;

    /// Reads the request, and lets the handler decide until its decision is durable.
    async fn decide(
        &self,
        request: &VerifiedRequest<'_>,
        content: Content,
        origin: SignedRequestRef,
    ) -> Result<Response, Failure>;

    /// Returns the response whose body was kept, with a new signature.
    fn replay(&self, request: &VerifiedRequest<'_>, body: &str) -> Result<Response, Error>;
}

/// Returns endpoint `E`.
pub(super) fn served<E: Handle>() -> &'static dyn ServedEndpoint {
    &Typed::<E>(PhantomData)
}

struct Typed<E>(PhantomData<fn() -> E>);

#[async_trait]
impl<E: Handle> ServedEndpoint for Typed<E> {
    fn properties(&self) -> Properties {
        Properties::of::<E>()
    }

    async fn decide(
        &self,
        request: &VerifiedRequest<'_>,
        content: Content,
        origin: SignedRequestRef,
    ) -> Result<Response, Failure> {
        let call = read::<E>(request, content, origin).map_err(Failure::Reading)?;
        decide(request, &call).await.map_err(Failure::Deciding)
    }

    fn replay(&self, request: &VerifiedRequest<'_>, body: &str) -> Result<Response, Error> {
        // The response is kept with its sensitive fields in plaintext. They are encrypted again for this response.
        let response =
            serde_json::from_str(body).map_err(|_| Error::Bug("a kept response cannot be read"))?;
        succeed::<E>(request, &response)
    }
}

/// Parses the request: media type, then parameters.
fn read<E: Handle>(
    request: &VerifiedRequest<'_>,
    content: Content,
    origin: SignedRequestRef,
) -> Result<Call<E>, Error> {
    request.check_form(&content)?;
    let read = wire::read::<E>(
        &request.path_parameters(),
        request.parts.uri.query(),
        &content.signed,
        request.verified.decrypter,
        request.settings.policy.unknown_members,
    );
    request.remark_on(&read.unread);
    let parsed = read.call.map_err(|fault| request.diagnosed(&content.signed, fault))?;
    if let Some(row) = request.verified.key_rejected {
        return Err(row.into());
    }
    Ok(Call {
        caller: request.verified.authorization.caller().clone(),
        request: parsed,
        attachment: content.attachment,
        keys: request.verified.keys.clone(),
        certificate: request.verified.certificate.clone(),
        origin,
        settings: request.settings.clone(),
    })
}

/// Lets the handler decide, again after each version conflict, until its decision is durable. The response is signed
/// while the commit is in progress.
async fn decide<E: Handle>(request: &VerifiedRequest<'_>, call: &Call<E>) -> Result<Response, Error> {
    loop {
        let decision = E::decide(request.service, call).await?;
        request.connection.note(|exchange| exchange.reach(Stage::Decided));
        let (response, batch) = match decision {
            Decision::Respond(response) => {
                failing_store::check_read(request.plan)?;
                return succeed::<E>(request, &response);
            }
            Decision::Commit(response, batch) => {
                let body =
                    serde_json::to_string(&response).map_err(|_| Error::Bug("a response is not JSON"))?;
                // The kept response is the first write: of two replicas with the same request, the second gets a
                // conflict on it.
                let batch: Batch = std::iter::once(call.origin.keep(200, body)).chain(batch).collect();
                (response, batch)
            }
            Decision::CommitToken(response, mut batch) => {
                batch.push(call.origin.unanswered());
                (response, batch)
            }
        };
        failing_store::check(request.plan, FaultTime::Before)?;
        let pending = request.service.submit(batch).await;
        let signed = succeed::<E>(request, &response)?;
        request.connection.note(|exchange| {
            exchange.reach(Stage::Signed);
            exchange.write_on_commit(pending.written(), request.service.env.business.now());
        });
        let committed = pending.durable().await?;
        request.connection.note(|exchange| exchange.commit(committed == Committed::Durable));
        match committed {
            Committed::Durable => return Ok(signed),
            Committed::Conflict(Kind::Answer | Kind::Token) => return Err(Error::Answered),
            Committed::Conflict(_) => {}
        }
    }
}

fn succeed<E: Handle>(request: &VerifiedRequest<'_>, response: &E::Response) -> Result<Response, Error> {
    let body = wire::encode_response(response, Some(&request.verified.certificate.public_key))
        .map_err(|_| Error::Bug("a response cannot be encoded"))?;
    Ok(request.writer.json(StatusCode::OK, None, body))
}
