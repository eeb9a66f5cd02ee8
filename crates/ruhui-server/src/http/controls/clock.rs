//! Controls of the business clock, and the deliveries that wait for it.

use super::context::Controls;
use super::outcome::{Failure, answer, answer_inside};
use super::request::{Advance, body};
use crate::http::response::ResponseWriter;
use crate::outbox::{Delivery, LastFailure};
use crate::store::{Loaded, StoreExt as _};
use axum::extract::{Request, State};
use axum::response::Response;
use jiff::SignedDuration;
use ruhui_core::types::DateTime;
use serde_json::{Value, json};

/// Number of deliveries that are listed at most.
const MOST: usize = 1000;

pub(super) async fn show(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, _| async move { Ok(time(&controls)) }).await
}

pub(super) async fn advance(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let Advance { advance_seconds } = body(request).await?;
        controls.clock.advance(SignedDuration::from_secs(advance_seconds.into()));
        // A callback that was to be sent later may be due now.
        controls.service.outbox().wake();
        Ok(time(&controls))
    })
    .await
}

fn time(controls: &Controls) -> Value {
    let now = DateTime::milliseconds(controls.service.env.business.now());
    json!({ "now": now, "ahead_seconds": controls.clock.offset().as_secs() })
}

/// Lists the waiting deliveries, without their resources: those are for the merchant only.
pub(super) async fn deliveries(State(controls): State<Controls>, request: Request) -> Response {
    let is_english = ResponseWriter::new(&controls.service, request.headers()).is_english();
    answer_inside(controls, request, move |controls, _| async move {
        let waiting =
            controls.service.store.read_page::<Delivery>("", "", MOST).await.map_err(Failure::from)?;
        let data: Vec<Value> =
            waiting.into_iter().map(|Loaded { record, .. }| line(&record, is_english)).collect();
        Ok(json!({ "data": data }))
    })
    .await
}

fn line(delivery: &Delivery, is_english: bool) -> Value {
    let mut line = json!({
        "event_id": delivery.event_id,
        "event_type": delivery.event_type,
        "owner": delivery.owner.to_string(),
        "notify_url": delivery.notify_url,
        "create_time": delivery.create_time,
        "due": delivery.due,
        "attempts_made": delivery.made,
        "attempts_allowed": delivery.allowed,
    });
    if let Some(time) = delivery.last_attempt_from() {
        line["last_attempt_from"] = json!(time);
    }
    if let Some(LastFailure { time, status, location, body, zh, en, .. }) = &delivery.last_failure {
        let message = if is_english { en } else { zh };
        line["last_failure"] = json!({ "time": time, "message": message });
        let details = [("status", json!(status)), ("location", json!(location)), ("body", json!(body))];
        for (name, value) in details.into_iter().filter(|(_, value)| !value.is_null()) {
            line["last_failure"][name] = value;
        }
    }
    line
}
