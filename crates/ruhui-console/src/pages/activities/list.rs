//! The list of activities, newest first, and the form of a new one.

use super::form;
use super::texts::ActivitiesTexts;
use crate::card_templates;
use crate::controls::with_query;
use crate::form::{Entered, Field, FieldKind, refill};
use crate::frame::{Frame, Nav};
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::response::Response;
use serde::Deserialize;

/// The states that a filter takes.
const STATES: [&str; 4] = [
    "MEMBERSHIP_ACTIVITY_CREATED",
    "MEMBERSHIP_ACTIVITY_EFFECTIVE",
    "MEMBERSHIP_ACTIVITY_EXPIRED",
    "MEMBERSHIP_ACTIVITY_TERMINATED",
];

#[derive(Template)]
#[template(path = "activities/list.html")]
struct ListPage {
    frame: Frame,
    t: &'static ActivitiesTexts,
    states: [&'static str; 4],
    state: String,
    card_id: String,
    is_filtered: bool,
    activities: Vec<Activity>,
    fields: Vec<Field>,
    problem: Option<Problem>,
    done: Option<&'static str>,
}

#[derive(Deserialize)]
struct Found {
    data: Vec<Activity>,
}

#[derive(Deserialize)]
struct Activity {
    activity_id: u64,
    card_id: String,
    title: String,
    begin_time: String,
    end_time: String,
    apply_total: i64,
    apply_available: i64,
    activity_state: String,
}

impl Activity {
    fn badge(&self) -> &'static str {
        super::badge::badge(&self.activity_state)
    }

    fn begins(&self) -> String {
        time::long(&self.begin_time)
    }

    fn ends(&self) -> String {
        time::long(&self.end_time)
    }
}

#[derive(Deserialize)]
struct Clock {
    now: String,
}

pub(super) async fn show(visit: Visit) -> Response {
    render(&visit, None, &Entered::default()).await
}

/// Responds with the list, and with the problem of an act and the values that were entered.
pub(super) async fn render(visit: &Visit, problem: Option<Problem>, entered: &Entered) -> Response {
    let status = Problem::status_of(problem.as_ref());
    visit.respond_with(status, load(visit, problem, entered).await).await
}

async fn load(visit: &Visit, problem: Option<Problem>, entered: &Entered) -> Result<ListPage, Problem> {
    let (state, card_id) = (visit.query("state"), visit.query("card_id"));
    let query = [("state", state), ("card_id", card_id), ("limit", "200")];
    let Found { data } = visit.controls.get(&with_query("/sandbox/state/activities", &query)).await?;
    let Clock { now } = visit.controls.get("/sandbox/clock").await?;
    let templates = card_templates::all(visit).await?;
    // The oldest template is the first of `ruhui.toml`.
    let first = templates.last().map_or("", |template| template.card_id.as_str());
    let t = ActivitiesTexts::of(visit.language);
    let frame = visit.frame(Nav::Activities, t.title).await;
    let mut fields = form::new(t, &frame, if card_id.is_empty() { first } else { card_id }, &now);
    refill(&mut fields, entered);
    Ok(ListPage {
        frame,
        t,
        states: STATES,
        state: state.to_owned(),
        card_id: card_id.to_owned(),
        is_filtered: !(state.is_empty() && card_id.is_empty()),
        activities: data,
        fields,
        problem,
        done: None,
    })
}
