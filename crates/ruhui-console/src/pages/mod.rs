//! The pages. Each has a folder: handlers, views of the controls' JSON, and texts.

mod activities;
mod callbacks;
mod explain;
mod lab;
mod members;
mod merchants;
mod requests;
mod start;
pub(crate) mod templates;
mod tokens;

use crate::controls::InProcess;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::Router;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use percent_encoding::percent_decode_str;

pub(crate) fn router() -> Router<InProcess> {
    Router::new()
        .merge(activities::router())
        .merge(callbacks::router())
        .merge(explain::router())
        .merge(lab::router())
        .merge(members::router())
        .merge(merchants::router())
        .merge(requests::router())
        .merge(start::router())
        .merge(templates::router())
        .merge(tokens::router())
}

/// Responds to a path that is not UTF-8, which no handler can read, as to an address that no page has.
pub(crate) async fn check_path(State(controls): State<InProcess>, request: Request, next: Next) -> Response {
    if percent_decode_str(request.uri().path()).decode_utf8().is_ok() {
        return next.run(request).await;
    }
    let (mut parts, _) = request.into_parts();
    let Ok(visit) = Visit::from_request_parts(&mut parts, &controls).await;
    unknown(parts.headers, visit).await
}

/// Responds to an address that no page has. Programs get no page.
pub(crate) async fn unknown(headers: HeaderMap, visit: Visit) -> Response {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accepted.contains("text/html") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let message = visit.language.pick("this address has no page", "该地址没有页面");
    visit.problem(Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)).await
}
