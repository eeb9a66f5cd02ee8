//! The page of one event: its resource, and each attempt.

use super::texts::CallbacksTexts;
use crate::controls::{segment, with_query};
use crate::frame::{Frame, Nav};
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

#[derive(Template)]
#[template(path = "callbacks/event.html")]
struct EventPage {
    frame: Frame,
    t: &'static CallbacksTexts,
    event: Event,
    resource: String,
    attempts: Vec<AttemptView>,
    done: Option<&'static str>,
    problem: Option<Problem>,
    is_masked: bool,
    other_masking: String,
}

/// The response of the control.
#[derive(Deserialize)]
pub(super) struct Event {
    pub(super) event_id: String,
    pub(super) event_type: String,
    pub(super) owner: String,
    pub(super) notify_url: String,
    pub(super) create_time: String,
    #[serde(default)]
    pub(super) due: String,
    pub(super) attempts_made: u64,
    pub(super) attempts_allowed: u64,
    pub(super) state: String,
    #[serde(default)]
    attempts: Vec<Attempt>,
    pub(super) last_failure: Option<Failure>,
    #[serde(default)]
    resource: Value,
}

#[derive(Deserialize)]
pub(super) struct Failure {
    pub(super) message: String,
}

#[derive(Deserialize)]
struct Attempt {
    kind: String,
    number: u64,
    time: String,
    url: String,
    accepted: bool,
    duration_ms: f64,
    status: Option<u16>,
    failure: Option<Failure>,
    fault: Option<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    fault: String,
}

/// An attempt as the page shows it.
struct AttemptView {
    attempt: Attempt,
    /// Number of the attempt in the request log; 0 if it has left the log.
    exchange: u64,
    at: String,
    took: String,
}

#[derive(Deserialize)]
struct Exchanges {
    data: Vec<Exchange>,
}

#[derive(Deserialize)]
struct Exchange {
    id: u64,
    #[serde(default)]
    event_id: String,
    #[serde(default)]
    attempt: u64,
    #[serde(default)]
    reason: String,
}

impl Event {
    pub(super) fn badge(&self) -> &'static str {
        super::badge::badge(&self.state)
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.state == "waiting" || self.state == "sending"
    }

    pub(super) fn created(&self) -> String {
        time::long(&self.create_time)
    }

    pub(super) fn due_at(&self) -> String {
        time::long(&self.due)
    }

    /// Returns the event type without the prefix that all have.
    pub(super) fn short_type(&self) -> &str {
        self.event_type.split_once('.').map_or(self.event_type.as_str(), |(_, short)| short)
    }
}

pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Response {
    render(&visit, &id, None).await
}

/// Responds with the page of an event, and with the problem of an act on it.
pub(super) async fn render(visit: &Visit, id: &str, problem: Option<Problem>) -> Response {
    let status = Problem::status_of(problem.as_ref());
    visit.respond_with(status, load(visit, id, problem).await).await
}

async fn load(visit: &Visit, id: &str, problem: Option<Problem>) -> Result<EventPage, Problem> {
    let sensitive = visit.query("show_sensitive");
    let path = format!("/sandbox/events/{}", segment(id));
    let mut event: Event = visit.controls.get(&with_query(&path, &[("show_sensitive", sensitive)])).await?;
    let query = [("kind", "callback"), ("text", event.event_id.as_str()), ("limit", "1000")];
    let exchanges: Exchanges = visit.controls.get(&with_query("/sandbox/requests", &query)).await?;
    let attempts = std::mem::take(&mut event.attempts).into_iter().map(|attempt| {
        let same = exchanges.data.iter().rev().find(|exchange| {
            (exchange.event_id.as_str(), exchange.attempt, exchange.reason.as_str())
                == (event.event_id.as_str(), attempt.number, attempt.kind.as_str())
        });
        AttemptView {
            exchange: same.map_or(0, |exchange| exchange.id),
            at: time::long(&attempt.time),
            took: time::millis(attempt.duration_ms),
            attempt,
        }
    });
    let attempts = attempts.collect();
    let is_masked = sensitive != "true";
    let own = format!("/callbacks/{}", segment(&event.event_id));
    let t = CallbacksTexts::of(visit.language);
    Ok(EventPage {
        frame: visit.frame_at(Nav::Callbacks, event.short_type(), &own).await,
        t,
        resource: serde_json::to_string_pretty(&event.resource).map_err(Problem::internal)?,
        attempts,
        done: t.done(visit.query("done")),
        problem,
        is_masked,
        other_masking: with_query(&own, &[("show_sensitive", if is_masked { "true" } else { "" })]),
        event,
    })
}
