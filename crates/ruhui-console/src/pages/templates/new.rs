//! The page of a new template.

use super::form;
use super::texts::TemplatesTexts;
use crate::form::{Entered, Field, FieldKind, refill};
use crate::frame::{Frame, Nav};
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

#[derive(Template)]
#[template(path = "templates/new.html")]
struct NewPage {
    frame: Frame,
    t: &'static TemplatesTexts,
    fields: Vec<Field>,
    done: Option<&'static str>,
    problem: Option<Problem>,
}

#[derive(Deserialize)]
struct Found {
    data: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    card_template: Value,
}

pub(super) async fn show(visit: Visit) -> Response {
    render(&visit, None, &Entered::default()).await
}

/// Responds with the form, and with the problem of a creation and the values that were entered.
pub(super) async fn render(visit: &Visit, problem: Option<Problem>, entered: &Entered) -> Response {
    let status = Problem::status_of(problem.as_ref());
    visit.respond_with(status, load(visit, problem, entered).await).await
}

/// Returns the fields of the form, with the values that were entered.
///
/// # Errors
///
/// The error of the control.
pub(super) async fn fields(visit: &Visit, frame: &Frame, entered: &Entered) -> Result<Vec<Field>, Problem> {
    let Found { data } = visit.controls.get("/sandbox/state/templates?count_cards=false").await?;
    // A template with an uploaded picture, or else the oldest one: the first of `ruhui.toml`.
    let is_uploaded = |listed: &&Listed| {
        listed.card_template["card_picture_url"].as_str().is_some_and(|url| url.contains("/media/"))
    };
    let example = data.iter().find(is_uploaded).or_else(|| data.last());
    let example = example.map(|listed| listed.card_template.clone()).unwrap_or_default();
    let mut fields = form::new(TemplatesTexts::of(visit.language), frame, &example);
    refill(&mut fields, entered);
    Ok(fields)
}

async fn load(visit: &Visit, problem: Option<Problem>, entered: &Entered) -> Result<NewPage, Problem> {
    let t = TemplatesTexts::of(visit.language);
    let frame = visit.frame_at(Nav::Templates, t.create, "/templates/new").await;
    Ok(NewPage { fields: fields(visit, &frame, entered).await?, frame, t, done: None, problem })
}
