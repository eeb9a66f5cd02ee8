//! The list of events, newest first.

use super::event::Event;
use super::texts::CallbacksTexts;
use crate::controls::with_query;
use crate::frame::{Frame, Nav};
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::response::Response;
use serde::Deserialize;

/// The states that a filter takes.
const STATES: [&str; 5] = ["waiting", "sending", "accepted", "ended", "dropped"];

#[derive(Template)]
#[template(path = "callbacks/list.html")]
struct ListPage {
    frame: Frame,
    t: &'static CallbacksTexts,
    states: [&'static str; 5],
    state: String,
    openid: String,
    is_filtered: bool,
    events: Vec<Event>,
    is_paused: bool,
    done: Option<&'static str>,
    problem: Option<Problem>,
}

#[derive(Deserialize)]
struct Found {
    data: Vec<Event>,
    paused: bool,
}

pub(super) async fn show(visit: Visit) -> Response {
    render(&visit, None).await
}

/// Responds with the list, and with the problem of an act.
pub(super) async fn render(visit: &Visit, problem: Option<Problem>) -> Response {
    let status = Problem::status_of(problem.as_ref());
    visit.respond_with(status, load(visit, problem).await).await
}

async fn load(visit: &Visit, problem: Option<Problem>) -> Result<ListPage, Problem> {
    let (state, openid) = (visit.query("state"), visit.query("openid"));
    let target = with_query("/sandbox/events", &[("state", state), ("openid", openid), ("limit", "200")]);
    let Found { data, paused } = visit.controls.get(&target).await?;
    let t = CallbacksTexts::of(visit.language);
    Ok(ListPage {
        frame: visit.frame(Nav::Callbacks, t.title).await,
        t,
        states: STATES,
        state: state.to_owned(),
        openid: openid.to_owned(),
        is_filtered: !(state.is_empty() && openid.is_empty()),
        events: data,
        is_paused: paused,
        done: t.done(visit.query("done")),
        problem,
    })
}
