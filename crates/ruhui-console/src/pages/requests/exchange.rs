//! The page of one request, or of one attempt at a callback.

use super::message::{BodyView, Message, Piece};
use super::texts::RequestsTexts;
use crate::controls::{segment, with_query};
use crate::explanation::{Diagnosis, ExplanationView, PieceKind};
use crate::frame::{Frame, Nav};
use crate::language::Both;
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "requests/exchange.html")]
struct ExchangePage {
    frame: Frame,
    t: &'static RequestsTexts,
    exchange: Exchange,
    stages: Vec<StageView>,
    sides: Vec<Side>,
    explanation: Option<ExplanationView>,
    done: Option<&'static str>,
    problem: Option<Problem>,
    har: String,
    /// Address of this page with the other setting for personal data.
    other_masking: String,
}

/// The request or the response, with its heading.
struct Side {
    title: &'static str,
    id: &'static str,
    message: Option<Message>,
    absent: &'static str,
}

impl Side {
    fn body(&self) -> Option<BodyView> {
        self.message.as_ref().map(Message::body)
    }
}

/// A stage of the processing, as a part of the bar.
struct StageView {
    name: String,
    /// Milliseconds since the begin of the request.
    at: String,
    took: String,
    /// Begin and width in thousandths of the whole.
    begin: f64,
    width: f64,
    /// Fill of the bar's part, in the order of the stages.
    fill: &'static str,
}

/// The response of the control.
#[derive(Deserialize)]
struct Exchange {
    id: u64,
    kind: String,
    time: String,
    method: String,
    target: String,
    status: Option<u16>,
    took_ms: Option<f64>,
    #[serde(default)]
    code: String,
    #[serde(default)]
    endpoint: String,
    #[serde(default)]
    caller: BTreeMap<String, String>,
    #[serde(default)]
    request_id: String,
    #[serde(default)]
    replayed: bool,
    #[serde(default)]
    nearest: String,
    #[serde(default)]
    listener: String,
    #[serde(default)]
    peer: Option<String>,
    #[serde(default)]
    by_proxy: bool,
    #[serde(default)]
    event_id: String,
    #[serde(default)]
    event_type: String,
    attempt: Option<u64>,
    #[serde(default)]
    reason: String,
    failure: Option<Both>,
    fault: Option<Fault>,
    masked: bool,
    stages: Vec<Stage>,
    document: Option<Document>,
    rejection: Option<Rejection>,
    written: Vec<Written>,
    request: Option<Message>,
    response: Option<Message>,
    diagnosis: Option<Diagnosis>,
}

#[derive(Deserialize)]
struct Fault {
    id: String,
    fault: String,
    #[serde(default)]
    at: String,
    state_written: Option<bool>,
}

#[derive(Deserialize)]
struct Stage {
    stage: String,
    ms: f64,
}

#[derive(Deserialize)]
struct Document {
    page: String,
    edition: String,
    url: String,
}

#[derive(Deserialize)]
struct Rejection {
    row: String,
    message: Both,
    cause: Option<Both>,
}

#[derive(Deserialize)]
struct Written {
    kind: String,
    id: String,
}

impl Exchange {
    fn is_callback(&self) -> bool {
        self.kind == "callback"
    }

    /// Whether a merchant sent it to the API: an act on the controls is neither sent again nor shown as curl.
    fn is_of_a_merchant(&self) -> bool {
        !self.is_callback() && self.listener != "operations"
    }

    /// Returns the class of the badge of the status.
    fn badge(&self) -> &'static str {
        super::badge::badge(self.status)
    }

    fn took(&self) -> String {
        self.took_ms.map(time::millis).unwrap_or_default()
    }

    fn at(&self) -> String {
        time::long(&self.time)
    }
}

pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Response {
    render(&visit, &id, None).await
}

/// Responds with the page of an exchange, and with the problem of an act on it.
pub(super) async fn render(visit: &Visit, id: &str, problem: Option<Problem>) -> Response {
    let status = Problem::status_of(problem.as_ref());
    visit.respond_with(status, load(visit, id, problem).await).await
}

async fn load(visit: &Visit, id: &str, problem: Option<Problem>) -> Result<ExchangePage, Problem> {
    let sensitive = visit.query("show_sensitive");
    let target = with_query(&format!("/sandbox/requests/{}", segment(id)), &[("show_sensitive", sensitive)]);
    let mut exchange: Exchange = visit.controls.get(&target).await?;
    let t = RequestsTexts::of(visit.language);
    let explanation = exchange.diagnosis.take();
    let explanation =
        explanation.map(|diagnosis| ExplanationView::of(diagnosis, visit.language, visit.program(), None));
    let title = format!("{} {} {}", exchange.id, exchange.method, exchange.target);
    let (request, response) = (exchange.request.take(), exchange.response.take());
    let sides = vec![
        Side { title: t.request, id: "request", message: request, absent: t.no_request },
        Side { title: t.response, id: "response", message: response, absent: t.no_response_sent },
    ];
    let (before, after) = ((exchange.id + 1).to_string(), exchange.id.saturating_sub(1).to_string());
    let own = format!("/requests/{}", segment(id));
    let other = if exchange.masked { "true" } else { "" };
    Ok(ExchangePage {
        frame: visit.frame_at(Nav::Requests, title, &own).await,
        t,
        stages: stages(&exchange.stages, t),
        sides,
        explanation,
        done: (visit.query("done") == "replayed").then_some(t.done_replayed),
        problem,
        har: with_query(
            "/sandbox/requests/har",
            &[("after", &after), ("before", &before), ("show_sensitive", sensitive)],
        ),
        other_masking: with_query(&own, &[("show_sensitive", other)]),
        exchange,
    })
}

/// Returns the stages in the order of their times, with their share of the whole.
fn stages(stages: &[Stage], t: &RequestsTexts) -> Vec<StageView> {
    const FILLS: [&str; 6] = ["#2f81f7", "#8957e5", "#d29922", "#db61a2", "#238636", "#6e7781"];
    let mut sorted: Vec<&Stage> = stages.iter().collect();
    sorted.sort_by(|one, other| one.ms.total_cmp(&other.ms));
    let whole = sorted.last().map_or(1.0, |last| last.ms.max(f64::EPSILON));
    let mut begin = 0.0;
    let view = |(index, stage): (usize, &&Stage)| {
        let view = StageView {
            name: stage_name(&stage.stage, t).to_owned(),
            at: format!("{:.3}", stage.ms),
            took: format!("{:.3}", stage.ms - begin),
            begin: begin / whole * 1000.0,
            width: (stage.ms - begin) / whole * 1000.0,
            fill: FILLS[index % FILLS.len()],
        };
        begin = stage.ms;
        view
    };
    sorted.iter().enumerate().map(view).collect()
}

fn stage_name<'a>(name: &'a str, t: &RequestsTexts) -> &'a str {
    match name {
        "received" => t.stage_received,
        "verified" => t.stage_verified,
        "decided" => t.stage_decided,
        "signed" => t.stage_signed,
        "committed" => t.stage_committed,
        "sent" => t.stage_sent,
        other => other,
    }
}
