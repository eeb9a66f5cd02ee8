//! Faults of requests: what a sandbox does instead of a request's processing, or to its response.
//!
//! The rules decide before any state is read, and count verified requests only. A fault before the commit takes the
//! place of the whole processing, so it leaves no state: no record, no kept response, no count of the rate limit. A
//! fault after the commit gets the response when everything is durable.

use super::break_off::{BreakOff, End, Pass};
use super::connection::Connection;
use super::faulty_response::{self, Signing};
use super::response::ResponseWriter;
use super::verify::Verified;
use crate::error::{Error, Rejected};
use crate::faults::{FaultHost, FaultKind, FaultTime, HEADER, HeaderFaults, Plan, RequestFacts};
use crate::request_log::ListenerName;
use crate::service::Service;
use axum::body::{Body, HttpBody as _};
use axum::response::Response;
use http::header::{CONTENT_TYPE, LOCATION};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use ruhui_core::api::rows;
use ruhui_core::bilingual::Bilingual;
use std::sync::Arc;
use std::time::Duration;

/// The page of a proxy whose service does not respond.
const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

/// Decides what happens to a verified request, and counts it. `None` if nothing does.
///
/// # Errors
///
/// The rejection of a malformed header `Ruhui-Fault`. A service that is no sandbox does not read the header.
pub(super) fn plan(
    service: &Service,
    connection: &Connection,
    parts: &Parts,
    verified: &Verified<'_>,
    body: &[u8],
) -> Result<Option<Arc<Plan>>, Error> {
    let Some(faults) = &service.faults else { return Ok(None) };
    let header = read_header(parts)?;
    let host = match connection.listener() {
        Some(ListenerName::Main) => Some(FaultHost::Main),
        Some(ListenerName::Backup) => Some(FaultHost::Backup),
        Some(ListenerName::Operations) | None => None,
    };
    let facts = RequestFacts {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query(),
        caller: verified.authorization.caller().id(),
        host,
        body,
    };
    let plan = faults.request(&facts, header.as_ref());
    if plan.is_empty() {
        return Ok(None);
    }
    let plan = Arc::new(plan);
    connection.note(|exchange| exchange.notes.faults = Some(plan.clone()));
    Ok(Some(plan))
}

fn read_header(parts: &Parts) -> Result<Option<HeaderFaults>, Error> {
    let rejected = |why: Bilingual| {
        let addition =
            Bilingual::new(format!("the header Ruhui-Fault: {why}"), format!("请求头 Ruhui-Fault：{why:#}"));
        Rejected::with(&rows::PARAMETER_WRONG, addition)
    };
    let mut texts = Vec::new();
    for value in parts.headers.get_all(HEADER) {
        let text = value
            .to_str()
            .map_err(|_| rejected(Bilingual::fixed("it has characters beyond ASCII", "含有非 ASCII 字符")))?;
        texts.push(text);
    }
    if texts.is_empty() {
        return Ok(None);
    }
    Ok(Some(HeaderFaults::parse(&texts.join(", ")).map_err(rejected)?))
}

/// Waits for the delays at this moment, unless the service stops.
pub(super) async fn wait(service: &Service, delay: Duration) {
    tokio::select! {
        () = tokio::time::sleep(delay) => {}
        () = service.draining_started() => {}
    }
}

/// Returns the response that takes the place of the processing, if the plan has a fault before the commit.
pub(super) fn before(
    plan: &Plan,
    connection: &Connection,
    writer: &ResponseWriter<'_>,
    parts: &Parts,
) -> Option<Result<Response, Error>> {
    instead(plan.fault_at(FaultTime::Before)?, connection, writer, parts)
}

/// Returns the response that the client gets in place of the right one, if the plan has a fault after the commit.
pub(super) async fn after(
    plan: &Plan,
    service: &Service,
    connection: &Connection,
    writer: &ResponseWriter<'_>,
    (verified, parts): (&Verified<'_>, &Parts),
    response: Response,
) -> Result<Response, Error> {
    wait(service, plan.delay(FaultTime::After)).await;
    let Some(kind) = plan.fault_at(FaultTime::After) else { return Ok(response) };
    if let Some(instead) = instead(kind, connection, writer, parts) {
        return instead;
    }
    let end = match kind {
        FaultKind::Cut => Some(End::Reset),
        FaultKind::Truncated => Some(End::Close),
        _ => None,
    };
    if let Some(end) = end {
        let length = usize::try_from(response.body().size_hint().lower()).unwrap_or(usize::MAX);
        connection.break_off(BreakOff { pass: Pass::Head { body: length / 2 }, end });
        return Ok(response);
    }
    let scheme = verified.authorization.scheme();
    let signing = Signing { service, signer: verified.signer, scheme };
    Ok(faulty_response::change(kind, &signing, response).await)
}

/// Returns the response of a fault that needs nothing of the right one.
fn instead(
    kind: FaultKind,
    connection: &Connection,
    writer: &ResponseWriter<'_>,
    parts: &Parts,
) -> Option<Result<Response, Error>> {
    match kind {
        FaultKind::SystemError => Some(Err((&rows::SYSTEM_ERROR).into())),
        FaultKind::RateLimited => Some(Err((&rows::FREQUENCY_LIMITED).into())),
        FaultKind::BadGateway => Some(Ok(bad_gateway())),
        FaultKind::Redirect => Some(Ok(redirect(writer, parts))),
        FaultKind::Reset | FaultKind::Close => {
            let end = if kind == FaultKind::Reset { End::Reset } else { End::Close };
            connection.break_off(BreakOff { pass: Pass::Nothing, end });
            Some(Ok(Response::new(Body::empty())))
        }
        _ => None,
    }
}

fn bad_gateway() -> Response {
    let mut response = Response::new(Body::from(BAD_GATEWAY));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

fn redirect(writer: &ResponseWriter<'_>, parts: &Parts) -> Response {
    let mut response = writer.empty(StatusCode::FOUND);
    let target = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    if let Ok(location) = HeaderValue::from_str(target) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
