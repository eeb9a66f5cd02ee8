//! The page: the form, the rejected requests of the log, and the explanation.

use super::material::Material;
use super::texts::ExplainTexts;
use crate::controls::{segment, with_query};
use crate::explanation::{Diagnosis, ExplanationView, PieceKind};
use crate::frame::{Frame, Nav};
use crate::language::Both;
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::http::Method;
use axum::response::Response;
use serde::Deserialize;

/// Largest text that the form shows again after a mistake.
const SHOWN_AGAIN: usize = 256 << 10;

#[derive(Template)]
#[template(path = "explain/form.html")]
struct FormPage {
    frame: Frame,
    t: &'static ExplainTexts,
    problem: Option<Problem>,
    done: Option<&'static str>,
    text: String,
    rejected: Vec<RejectedRow>,
}

/// A rejected request of the log.
struct RejectedRow {
    id: u64,
    time: String,
    at: String,
    what: String,
    code: String,
}

#[derive(Template)]
#[template(path = "explain/explained.html")]
struct ExplainedPage {
    frame: Frame,
    t: &'static ExplainTexts,
    /// Number of the request in the log; 0 for other material.
    logged: u64,
    line: String,
    format: String,
    notes: Vec<String>,
    explanation: Option<ExplanationView>,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Summary>,
}

#[derive(Deserialize)]
struct Summary {
    id: u64,
    time: String,
    method: String,
    target: String,
    #[serde(default)]
    code: String,
}

#[derive(Deserialize)]
struct Explained {
    read: Read,
    request: RequestLine,
    diagnosis: Diagnosis,
    expected: Option<Expected>,
}

#[derive(Deserialize)]
struct Read {
    format: Both,
    remarks: Vec<Both>,
}

#[derive(Deserialize)]
struct RequestLine {
    method: String,
    target: String,
}

#[derive(Deserialize)]
struct Expected {
    message: String,
}

#[derive(Deserialize)]
struct Logged {
    id: u64,
    method: String,
    target: String,
    diagnosis: Option<Diagnosis>,
}

/// Shows the form, with the text and the problem of a request that could not be explained.
pub(super) async fn form(visit: &Visit, text: String, problem: Option<Problem>) -> Response {
    let t = ExplainTexts::of(visit.language);
    let query = [("status", "401"), ("kind", "request"), ("limit", "20")];
    let list = visit.controls.get::<List>(&with_query("/sandbox/requests", &query)).await;
    let row = |summary: Summary| RejectedRow {
        id: summary.id,
        at: time::clock(&summary.time).to_owned(),
        time: summary.time,
        what: format!("{} {}", summary.method, summary.target),
        code: summary.code,
    };
    let status = Problem::status_of(problem.as_ref());
    let page = FormPage {
        frame: visit.frame(Nav::Explain, t.title).await,
        t,
        problem,
        done: None,
        text: if text.len() > SHOWN_AGAIN { String::new() } else { text },
        rejected: list.map(|list| list.data.into_iter().rev().map(row).collect()).unwrap_or_default(),
    };
    visit.respond_with(status, Ok(page)).await
}

/// Shows the explanation of material, or the form with the problem.
pub(super) async fn of_material(visit: &Visit, material: Material) -> Response {
    let Material { bytes, text, exchange } = material;
    let target = with_query("/sandbox/explain", &[("exchange", &exchange)]);
    let body = Some(("application/octet-stream", bytes));
    match visit.controls.exchange::<Explained>(Method::POST, &target, body).await {
        Ok(explained) => visit.respond(Ok(of_explained(visit, explained).await)).await,
        Err(problem) => form(visit, text, Some(problem)).await,
    }
}

async fn of_explained(visit: &Visit, explained: Explained) -> ExplainedPage {
    let Explained { read, request, diagnosis, expected } = explained;
    let t = ExplainTexts::of(visit.language);
    let expected = expected.as_ref().map(|expected| expected.message.as_str());
    ExplainedPage {
        frame: visit.frame(Nav::Explain, t.title).await,
        t,
        logged: 0,
        line: format!("{} {}", request.method, request.target),
        format: read.format.of(&visit.language).to_owned(),
        notes: read.remarks.iter().map(|remark| remark.of(&visit.language).to_owned()).collect(),
        explanation: Some(ExplanationView::of(diagnosis, visit.language, visit.program(), expected)),
    }
}

/// Shows the explanation of a request in the log.
pub(super) async fn of_logged(visit: &Visit, id: &str) -> Response {
    let page = load_logged(visit, id).await;
    visit.respond(page).await
}

async fn load_logged(visit: &Visit, id: &str) -> Result<ExplainedPage, Problem> {
    let logged: Logged = visit.controls.get(&format!("/sandbox/requests/{}", segment(id))).await?;
    let t = ExplainTexts::of(visit.language);
    let view = |diagnosis| ExplanationView::of(diagnosis, visit.language, visit.program(), None);
    Ok(ExplainedPage {
        frame: visit.frame(Nav::Explain, format!("{}: {}", t.title, logged.id)).await,
        t,
        logged: logged.id,
        line: format!("{} {}", logged.method, logged.target),
        format: String::new(),
        notes: Vec::new(),
        explanation: logged.diagnosis.map(view),
    })
}
