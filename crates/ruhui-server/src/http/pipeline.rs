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
use super::connection::connection_of;
use super::response::ResponseWriter;
use super::served_endpoint::ServedEndpoint;
use super::verified_request::{VerifiedRequest, reject};
use super::verify;
use super::{diagnosis, downloads, faults, preface, remarks, upload};
use crate::error::Error;
use crate::faults::FaultTime;
use crate::request_log::Stage;
use crate::service::Service;
use axum::RequestExt as _;
use axum::extract::{RawPathParams, Request, State};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;

/// Responds to a request for an endpoint.
pub(super) async fn respond(
    endpoint: &'static dyn ServedEndpoint,
    State(service): State<Arc<Service>>,
    mut request: Request,
) -> Response {
    let properties = endpoint.properties();
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
    let limit = if properties.uploads_file { body::UPLOAD_LIMIT } else { body::LIMIT };
    let is_awaited = preface::awaits_continue(&parts.headers);
    let generation = service.state_gate.generation();
    let identify = || verify::identify(&service, &parts, properties.family);
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
        exchange.notes.endpoint = Some((properties.name, properties.document));
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
    let content = if properties.uploads_file {
        upload::read(&parts.headers, &body.bytes)
    } else {
        body.bytes.clone().into()
    };
    let verified = match identified.verify(&properties, &settings.platform, &parts, &content.signed) {
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
            downloads::remark(
                &service,
                properties.default_signer,
                &settings.platform,
                &parts.headers,
                &verified,
            ),
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
            let again = identify().and_then(|identified| {
                identified.verify(&properties, &settings.platform, &parts, &content.signed)
            });
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
    let request = VerifiedRequest {
        endpoint,
        properties,
        plan: plan.as_deref(),
        service: &service,
        settings: &settings,
        writer: &writer,
        connection: &connection,
        verified: &verified,
        parts: &parts,
        path_parameters: &path_parameters,
    };
    let response = request.respond_once(content).await;
    let response = match response.and_then(|response| request.unless_lost(response)) {
        Ok(response) => response,
        Err(error) => reject(&connection, &writer, &error),
    };
    let Some(plan) = plan else { return response };
    drop(inside);
    let changed = faults::after(&plan, &service, &connection, &writer, (&verified, &parts), response).await;
    changed.unwrap_or_else(|error| reject(&connection, &writer, &error))
}
