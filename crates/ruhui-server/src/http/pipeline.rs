//! The request pipeline: from bytes to a verified request, and from its decision to a signed response.
//!
//! ```text
//! body ─► identify ─► in flight ─► verify ─► resend? ─► limiter ─► parameters ─► decide ─► commit, and sign meanwhile
//! ```
//!
//! The order of the checks: form, identity, time, signature; then idempotency, rate limit, media type, parameters;
//! then the handler's rights and state. A request beyond the in-flight limit is rejected before its signature is
//! verified. Until the signature is verified, no business record is read and no response is signed.
//!
//! In a sandbox, faults on purpose come right after the signature, or when the response is ready.

use super::body::{self, BodyPlan};
use super::connection::{Connection, connection_of};
use super::content::Content;
use super::response::ResponseWriter;
use super::verify::{self, Verified, target};
use super::{diagnosis, downloads, encryption, failing_store, faults, preface, remarks, upload};
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
use axum::RequestExt as _;
use axum::extract::{RawPathParams, Request, State};
use axum::response::Response;
use http::request::Parts;
use http::{Method, StatusCode};
use ruhui_core::api::{Code, rows};
use ruhui_core::head;
use ruhui_core::wire;
use std::marker::PhantomData;
use std::sync::Arc;

/// Responds to a request for endpoint `E`.
pub(super) async fn respond<E: Handle>(
    State(service): State<Arc<Service>>,
    mut request: Request,
) -> Response {
    let path_parameters: Vec<(String, String)> = match request.extract_parts::<RawPathParams>().await {
        Ok(parameters) => {
            parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        }
        // A path that is not UTF-8 once decoded does not exist.
        Err(_) => return super::response::empty(&service, request.headers(), StatusCode::NOT_FOUND),
    };
    let (parts, body) = request.into_parts();
    let settings = service.settings();
    let mut writer = ResponseWriter::new(&service, &parts.headers);
    let connection = connection_of(&parts.extensions);
    let limit = if E::UPLOADS_FILE { body::UPLOAD_LIMIT } else { body::LIMIT };
    let is_awaited = preface::awaits_continue(&parts.headers);
    let generation = service.state_gate.generation();
    let identify = || verify::identify::<E>(&service, &parts);
    let mut early = None;
    let judge = || match (early.insert(identify()), is_awaited, service.diagnose) {
        (Ok(_), ..) => BodyPlan::Bytes,
        (Err(_), true, _) => BodyPlan::Nothing,
        // The log of a sandbox needs the body to explain the rejection.
        (Err(_), false, true) => BodyPlan::Bytes,
        (Err(_), false, false) => BodyPlan::Size,
    };
    let mut body = match body::read(body, limit, is_awaited, &connection, judge).await {
        Ok(body) => body,
        Err(row) => return reject(&connection, &writer, &row.into()),
    };
    let is_judged_early = early.is_some();
    let identified = early.unwrap_or_else(identify);
    connection.note(|exchange| {
        exchange.notes.endpoint = Some((E::NAME, E::DOCUMENT));
        exchange.reach(Stage::Received);
    });
    let turn = if identified.is_ok() { connection.turn().await } else { None };
    // The body and the turn may have taken a while. From here on, a sandbox's state stays as it is.
    let entered = service.state_gate.enter().await;
    let identified = match identified {
        Ok(_) if entered.generation() != generation => identify(),
        identified => identified,
    };
    // From here on the request costs processor time. It holds its permit until the response is signed.
    let Some(permit) = service.in_flight.enter() else {
        return reject(&connection, &writer, &Error::Overloaded);
    };
    let identified = match identified {
        Ok(identified) => identified,
        Err(error) => {
            if is_judged_early && is_awaited {
                diagnosis::log_head(&service, &parts, &error);
            } else {
                diagnosis::log(&service, &parts, &body.bytes, &error);
            }
            return reject(&connection, &writer, &error);
        }
    };
    let content =
        if E::UPLOADS_FILE { upload::read(&parts.headers, &body.bytes) } else { body.bytes.clone().into() };
    let verified = match identified.verify::<E>(&settings.platform, &parts, &content.signed) {
        Ok(verified) => verified,
        Err(error) => {
            connection.set_suspect(true);
            diagnosis::log(&service, &parts, &body.bytes, &error);
            return reject(&connection, &writer, &error);
        }
    };
    connection.set_suspect(false);
    connection.note(|exchange| exchange.reach(Stage::Verified));
    body.is_signed();
    drop(turn);
    if service.diagnose {
        remarks::log(&service, &parts, remarks::of_serial(&parts, &verified.authorization));
        remarks::log(&service, &parts, remarks::of_head(&parts.headers));
        upload::log(&parts, &content);
        remarks::log(
            &service,
            &parts,
            downloads::remark::<E>(&service, &settings.platform, &parts.headers, &verified),
        );
    }
    writer.authenticated(verified.signer, verified.authorization.scheme());
    let plan = match faults::plan(&service, &connection, &parts, &verified, &content.signed) {
        Ok(plan) => plan,
        Err(error) => return reject(&connection, &writer, &error),
    };
    let (mut inside, mut verified) = ((entered, permit), verified);
    if let Some(plan) = plan.as_deref().filter(|plan| !plan.delay(FaultTime::Before).is_zero()) {
        let generation = inside.0.generation();
        // A delayed request costs no processor time, and holds up no reset.
        drop(inside);
        faults::wait(&service, plan.delay(FaultTime::Before)).await;
        let entered = service.state_gate.enter().await;
        let Some(permit) = service.in_flight.enter() else {
            return reject(&connection, &writer, &Error::Overloaded);
        };
        if entered.generation() != generation {
            let again = identify()
                .and_then(|identified| identified.verify::<E>(&settings.platform, &parts, &content.signed));
            verified = match again {
                Ok(verified) => verified,
                Err(error) => return reject(&connection, &writer, &error),
            };
        }
        inside = (entered, permit);
    }
    if let Some(instead) = plan.as_deref().and_then(|plan| faults::before(plan, &connection, &writer, &parts))
    {
        return instead.unwrap_or_else(|error| reject(&connection, &writer, &error));
    }
    let pipeline = Pipeline::<E> {
        plan: plan.as_deref(),
        service: &service,
        settings: &settings,
        writer: &writer,
        connection: &connection,
        verified: &verified,
        parts: &parts,
        path_parameters: &path_parameters,
        endpoint: PhantomData,
    };
    let response = pipeline.respond_once(content).await;
    let response = match response.and_then(|response| pipeline.unless_lost(response)) {
        Ok(response) => response,
        Err(error) => reject(&connection, &writer, &error),
    };
    let Some(plan) = plan else { return response };
    drop(inside);
    let changed = faults::after(&plan, &service, &connection, &writer, (&verified, &parts), response).await;
    changed.unwrap_or_else(|error| reject(&connection, &writer, &error))
}

/// Returns the response to an error, which the request log notes.
fn reject(connection: &Connection, writer: &ResponseWriter<'_>, error: &Error) -> Response {
    connection.note(|exchange| exchange.notes.rejection = Some(Rejection::of(error)));
    writer.error(error)
}

/// A verified request in the pipeline.
struct Pipeline<'a, E> {
    /// The faults of a sandbox, if there are any.
    plan: Option<&'a Plan>,
    service: &'a Service,
    settings: &'a Arc<Settings>,
    writer: &'a ResponseWriter<'a>,
    connection: &'a Connection,
    verified: &'a Verified<'a>,
    parts: &'a Parts,
    path_parameters: &'a [(String, String)],
    endpoint: PhantomData<E>,
}

impl<E: Handle> Pipeline<'_, E> {
    const COUNTED: Counted = (E::NAME, E::LIMIT);

    /// Decides on the request; a resend gets the replayed response of the first request.
    ///
    /// Few requests are resends, so no read for an earlier response comes first. A request's writes are committed on
    /// the condition that no response is kept yet. A request that ends without a write first reads whether one is
    /// kept.
    async fn respond_once(&self, content: Content) -> Result<Response, Error> {
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
    fn unless_lost(&self, response: Response) -> Result<Response, Error> {
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
                exchange.write_on_commit(pending.written());
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
