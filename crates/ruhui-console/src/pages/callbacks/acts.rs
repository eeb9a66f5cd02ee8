//! Acts on events. Each uses one control; then the browser is sent back to the page.

use super::{event, list};
use crate::controls::{segment, with_query};
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::{Form, Path};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub(super) struct Resend {
    #[serde(default)]
    times: String,
}

#[derive(Deserialize)]
pub(super) struct To {
    #[serde(default)]
    notify_url: String,
}

#[derive(Deserialize)]
pub(super) struct Probed {
    #[serde(default)]
    card_id: String,
}

pub(super) async fn resend(visit: Visit, Path(id): Path<String>, Form(form): Form<Resend>) -> Response {
    // A text that is no number goes to the control as it is, which names it in its error.
    let times = form.times.parse::<u64>().map_or_else(|_| json!(form.times), |times| json!(times));
    let path = format!("/sandbox/events/{}/resend", segment(&id));
    let sent = visit.controls.post(&path, &json!({ "times": times })).await;
    on_event(&visit, &id, sent, "resent").await
}

pub(super) async fn redirect(visit: Visit, Path(id): Path<String>, Form(form): Form<To>) -> Response {
    let path = format!("/sandbox/events/{}/redirect", segment(&id));
    let changed = visit.controls.post(&path, &json!({ "notify_url": form.notify_url })).await;
    on_event(&visit, &id, changed, "redirected").await
}

pub(super) async fn discard(visit: Visit, Path(id): Path<String>) -> Response {
    let path = format!("/sandbox/events/{}/drop", segment(&id));
    let dropped = visit.controls.post(&path, &json!({})).await;
    on_event(&visit, &id, dropped, "dropped").await
}

pub(super) async fn pause(visit: Visit) -> Response {
    let paused = visit.controls.post("/sandbox/events/pause", &json!({})).await;
    on_list(&visit, paused, "paused").await
}

pub(super) async fn resume(visit: Visit) -> Response {
    let resumed = visit.controls.post("/sandbox/events/resume", &json!({})).await;
    on_list(&visit, resumed, "resumed").await
}

pub(super) async fn redirect_all(visit: Visit, Form(form): Form<To>) -> Response {
    let body = json!({ "notify_url": form.notify_url });
    let changed = visit.controls.post("/sandbox/events/redirect", &body).await;
    on_list(&visit, changed, "redirected").await
}

pub(super) async fn probe(visit: Visit, Form(form): Form<Probed>) -> Response {
    let probed: Result<Value, Problem> =
        visit.controls.post("/sandbox/probe", &json!({ "card_id": form.card_id })).await;
    let is_checked = probed.as_ref().is_ok_and(|probed| probed["signature_checked"] == json!(true));
    on_list(&visit, probed, if is_checked { "checked" } else { "unchecked" }).await
}

async fn on_event(visit: &Visit, id: &str, acted: Result<Value, Problem>, done: &str) -> Response {
    match acted {
        Ok(_) => to(&format!("/callbacks/{}", segment(id)), done),
        Err(problem) => event::render(visit, id, Some(problem)).await,
    }
}

async fn on_list(visit: &Visit, acted: Result<Value, Problem>, done: &str) -> Response {
    match acted {
        Ok(_) => to("/callbacks", done),
        Err(problem) => list::render(visit, Some(problem)).await,
    }
}

fn to(path: &str, done: &str) -> Response {
    Redirect::to(&with_query(path, &[("done", done)])).into_response()
}
