//! The pages. Each has a folder: handlers, views of the controls' JSON, and texts.

mod activities;
mod callbacks;
mod explain;
mod lab;
mod members;
mod merchants;
mod requests;
mod start;
mod templates;
mod tokens;

use crate::controls::InProcess;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::Router;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

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

/// Responds to an address that no page has. Programs get no page.
pub(crate) async fn unknown(headers: HeaderMap, visit: Visit) -> Response {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accepted.contains("text/html") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let message = visit.language.pick("this address has no page", "该地址没有页面");
    visit.problem(Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)).await
}
