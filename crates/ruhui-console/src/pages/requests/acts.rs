//! Acts on the request log: a request is sent again or shown as a command, and the log is emptied.

use super::exchange;
use super::texts::RequestsTexts;
use crate::controls::{segment, with_query};
use crate::frame::{Frame, Nav};
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// The response of the control that sends a request again.
#[derive(Deserialize)]
struct Called {
    exchange: Option<u64>,
}

#[derive(Template)]
#[template(path = "requests/curl.html")]
struct CurlPage {
    frame: Frame,
    t: &'static RequestsTexts,
    id: String,
    command: Curl,
}

/// The response of the control that writes a command.
#[derive(Deserialize)]
struct Curl {
    command: String,
    idempotent: bool,
}

pub(super) async fn replay(visit: Visit, Path(id): Path<String>) -> Response {
    let path = format!("/sandbox/requests/{}/replay", segment(&id));
    match visit.controls.post(&path, &json!({})).await {
        Ok(Called { exchange: Some(number) }) => to(&format!("/requests/{number}"), "replayed"),
        Ok(Called { exchange: None }) => to("/requests", "replayed"),
        Err(problem) => exchange::render(&visit, &id, Some(problem)).await,
    }
}

pub(super) async fn curl(visit: Visit, Path(id): Path<String>) -> Response {
    let path = format!("/sandbox/requests/{}/curl", segment(&id));
    match visit.controls.get::<Curl>(&path).await {
        Ok(command) => {
            let t = RequestsTexts::of(visit.language);
            let frame = visit.frame(Nav::Requests, format!("{id} · curl")).await;
            visit.respond(Ok(CurlPage { frame, t, id, command })).await
        }
        Err(problem) => exchange::render(&visit, &id, Some(problem)).await,
    }
}

pub(super) async fn clear(visit: Visit) -> Response {
    let emptied: Result<Value, Problem> = visit.controls.delete("/sandbox/requests").await;
    match emptied {
        Ok(_) => to("/requests", ""),
        Err(problem) => visit.problem(problem).await,
    }
}

fn to(path: &str, done: &str) -> Response {
    Redirect::to(&with_query(path, &[("done", done)])).into_response()
}
