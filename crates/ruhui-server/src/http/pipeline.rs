//! Turns a verified request into a typed call, and an outcome into a reply.
//!
//! The order of the checks is that of the design: form, identity, time, signature; then once-only, rate,
//! media type, parameters; then the handler's rights and state. Up to the signature nothing of the business
//! is looked at, and no reply is signed.

use super::body::{self, Wanted};
use super::response::Exchange;
use super::verify::{self, Chosen, choose_reply_key, target};
use super::{connection_of, diagnosis, preface, remarks, sealing, upload};
use crate::domain::{Answer, TokenRecord};
use crate::error::Error;
use crate::handlers::{Begun, Call, Handle, Origin};
use crate::idempotency::{self, Earlier, RequestId};
use crate::service::Service;
use crate::store::CommitError;
use crate::store::records::{absent, put};
use axum::RequestExt as _;
use axum::extract::{RawPathParams, Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use ruhui_core::api::FamilyMarker;
use ruhui_core::form::Oddity;
use ruhui_core::head;
use ruhui_core::key::PublicKey;
use ruhui_core::sign::{Authorization, WINDOW};
use ruhui_core::types::DateTime;
use ruhui_core::wire;
use std::marker::PhantomData;
use std::sync::Arc;

/// The one road of every request.
pub(super) async fn answer<E: Handle>(State(service): State<Arc<Service>>, mut request: Request) -> Response {
    let path_parameters: Vec<(String, String)> = match request.extract_parts::<RawPathParams>().await {
        Ok(parameters) => {
            parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        }
        // Not UTF-8 once decoded: no such path.
        Err(_) => return super::response::empty(&service, request.headers(), StatusCode::NOT_FOUND),
    };
    let (parts, body) = request.into_parts();
    let mut exchange = Exchange::new(&service, &parts.headers);
    let connection = connection_of(&parts.extensions);
    let limit = if E::ATTACHMENT { body::UPLOAD_LIMIT } else { body::LIMIT };
    let is_awaited = preface::awaits_continue(&parts.headers);
    let check_head = || verify::check_head(&service, E::Family::FAMILY, &parts);
    let mut early = None;
    let judge = || match (early.insert(check_head()), is_awaited, service.policy.diagnose) {
        (Ok(_), ..) => Wanted::Bytes,
        (Err(_), true, _) => Wanted::Nothing,
        // The log of a sandbox explains the rejection by the body.
        (Err(_), false, true) => Wanted::Bytes,
        (Err(_), false, false) => Wanted::Size,
    };
    let mut body = match body::read(body, limit, is_awaited, &connection, judge).await {
        Ok(body) => body,
        Err(row) => return exchange.error(&row.into()),
    };
    let is_judged_early = early.is_some();
    let head = early.unwrap_or_else(check_head);
    let turn = if head.is_ok() { connection.turn().await } else { None };
    // From here on the request costs processor time. It holds its place until the reply is signed.
    let Some(_place) = service.in_flight.enter() else { return exchange.error(&Error::Overloaded) };
    let (authorization, public_key) = match head {
        Ok(checked) => checked,
        Err(error) => {
            match is_judged_early && is_awaited {
                true => diagnosis::log_head(&service, &parts, &error),
                false => diagnosis::log(&service, &parts, &body.bytes, &error),
            }
            return exchange.error(&error);
        }
    };
    let content =
        if E::ATTACHMENT { upload::read(&parts.headers, &body.bytes) } else { body.bytes.clone().into() };
    let verified = match verify::check_signature(authorization, &public_key, &parts, &content.signed) {
        Ok(authorization) => authorization,
        Err(error) => {
            connection.set_doubtful(true);
            diagnosis::log(&service, &parts, &body.bytes, &error);
            return exchange.error(&error);
        }
    };
    connection.set_doubtful(false);
    body.is_signed();
    drop(turn);
    if service.policy.diagnose {
        remarks::log(&service, &parts, remarks::of_serial(&parts, &verified));
        remarks::log(&service, &parts, remarks::of_head(&parts.headers));
        upload::log(&parts, &content);
    }
    let reply_key = choose_reply_key::<E>(&service, verified.caller(), &parts.headers);
    if service.policy.diagnose {
        let caller = verified.caller();
        let remark = service.downloads.note::<E>(&service, caller, &parts.headers, &reply_key);
        remarks::log(&service, &parts, remark);
    }
    exchange.authenticated(reply_key.signer, verified.scheme());
    let directory = service.directory();
    let certificate =
        directory.caller(verified.caller()).and_then(|caller| caller.certificate(verified.serial_no()));
    let road = Road::<E> {
        service: &service,
        exchange: &exchange,
        seal: certificate.map(|certificate| &certificate.public_key),
        endpoint: PhantomData,
    };
    match road.handle_once(verified, &reply_key, &parts, &path_parameters, content).await {
        Ok(response) => response,
        Err(error) => exchange.error(&error),
    }
}

/// What is signed of a request, and what goes with it.
pub(super) struct Content {
    /// The body; of an upload, the part `meta`.
    pub(super) signed: Bytes,
    /// The file, of an upload that can be read.
    pub(super) attachment: Option<Bytes>,
    /// The unusual points of an upload's form.
    pub(super) oddities: Vec<Oddity>,
}

impl From<Bytes> for Content {
    fn from(signed: Bytes) -> Self {
        Self { signed, attachment: None, oddities: Vec::new() }
    }
}

/// What stays the same from the signature on.
struct Road<'a, E> {
    service: &'a Service,
    exchange: &'a Exchange<'a>,
    /// The certificate that signed the request: sensitive fields of the reply are sealed to it.
    seal: Option<&'a PublicKey>,
    endpoint: PhantomData<E>,
}

impl<E: Handle> Road<'_, E> {
    /// From the signature to the outcome: a repeat is answered as before, anything else is handled.
    ///
    /// Nearly no request is a repeat, so nobody is asked beforehand whether this one is. Whatever a request writes
    /// is written on the condition that it has no outcome yet, and what ends it without a write is given only after
    /// a look for an earlier outcome.
    async fn handle_once(
        &self,
        authorization: Authorization,
        reply_key: &Chosen<'_>,
        parts: &Parts,
        path_parameters: &[(String, String)],
        content: Content,
    ) -> Result<Response, Error> {
        let service = self.service;
        let origin = origin(&authorization, parts, &content.signed);
        let read = |origin| self.read(&authorization, reply_key, parts, path_parameters, content, origin);
        if parts.method == Method::GET {
            service.admit::<E>(authorization.caller()).await?;
            return self.answer(read(origin)?).await;
        }
        let (id, until) = (origin.id.clone(), origin.repeatable_until);
        // Held until the outcome is stored.
        let turn = service.turns.enter(&id).await;
        if turn.has_waited()
            && let Some(earlier) = self.earlier(&id).await?
        {
            return self.repeat(earlier);
        }
        let admitted = service.admit::<E>(authorization.caller()).await;
        let was_admitted = admitted.is_ok();
        let (is_answer, error) = match admitted.and_then(|()| read(origin)) {
            Ok(call) => match self.answer(call).await {
                Ok(response) => return Ok(response),
                // An upload's refusals are of its file, which is not signed: the right one may still come.
                Err(error) => (!E::ATTACHMENT && error.is_remembered(), error),
            },
            // Nothing of the business was looked at, and what is wrong may stand in what is not signed.
            Err(error) => (false, error),
        };
        // The store has just failed, and would be asked again in vain.
        if matches!(error, Error::Store(_) | Error::Bug(_)) {
            return Err(error);
        }
        match self.earlier(&id).await? {
            Some(earlier) => {
                if was_admitted {
                    service.give_back::<E>(authorization.caller()).await;
                }
                self.repeat(earlier)
            }
            None if matches!(error, Error::Answered) => Err(Error::Bug("an answer vanished within its time")),
            None if is_answer => self.remember((id, until), &error).await,
            None => Err(error),
        }
    }

    /// Reads what the call says: media type, then parameters.
    fn read(
        &self,
        authorization: &Authorization,
        reply_key: &Chosen<'_>,
        parts: &Parts,
        path_parameters: &[(String, String)],
        content: Content,
        origin: Origin,
    ) -> Result<Call<E>, Error> {
        if E::ATTACHMENT && content.attachment.is_none() {
            return Err(upload::malformed(&content.oddities).into());
        }
        if !E::ATTACHMENT && head::has_json_body(&parts.method, &content.signed) {
            head::check_content_type(&parts.headers)?;
        }
        // Nothing sealed can be read without the key.
        if E::SEALED
            && let Some(row) = reply_key.refused
        {
            return Err(row.into());
        }
        let path: Vec<(&str, &str)> =
            path_parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let caller = authorization.caller().clone();
        let unknown = self.service.policy.unknown_members;
        let read = wire::read::<E>(&path, parts.uri.query(), &content.signed, reply_key.open, unknown);
        remarks::log(self.service, parts, read.unread.iter().map(remarks::of_member::<E>));
        let request = read
            .call
            .map_err(|fault| sealing::diagnose(self.service, &caller, reply_key.open, &content.signed, fault))
            .map_err(Error::Parameter)?;
        if let Some(row) = reply_key.refused {
            return Err(row.into());
        }
        Ok(Call { caller, request, attachment: content.attachment, origin })
    }

    async fn answer(&self, call: Call<E>) -> Result<Response, Error> {
        let Begun { response, rest } = E::begin(self.service, call).await?;
        let reply = self.succeed(&response)?;
        match rest {
            None => Ok(reply),
            Some(rest) => match rest.await? {
                None => Ok(reply),
                Some(other) => self.succeed(&other),
            },
        }
    }

    fn succeed(&self, response: &E::Response) -> Result<Response, Error> {
        let body = wire::encode_reply(response, self.seal)
            .map_err(|_| Error::Bug("a response cannot be encoded"))?;
        Ok(self.exchange.json(StatusCode::OK, body))
    }

    async fn earlier(&self, id: &RequestId) -> Result<Option<Earlier>, Error> {
        let token = self.service.secret.token(id);
        Ok(idempotency::earlier(&*self.service.store, id, &token).await?)
    }

    fn repeat(&self, earlier: Earlier) -> Result<Response, Error> {
        let read = |text: &str| serde_json::from_str::<E::Response>(text);
        match earlier {
            Earlier::Token(record) => {
                let text = serde_json::to_string(&record.answer());
                let response = text.and_then(|text| read(&text));
                self.succeed(&response.map_err(|_| Error::Bug("a token is not this call's answer"))?)
            }
            // Kept plain, and sealed anew.
            Earlier::Answer(answer) if answer.status == 200 => {
                self.succeed(&read(&answer.body).map_err(|_| Error::Bug("a remembered answer is none"))?)
            }
            Earlier::Answer(answer) => {
                let status = StatusCode::from_u16(answer.status)
                    .map_err(|_| Error::Bug("a remembered status is none"))?;
                Ok(self.exchange.json(status, answer.body.into_bytes()))
            }
        }
    }

    /// The answer that another replica gave to the same request.
    async fn repeat_of(&self, id: &RequestId) -> Result<Response, Error> {
        let earlier = self.earlier(id).await?;
        self.repeat(earlier.ok_or(Error::Bug("an answer vanished within its time"))?)
    }

    /// Keeps a refusal for repeats of the request, then answers it.
    async fn remember(
        &self,
        (id, repeatable_until): (RequestId, DateTime),
        error: &Error,
    ) -> Result<Response, Error> {
        let body = serde_json::to_string(&error.to_body(self.exchange.is_english()))
            .map_err(|_| Error::Bug("an error is not JSON"))?;
        let answer = Answer { request: id.to_text(), status: error.row().status, body, repeatable_until };
        // A token has no answer beside it: its own row is the record of its request.
        let token = self.service.secret.token(&id);
        let batch = vec![put(&answer, None), absent::<TokenRecord>(token.as_str())];
        match self.service.store.commit(batch).await {
            Ok(()) => Ok(self.exchange.error(error)),
            // Another replica was faster with the same request: its answer stands.
            Err(CommitError::Changed(_)) => self.repeat_of(&id).await,
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

fn origin(authorization: &Authorization, parts: &Parts, body: &Bytes) -> Origin {
    let message = authorization.message(parts.method.as_str(), target(parts), body);
    let signed_at = Timestamp::from_second(authorization.timestamp_seconds()).unwrap_or(Timestamp::MAX);
    // The window counts whole seconds, so the last of them is still to come when it begins.
    let until = signed_at.saturating_add(WINDOW + SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX);
    Origin {
        id: RequestId::of(authorization, &message),
        repeatable_until: DateTime::seconds(until),
        serial_no: authorization.serial_no().clone(),
    }
}
