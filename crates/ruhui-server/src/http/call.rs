//! Turns a verified request into a typed call, and an outcome into a reply.
//!
//! The order of the checks is that of the design: form, identity, time, signature; then once-only, rate,
//! media type, parameters; then the handler's rights and state. Up to the signature nothing of the business
//! is looked at, and no reply is signed.

use super::negotiation::check_content_type;
use super::reply::Exchange;
use super::verify::{Chosen, choose_reply_key, target, verify};
use super::{Limits, body, diagnosis};
use crate::domain::Answer;
use crate::error::Error;
use crate::once::{self, Earlier, RequestId};
use crate::service::Service;
use crate::store::records::put;
use axum::RequestExt as _;
use axum::extract::{RawPathParams, Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use ruhui_core::api::{Endpoint, FamilyMarker, rows};
use ruhui_core::sign::{Authorization, WINDOW};
use ruhui_core::types::{Caller, DateTime};
use ruhui_core::wire;
use std::sync::Arc;

/// A verified call.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call<E> {
    /// Who calls; the signature was accepted.
    pub caller: Caller,
    /// What is asked for.
    pub request: E,
    pub(crate) origin: Origin,
}

/// The signed request that a call came in.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) id: RequestId,
    pub(crate) repeatable_until: DateTime,
}

/// What the service does with a call: load, decide, commit, answer.
pub trait Handle: Endpoint {
    /// Handles one verified call.
    fn handle(
        service: &Service,
        call: Call<Self>,
    ) -> impl Future<Output = Result<Self::Response, Error>> + Send;
}

/// The one road of every request.
pub(super) async fn answer<E: Handle>(State(service): State<Arc<Service>>, mut request: Request) -> Response {
    let path_parameters: Vec<(String, String)> = match request.extract_parts::<RawPathParams>().await {
        Ok(parameters) => {
            parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        }
        // Not UTF-8 once decoded: no such path.
        Err(_) => return super::reply::empty(&service, request.headers(), StatusCode::NOT_FOUND),
    };
    let (parts, body) = request.into_parts();
    let mut exchange = Exchange::new(&service, &parts.headers);
    let limits = parts.extensions.get::<Limits>().copied().unwrap_or_default();
    let body = match body::read(body, limits.body).await {
        Ok(body) => body,
        Err(row) => return exchange.error(&row.into()),
    };
    let verified = match verify(&service, E::Family::FAMILY, &parts, &body) {
        Ok(authorization) => authorization,
        Err(error) => {
            diagnosis::log(&service, &parts, &body, &error);
            return exchange.error(&error);
        }
    };
    let reply_key = choose_reply_key::<E>(&service, verified.caller(), &parts.headers);
    exchange.authenticated(reply_key.signer, verified.scheme());
    match handle_once::<E>(&service, &exchange, verified, &reply_key, &parts, &path_parameters, body).await {
        Ok(response) => response,
        Err(error) => exchange.error(&error),
    }
}

/// From the signature to the outcome: a repeat is answered as before, anything else is handled.
async fn handle_once<E: Handle>(
    service: &Service,
    exchange: &Exchange<'_>,
    authorization: Authorization,
    reply_key: &Chosen<'_>,
    parts: &Parts,
    path_parameters: &[(String, String)],
    body: Bytes,
) -> Result<Response, Error> {
    let origin = origin(&authorization, parts, &body);
    let writes = parts.method != Method::GET;
    // Held until the outcome is stored.
    let _turn = if writes { Some(service.turns.enter(&origin.id).await) } else { None };
    if writes {
        let token = service.secret.token(&origin.id);
        if let Some(earlier) = once::earlier(&*service.store, &origin.id, &token).await? {
            return repeat(exchange, earlier);
        }
    }
    if !service.admit(E::PATH, authorization.caller()) {
        return Err((&rows::FREQUENCY_LIMITED).into());
    }
    if writes {
        check_content_type(&parts.headers)?;
    }
    let path: Vec<(&str, &str)> =
        path_parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let request: E = wire::decode(&path, parts.uri.query(), &body).map_err(Error::Parameter)?;
    if let Some(row) = reply_key.refused {
        return Err(row.into());
    }
    let id = (origin.id.clone(), origin.repeatable_until);
    let call = Call { caller: authorization.caller().clone(), request, origin };
    match E::handle(service, call).await {
        Ok(response) => {
            let body = serde_json::to_vec(&response).map_err(|_| Error::Bug("a response is not JSON"))?;
            Ok(exchange.json(StatusCode::OK, body))
        }
        Err(error) if writes && error.is_remembered() => remember(service, exchange, id, &error).await,
        Err(error) => Err(error),
    }
}

fn origin(authorization: &Authorization, parts: &Parts, body: &Bytes) -> Origin {
    let message = authorization.message(parts.method.as_str(), target(parts), body);
    let signed_at = Timestamp::from_second(authorization.timestamp_seconds()).unwrap_or(Timestamp::MAX);
    // The window counts whole seconds, so the last of them is still to come when it begins.
    let until = signed_at.saturating_add(WINDOW + SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX);
    Origin { id: RequestId::of(authorization, &message), repeatable_until: DateTime::seconds(until) }
}

fn repeat(exchange: &Exchange<'_>, earlier: Earlier) -> Result<Response, Error> {
    let (status, body) = match earlier {
        Earlier::Token(record) => {
            (200, serde_json::to_vec(&record.answer()).map_err(|_| Error::Bug("a response is not JSON"))?)
        }
        Earlier::Answer(answer) => (answer.status, answer.body.into_bytes()),
    };
    let status = StatusCode::from_u16(status).map_err(|_| Error::Bug("a remembered status is none"))?;
    Ok(exchange.json(status, body))
}

/// Keeps a refusal for repeats of the request, then answers it.
async fn remember(
    service: &Service,
    exchange: &Exchange<'_>,
    (id, repeatable_until): (RequestId, DateTime),
    error: &Error,
) -> Result<Response, Error> {
    let body = serde_json::to_string(&error.to_body(exchange.is_english()))
        .map_err(|_| Error::Bug("an error is not JSON"))?;
    let answer = Answer { request: id.to_text(), status: error.row().status, body, repeatable_until };
    match service.store.commit(vec![put(&answer, None)]).await {
        Ok(()) => Ok(exchange.error(error)),
        // Another replica was faster with the same request: its answer stands.
        Err(crate::store::CommitError::Changed(_)) => {
            let token = service.secret.token(&id);
            let earlier = once::earlier(&*service.store, &id, &token).await?;
            repeat(exchange, earlier.ok_or(Error::Bug("an answer vanished within its time"))?)
        }
        Err(crate::store::CommitError::Store(error)) => Err(error.into()),
    }
}
