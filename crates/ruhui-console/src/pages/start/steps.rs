//! The steps from the first token to the first member, and which of them are done.

use super::texts::StartTexts;
use crate::controls::with_query;
use crate::sandbox_agent::SANDBOX_AGENT;
use crate::visit::Visit;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// A step.
pub(crate) struct Step {
    pub(crate) title: &'static str,
    pub(crate) how: &'static str,
    /// A command that does it; empty if the program of the page does.
    pub(crate) command: String,
    /// The page that shows what the step has made, and its title.
    pub(crate) page: (&'static str, &'static str),
    pub(crate) state: StepState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepState {
    Done,
    /// The first step that is not done.
    Next,
    Later,
}

impl Step {
    pub(crate) fn is_done(&self) -> bool {
        self.state == StepState::Done
    }

    /// Returns the word for the state, and the class of its badge.
    pub(crate) fn badge(&self, t: &&StartTexts) -> (&'static str, &'static str) {
        match self.state {
            StepState::Done => (t.done, "badge-good"),
            StepState::Next => (t.next, "badge-warning"),
            StepState::Later => (t.later, ""),
        }
    }
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct Token {
    token: String,
    openid: String,
    card_id: String,
}

/// Reads which steps are done. A control that fails counts as one that shows nothing.
pub(super) async fn load(visit: &Visit, t: &'static StartTexts) -> Vec<Step> {
    let tokens = list::<Token>(visit, "/sandbox/state/tokens?limit=1").await;
    let is_any = async |target: &str| !list::<IgnoredAny>(visit, target).await.is_empty();
    let accepted = "/sandbox/requests?kind=request&status=2xx&limit=1&path=";
    let joined = is_any("/sandbox/events?event_type=USER_CARD.CREATE&limit=1").await;
    // A log that was emptied meanwhile still has the event of the user who joined.
    let requested = joined || is_requested(visit).await;
    let received = is_any("/sandbox/events?event_type=USER_CARD.CREATE&state=accepted&limit=1").await;
    let confirmed = is_any(&format!("{accepted}/confirm")).await;
    let newest = tokens.into_iter().next();
    let field =
        |pick: fn(&Token) -> &str, otherwise: &str| newest.as_ref().map_or(otherwise, pick).to_owned();
    let token = field(|token| &token.token, "TOKEN");
    let (card_id, openid) =
        (field(|token| &token.card_id, "CARD_ID"), field(|token| &token.openid, "OPENID"));
    let confirmation = format!(
        "ruhui call confirm_user_card user_card_code=USER_CARD_CODE card_id={card_id} openid={openid} user_card_confirm_state=CREATE_CARD_SUCCESS"
    );
    let mut steps = vec![
        (requested, t.token, t.token_how, String::new(), ("/requests", t.requests)),
        (
            joined,
            t.join,
            t.join_how,
            format!("ruhui user join --token {token} --phone 13900000000"),
            ("/tokens", t.tokens),
        ),
        (received, t.callback, t.callback_how, "ruhui listen".to_owned(), ("/callbacks", t.callbacks)),
        (confirmed, t.confirm, t.confirm_how, confirmation, ("/members", t.members)),
    ];
    let next = steps.iter().position(|(is_done, ..)| !is_done);
    let step = |(index, (is_done, title, how, command, page))| {
        let state = match is_done {
            true => StepState::Done,
            false if next == Some(index) => StepState::Next,
            false => StepState::Later,
        };
        Step { title, how, command, page, state }
    };
    steps.drain(..).enumerate().map(step).collect()
}

/// Whether a program of the visitor has got a token.
async fn is_requested(visit: &Visit) -> bool {
    // The sandbox's own requests name themselves: the one at its start, and those of triggers.
    let query = [("kind", "request"), ("status", "2xx"), ("path", "/pre-auth-tokens"), ("limit", "1")];
    let target = with_query("/sandbox/requests", &[&query[..], &[("without", SANDBOX_AGENT)]].concat());
    !list::<IgnoredAny>(visit, &target).await.is_empty()
}

async fn list<T: serde::de::DeserializeOwned>(visit: &Visit, target: &str) -> Vec<T> {
    visit.controls.get::<List<T>>(target).await.map(|list| list.data).unwrap_or_default()
}
