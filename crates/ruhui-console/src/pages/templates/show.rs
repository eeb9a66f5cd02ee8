//! The page of one template.

use super::card::{CardFace, Picture};
use super::form;
use super::texts::TemplatesTexts;
use crate::controls::segment;
use crate::form::{Entered, Field, FieldKind, refill};
use crate::frame::{Frame, Nav};
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "templates/show.html")]
struct TemplatePage {
    frame: Frame,
    t: &'static TemplatesTexts,
    face: CardFace,
    card_id: String,
    state: String,
    facts: Vec<(String, String)>,
    agreement: String,
    questions: Vec<String>,
    activity: Option<Activity>,
    counts: BTreeMap<String, u64>,
    owner: String,
    json: String,
    fields: Vec<Field>,
    is_effective: bool,
    done: Option<&'static str>,
    problem: Option<Problem>,
}

/// The response of the control.
#[derive(Deserialize)]
pub(super) struct Shown {
    pub(super) card_template: Value,
    brand_name: Option<String>,
    pub(super) owner: BTreeMap<String, String>,
    expired: bool,
    user_cards: BTreeMap<String, u64>,
    activity: Option<Activity>,
}

#[derive(Deserialize)]
struct Activity {
    activity_id: u64,
    title: String,
}

impl TemplatePage {
    fn badge(&self) -> &'static str {
        badge(&self.state)
    }
}

/// Returns the state that a template has for users.
pub(super) fn state(is_expired: bool, state: &str) -> &str {
    match (state, is_expired) {
        ("CARD_EFFECTIVE", true) => "EXPIRED",
        (state, _) => state,
    }
}

/// Returns the class of the badge of a template's state.
pub(super) fn badge(state: &str) -> &'static str {
    match state {
        "CARD_EFFECTIVE" => "badge-good",
        "EXPIRED" => "badge-warning",
        _ => "badge-bad",
    }
}

pub(super) async fn show(visit: Visit, Path(card_id): Path<String>) -> Response {
    render(&visit, &card_id, None, &Entered::default()).await
}

/// Responds with the page of a template, and with the problem of an act and the values that were entered.
pub(super) async fn render(
    visit: &Visit,
    card_id: &str,
    problem: Option<Problem>,
    entered: &Entered,
) -> Response {
    let status = Problem::status_of(problem.as_ref());
    visit.respond_with(status, load(visit, card_id, problem, entered).await).await
}

/// Reads a template.
///
/// # Errors
///
/// The error of the control.
pub(super) async fn read(visit: &Visit, card_id: &str) -> Result<Shown, Problem> {
    visit.controls.get(&format!("/sandbox/state/templates/{}", segment(card_id))).await
}

async fn load(
    visit: &Visit,
    card_id: &str,
    problem: Option<Problem>,
    entered: &Entered,
) -> Result<TemplatePage, Problem> {
    let shown = read(visit, card_id).await?;
    let card = &shown.card_template;
    let text = |name: &str| card[name].as_str().unwrap_or_default().to_owned();
    let t = TemplatesTexts::of(visit.language);
    let mut fields = form::changes(t, card);
    refill(&mut fields, entered);
    let card_state = text("state");
    let address = format!("/templates/{}", segment(card_id));
    Ok(TemplatePage {
        frame: visit.frame_at(Nav::Templates, text("card_title"), &address).await,
        t,
        face: CardFace::of(card, shown.brand_name.as_deref().unwrap_or_default()),
        card_id: text("card_id"),
        state: state(shown.expired, &card_state).to_owned(),
        facts: facts(card),
        agreement: text("legal_agreement"),
        questions: questions(&card["user_information"]),
        activity: shown.activity,
        counts: shown.user_cards,
        owner: shown.owner.iter().map(|(field, id)| format!("{field} {id}")).collect(),
        json: serde_json::to_string_pretty(card).map_err(Problem::internal)?,
        fields,
        is_effective: card_state == "CARD_EFFECTIVE",
        done: t.done(visit.query("done")),
        problem,
    })
}

/// Returns the members of a template that are texts, numbers or small objects, by their names in the API. The page
/// shows the others in another way.
fn facts(card: &Value) -> Vec<(String, String)> {
    const ELSEWHERE: [&str; 4] = ["card_id", "state", "legal_agreement", "user_information"];
    let members = card.as_object().into_iter().flatten();
    let members = members.filter(|(name, _)| !ELSEWHERE.contains(&name.as_str()));
    members
        .map(|(name, value)| {
            let text = match value.as_str() {
                Some(text) if name.ends_with("_time") => time::long(text),
                Some(text) => text.to_owned(),
                None => value.to_string(),
            };
            (name.clone(), text)
        })
        .collect()
}

/// Returns the questions of the form that a user fills in.
fn questions(form: &Value) -> Vec<String> {
    let list = |name: &str| form[name].as_array().cloned().unwrap_or_default();
    let common = list("common_field_list").into_iter().filter_map(|name| name.as_str().map(str::to_owned));
    let custom = list("custom_field_list").into_iter().map(|field| {
        let values = field["values"].as_array().cloned().unwrap_or_default();
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        format!("{}: {}", field["name"].as_str().unwrap_or_default(), values.join(" / "))
    });
    common.chain(custom).collect()
}
