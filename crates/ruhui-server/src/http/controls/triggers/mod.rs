//! Triggers: each brings a member or a card into a state, from nothing, in one request.
//!
//! | | Body | |
//! |---|---|---|
//! | `GET /sandbox/triggers` | | lists the triggers |
//! | `POST /sandbox/triggers` | `what`, `family`, `code_mode`, `card_id`, `openid` | runs one: requests of the merchant through the whole API, acts of the user by the simulator |

mod form;
mod run;
mod what;

use super::context::Controls;
use super::outcome::{Failure, answer};
use super::request::body;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::{CardId, Family, OpenId};
use run::Run;
use serde::Deserialize;
use serde_json::{Value, json};
use what::{CodeMode, What};

pub(super) fn router() -> Router<Controls> {
    Router::new().route("/sandbox/triggers", get(list).post(trigger))
}

/// The state to bring about, and the user and the template to use.
#[derive(Deserialize)]
struct Trigger {
    what: String,
    #[serde(default)]
    family: Option<String>,
    #[serde(default)]
    code_mode: Option<String>,
    #[serde(default)]
    card_id: Option<CardId>,
    #[serde(default)]
    openid: Option<OpenId>,
}

async fn list(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |_, _| async move {
        let line = |what: What| json!({ "what": what.name(), "about": what.about() });
        Ok(json!({ "data": What::ALL.map(line) }))
    })
    .await
}

async fn trigger(State(controls): State<Controls>, request: Request) -> Response {
    let visitor = request.headers().clone();
    answer(controls, request, |controls, request| async move {
        let Trigger { what, family, code_mode, card_id, openid } = body(request).await?;
        let what = one_of("what", &what, What::ALL.map(|what| (what.name(), what)))?;
        let family = family.as_deref().unwrap_or("partner");
        let family = one_of("family", family, [("partner", Family::Partner), ("brand", Family::Brand)])?;
        let code_mode = code_mode.as_deref().unwrap_or("system");
        let code_modes = [("system", CodeMode::System), ("merchant", CodeMode::Merchant)];
        let code_mode = one_of("code_mode", code_mode, code_modes)?;
        let card_id = card_id.unwrap_or_else(|| what.own_template(family, code_mode));
        let run = Run::begin(&controls, &visitor, family, card_id, openid).await?;
        run.bring_about(what).await
    })
    .await
}

/// Returns the value of a name.
fn one_of<T: Copy, const N: usize>(
    field: &'static str,
    given: &str,
    values: [(&'static str, T); N],
) -> Result<T, Failure> {
    let found = values.iter().find(|(name, _)| *name == given);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names = values.map(|(name, _)| name);
        Failure::Invalid {
            field,
            what: Bilingual::new(
                format!("{given:?} is not possible; it must be one of {}", names.join(", ")),
                format!("{given:?} 无效；须为以下之一：{}", names.join("、")),
            ),
        }
    })
}

/// A failure of one step, with the steps up to it.
fn failed(what: Bilingual, steps: Vec<Value>) -> Failure {
    Failure::StepFailed { what, steps }
}
