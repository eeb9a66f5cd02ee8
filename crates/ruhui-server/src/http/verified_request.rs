//! The second half of the pipeline: from a verified request to its signed response, which a resend gets again.

use super::connection::Connection;
use super::content::Content;
use super::response::ResponseWriter;
use super::verify::{Verified, target};
use super::{encryption, failing_store, remarks, upload};
use crate::error::Error;
use crate::faults::{FaultTime, Plan};
use crate::handlers::{Call, Decision, Handle};
use crate::idempotency::{Earlier, Kept, SignedRequestRef};
use crate::keyed_lock::Wait;
use crate::limiter::{Admission, Counted};
use crate::request_id::RequestId;
use crate::request_log::{Rejection, Stage};
use crate::service::{Committed, Service};
use crate::settings::Settings;
use crate::store::{Batch, Kind};
use axum::response::Response;
use http::request::Parts;
use http::{Method, StatusCode};
use ruhui_core::api::{Code, rows};
use ruhui_core::head;
use ruhui_core::wire;
use std::marker::PhantomData;
use std::sync::Arc;

/// Returns the response to an error, which the request log notes.
pub(super) fn reject(connection: &Connection, writer: &ResponseWriter<'_>, error: &Error) -> Response {
    connection.note(|exchange| exchange.notes.rejection = Some(Rejection::of(error)));
    writer.error(error)
}

/// A verified request in the pipeline.
pub(super) struct VerifiedRequest<'a, E> {
    /// The faults of a sandbox, if there are any.
    pub(super) plan: Option<&'a Plan>,
    pub(super) service: &'a Service,
    pub(super) settings: &'a Arc<Settings>,
    pub(super) writer: &'a ResponseWriter<'a>,
    pub(super) connection: &'a Connection,
    pub(super) verified: &'a Verified<'a>,
    pub(super) parts: &'a Parts,
    pub(super) path_parameters: &'a [(String, String)],
    pub(super) endpoint: PhantomData<E>,
}

impl<E: Handle> VerifiedRequest<'_, E> {
    const COUNTED: Counted = (E::NAME, E::LIMIT);

    /// Decides on the request; a resend gets the replayed response of the first request.
    ///
    /// Few requests are resends, so no read for an earlier response comes first. A request's writes are committed on
    /// the condition that no response is kept yet. A request that ends without a write first reads whether one is
    /// kept.
    pub(super) async fn respond_once(&self, content: Content) -> Result<Response, Error> {
        let (service, caller) = (self.service, self.verified.authorization.caller());
        let message = self.verified.authorization.message(
            self.parts.method.as_str(),
            target(self.parts),
            &content.signed,
        );
        let origin = SignedRequestRef::of(&self.verified.authorization, &message);
        if self.parts.method == Method::GET {
            self.admit().await?;
            return self.decide(self.read(content, origin)?).await;
        }
        // Held until the response is kept.
        let guard = service.idempotency.lock(&origin.id).await;
        if guard.wait() == Wait::ForAnother
            && let Some(earlier) = self.earlier(&origin.id).await?
        {
            return self.replay(earlier);
        }
        let admitted = self.admit().await;
        let was_admitted = admitted.is_ok();
        let (is_kept, error) = match admitted.and_then(|()| self.read(content, origin.clone())) {
            Ok(call) => match self.decide(call).await {
                Ok(response) => return Ok(response),
                // An upload's rejection is about its file, which is not signed: a resend may carry the right file.
                Err(error) => (!E::UPLOADS_FILE && error.is_replayed(), error),
            },
            // No state was read, and the fault may be in a part that is not signed.
            Err(error) => (false, error),
        };
        // The store has just failed, so another read would fail too.
        if matches!(error, Error::Store(_) | Error::Bug(_)) {
            return Err(error);
        }
        match self.earlier(&origin.id).await? {
            Some(earlier) => {
                if was_admitted {
                    service.limiter.refund(Self::COUNTED, caller).await;
                }
                self.replay(earlier)
            }
            None if matches!(error, Error::Answered) => Err(Error::Bug("a kept response expired too early")),
            None if is_kept => self.keep(&origin, &error).await,
            None => Err(error),
        }
    }

    /// Returns the response, unless the store loses the result of the commit on purpose.
    pub(super) fn unless_lost(&self, response: Response) -> Result<Response, Error> {
        failing_store::check(self.plan, FaultTime::After)?;
        Ok(response)
    }

    async fn admit(&self) -> Result<(), Error> {
        let caller = self.verified.authorization.caller();
        match self.service.limiter.admit(Self::COUNTED, caller).await? {
            Admission::Admitted => Ok(()),
            Admission::OverLimit => Err((&rows::FREQUENCY_LIMITED).into()),
        }
    }

    /// Parses the request: media type, then parameters.
    fn read(&self, content: Content, origin: SignedRequestRef) -> Result<Call<E>, Error> {
        let Self { service, verified, parts, .. } = self;
        if E::UPLOADS_FILE && content.attachment.is_none() {
            return Err(upload::malformed(&content.oddities).into());
        }
        if !E::UPLOADS_FILE && head::has_json_body(&parts.method, &content.signed) {
            head::check_content_type(&parts.headers)?;
        }
        // No encrypted field can be read without the key.
        if E::HAS_ENCRYPTED_FIELDS
            && let Some(row) = verified.key_rejected
        {
            return Err(row.into());
        }
        let path: Vec<(&str, &str)> =
            self.path_parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let caller = verified.authorization.caller().clone();
        let (key, unknown) = (verified.decrypter, self.settings.policy.unknown_members);
        let read = wire::read::<E>(&path, parts.uri.query(), &content.signed, key, unknown);
        remarks::log(service, parts, read.unread.iter().map(remarks::of_member::<E>));
        let request = read
            .call
            .map_err(|fault| {
                let platform = &self.settings.platform;
                encryption::diagnose(
                    service,
                    platform,
                    &verified.keys,
                    caller.family(),
                    key,
                    &content.signed,
                    fault,
                )
            })
            .map_err(Error::Parameter)?;
        if let Some(row) = verified.key_rejected {
            return Err(row.into());
        }
        let (keys, certificate) = (verified.keys.clone(), verified.certificate.clone());
        let (attachment, settings) = (content.attachment, self.settings.clone());
        Ok(Call { caller, request, attachment, keys, certificate, origin, settings })
    }

    /// Lets the handler decide, again after each version conflict, until its decision is durable. The response is
    /// signed while the commit is in progress.
    async fn decide(&self, call: Call<E>) -> Result<Response, Error> {
        loop {
            let decision = E::decide(self.service, &call).await?;
            self.connection.note(|exchange| exchange.reach(Stage::Decided));
            let (response, batch) = match decision {
                Decision::Respond(response) => {
                    failing_store::check_read(self.plan)?;
                    return self.succeed(&response);
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
            failing_store::check(self.plan, FaultTime::Before)?;
            let pending = self.service.submit(batch).await;
            let signed = self.succeed(&response)?;
            self.connection.note(|exchange| {
                exchange.reach(Stage::Signed);
                exchange.write_on_commit(pending.written(), self.service.env.business.now());
            });
            let committed = pending.durable().await?;
            self.connection.note(|exchange| exchange.commit(committed == Committed::Durable));
            match committed {
                Committed::Durable => return Ok(signed),
                Committed::Conflict(Kind::Answer | Kind::Token) => return Err(Error::Answered),
                Committed::Conflict(_) => {}
            }
        }
    }

    fn succeed(&self, response: &E::Response) -> Result<Response, Error> {
        let body = wire::encode_response(response, Some(&self.verified.certificate.public_key))
            .map_err(|_| Error::Bug("a response cannot be encoded"))?;
        Ok(self.writer.json(StatusCode::OK, None, body))
    }

    async fn earlier(&self, id: &RequestId) -> Result<Option<Earlier>, Error> {
        Ok(self.service.idempotency.earlier(id).await?)
    }

    /// Replays the response that the first request got, with a new signature.
    fn replay(&self, earlier: Earlier) -> Result<Response, Error> {
        self.connection.note(|exchange| exchange.notes.is_replayed = true);
        match earlier {
            Earlier::Token(record) => {
                let body = serde_json::to_vec(&record.response())
                    .map_err(|_| Error::Bug("a token's response is not JSON"))?;
                Ok(self.writer.json(StatusCode::OK, None, body))
            }
            // The response is kept with its sensitive fields in plaintext. They are encrypted again for this
            // response.
            Earlier::Answer(answer) if answer.status == 200 => {
                let response = serde_json::from_str::<E::Response>(&answer.body);
                self.succeed(&response.map_err(|_| Error::Bug("a kept response cannot be read"))?)
            }
            Earlier::Answer(answer) => {
                let status = StatusCode::from_u16(answer.status)
                    .map_err(|_| Error::Bug("a kept response has no HTTP status"))?;
                let code = serde_json::from_str::<CodeOnly>(&answer.body).ok().map(|body| body.code);
                Ok(self.writer.json(status, code.as_ref(), answer.body.into_bytes()))
            }
        }
    }

    /// Keeps a rejection for resends of the request, and returns its response.
    async fn keep(&self, origin: &SignedRequestRef, error: &Error) -> Result<Response, Error> {
        let body = serde_json::to_string(&error.to_body(self.writer.is_english()))
            .map_err(|_| Error::Bug("an error is not JSON"))?;
        failing_store::check(self.plan, FaultTime::Before)?;
        match self.service.idempotency.keep_rejection(origin, error.row().status, body).await? {
            Kept::Now => Ok(reject(self.connection, self.writer, error)),
            Kept::Earlier(earlier) => self.replay(earlier),
        }
    }
}

/// The code of an error's body.
#[derive(serde::Deserialize)]
struct CodeOnly {
    code: Code,
}
