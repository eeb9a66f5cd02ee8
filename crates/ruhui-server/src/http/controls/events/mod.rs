//! Controls of events: the callbacks that were queued and sent, and acts on them.
//!
//! | | Body or query | |
//! |---|---|---|
//! | `GET /sandbox/events` | `state`, `event_type`, `card_id`, `openid`, `limit` | lists events, newest first |
//! | `GET /sandbox/events/{id}` | `show_sensitive` | shows all of one |
//! | `POST /sandbox/events/{id}/resend` | `times` | sends it at once, outside its schedule |
//! | `POST /sandbox/events/{id}/redirect` | `notify_url` | changes its URL |
//! | `POST /sandbox/events/{id}/drop` | | removes a waiting one |
//! | `POST /sandbox/events/redirect` | `notify_url` | changes the URL of all waiting ones |
//! | `POST /sandbox/events/pause`, `/resume` | | stops and continues the attempts by schedule |
//! | `GET /sandbox/deliveries` | | lists the waiting ones, in the order of their due times |
//!
//! An id is the id of an event, or a unique beginning of one.

mod acts;
mod filter;
mod lookup;
mod view;

use super::context::Controls;
use super::outcome::{Failure, answer_inside};
use super::request::query;
use crate::http::response::ResponseWriter;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{get, post};
use filter::{Filter, Query};
use http::HeaderMap;
pub(super) use lookup::all;
use lookup::find;
use ruhui_core::types::OpenId;
use serde::Deserialize;
use serde_json::{Value, json};
use view::Viewer;

/// Number of deliveries that are listed at most.
const MOST: usize = 1000;

pub(super) fn router() -> Router<Controls> {
    Router::new()
        .route("/sandbox/events", get(list))
        .route("/sandbox/events/pause", post(acts::pause))
        .route("/sandbox/events/resume", post(acts::resume))
        .route("/sandbox/events/redirect", post(acts::redirect_all))
        .route("/sandbox/events/{id}", get(show))
        .route("/sandbox/events/{id}/resend", post(acts::resend))
        .route("/sandbox/events/{id}/redirect", post(acts::redirect))
        .route("/sandbox/events/{id}/drop", post(acts::discard))
        .route("/sandbox/deliveries", get(deliveries))
}

/// Returns the events about a user, newest first, in the language that the headers ask for.
pub(super) async fn about_user(
    controls: &Controls,
    headers: &HeaderMap,
    openid: &OpenId,
) -> Result<Vec<Value>, Failure> {
    let viewer = Viewer { is_english: ResponseWriter::new(&controls.service, headers).is_english() };
    let _entered = controls.service.state_gate.enter().await;
    let filter = Filter::of_user(openid);
    let found = all(&controls.service).await?.into_iter().rev().filter(|event| filter.takes(event));
    Ok(found.take(filter.limit).map(|event| viewer.line(&event)).collect())
}

async fn list(State(controls): State<Controls>, request: Request) -> Response {
    let viewer = viewer(&controls, &request);
    answer_inside(controls, request, move |controls, request| async move {
        let filter = query::<Query>(&request)?.check()?;
        let found = all(&controls.service).await?.into_iter().rev().filter(|event| filter.takes(event));
        let data: Vec<Value> = found.take(filter.limit).map(|event| viewer.line(&event)).collect();
        Ok(json!({ "data": data, "paused": controls.service.outbox().is_paused() }))
    })
    .await
}

#[derive(Deserialize)]
struct Show {
    #[serde(default)]
    show_sensitive: Option<bool>,
}

async fn show(State(controls): State<Controls>, Path(id): Path<String>, request: Request) -> Response {
    let viewer = viewer(&controls, &request);
    answer_inside(controls, request, move |controls, request| async move {
        let Show { show_sensitive } = query(&request)?;
        let event = find(&controls.service, &id).await?;
        Ok(viewer.whole(&event, show_sensitive == Some(true)))
    })
    .await
}

/// Lists the waiting deliveries, without their resources: those are for the merchant only.
async fn deliveries(State(controls): State<Controls>, request: Request) -> Response {
    let viewer = viewer(&controls, &request);
    answer_inside(controls, request, move |controls, _| async move {
        let waiting = controls.service.outbox().waiting().await.map_err(Failure::from)?;
        let data: Vec<Value> =
            waiting.iter().take(MOST).map(|loaded| viewer.delivery(&loaded.record)).collect();
        Ok(json!({ "data": data }))
    })
    .await
}

fn viewer(controls: &Controls, request: &Request) -> Viewer {
    Viewer { is_english: ResponseWriter::new(&controls.service, request.headers()).is_english() }
}
