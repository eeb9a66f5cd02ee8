//! The list of tokens, newest first.

use super::texts::TokensTexts;
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
const STATES: [&str; 3] = ["unused", "used", "expired"];

#[derive(Template)]
#[template(path = "tokens/list.html")]
struct ListPage {
    frame: Frame,
    t: &'static TokensTexts,
    states: [&'static str; 3],
    state: String,
    openid: String,
    is_filtered: bool,
    tokens: Vec<Token>,
    templates: Vec<CardTemplate>,
    /// The token that the form for joining begins with.
    chosen: String,
    is_complete: bool,
    done: Option<&'static str>,
    problem: Option<Problem>,
}

#[derive(Deserialize)]
struct Found {
    data: Vec<Token>,
    complete: bool,
}

#[derive(Deserialize)]
struct Token {
    token: String,
    purpose: String,
    state: String,
    openid: String,
    create_time: String,
    expire_time: String,
    #[serde(default)]
    use_time: String,
    #[serde(default)]
    seconds_left: u64,
}

impl Token {
    fn badge(&self) -> &'static str {
        match self.state.as_str() {
            "unused" => "badge-good",
            "expired" => "badge-warning",
            _ => "",
        }
    }

    fn left(&self) -> String {
        format!("{:02}:{:02}", self.seconds_left / 60, self.seconds_left % 60)
    }

    fn created(&self) -> String {
        time::long(&self.create_time)
    }

    fn expires(&self) -> String {
        time::long(&self.expire_time)
    }

    fn used(&self) -> String {
        time::long(&self.use_time)
    }

    fn opens_join(&self) -> bool {
        self.purpose == "join" && self.state == "unused"
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
    let (state, openid) = (visit.query("state"), visit.query("openid"));
    let query = [("state", state), ("openid", openid), ("limit", "200")];
    let Found { data, complete } = visit.controls.get(&with_query("/sandbox/state/tokens", &query)).await?;
    let templates = card_templates::all(visit).await?;
    let t = TokensTexts::of(visit.language);
    Ok(ListPage {
        frame: visit.frame(Nav::Tokens, t.title).await,
        t,
        states: STATES,
        state: state.to_owned(),
        openid: openid.to_owned(),
        is_filtered: !(state.is_empty() && openid.is_empty()),
        tokens: data,
        templates,
        chosen: visit.query("token").to_owned(),
        is_complete: complete,
        done: t.done(visit.query("done")),
        problem,
    })
}
