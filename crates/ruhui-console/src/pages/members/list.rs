//! The list of user cards, in the order of openids.

use super::texts::MembersTexts;
use crate::card_templates::{self, CardTemplate};
use crate::controls::with_query;
use crate::frame::{Frame, Nav};
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::response::Response;
use serde::Deserialize;

/// The states that a filter takes.
const STATES: [&str; 4] = ["UNACTIVATED", "EFFECTIVE", "EXPIRED", "INVALID"];

#[derive(Template)]
#[template(path = "members/list.html")]
struct ListPage {
    frame: Frame,
    t: &'static MembersTexts,
    states: [&'static str; 4],
    state: String,
    card_id: String,
    openid: String,
    is_filtered: bool,
    members: Vec<Member>,
    /// Address of the next page; empty on the last one.
    next: String,
    templates: Vec<CardTemplate>,
    done: Option<&'static str>,
    problem: Option<Problem>,
}

#[derive(Deserialize)]
struct Found {
    data: Vec<Member>,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct Member {
    card_id: String,
    openid: String,
    user_card: Card,
    point_balance: Option<i64>,
}

#[derive(Deserialize)]
struct Card {
    #[serde(default)]
    user_card_code: String,
    #[serde(default)]
    phone_number: String,
    #[serde(default)]
    level: String,
    user_card_state: String,
    modify_time: String,
}

impl Member {
    fn badge(&self) -> &'static str {
        super::badge::badge(&self.user_card.user_card_state)
    }

    fn modified(&self) -> String {
        time::long(&self.user_card.modify_time)
    }

    fn path(&self) -> String {
        super::address::path(&self.card_id, &self.openid)
    }

    fn points(&self) -> String {
        self.point_balance.map_or_else(String::new, |points| points.to_string())
    }
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
    let [state, card_id, openid, after] =
        ["state", "card_id", "openid", "after"].map(|name| visit.query(name).trim());
    let filter = [("state", state), ("card_id", card_id), ("openid", openid)];
    let query = [&filter[..], &[("after", after), ("limit", "100")]].concat();
    let Found { data, next } = visit.controls.get(&with_query("/sandbox/state/user-cards", &query)).await?;
    let templates = card_templates::all(visit).await?;
    let t = MembersTexts::of(visit.language);
    let next = if next.is_empty() {
        next
    } else {
        with_query("/members", &[&filter[..], &[("after", next.as_str())]].concat())
    };
    Ok(ListPage {
        frame: visit.frame(Nav::Members, t.title).await,
        t,
        states: STATES,
        state: state.to_owned(),
        card_id: card_id.to_owned(),
        openid: openid.to_owned(),
        is_filtered: filter.iter().any(|(_, value)| !value.is_empty()),
        members: data,
        next,
        templates,
        done: None,
        problem,
    })
}
