//! Acts of the lab. Each uses one control; then the browser is sent back to the page.

use super::page::{self, Failed, Reloaded, Shown};
use super::{faults, triggers};
use crate::controls::{segment, with_query};
use crate::form::Entered;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::Form;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// The result of an act, for the address to which the browser is sent back.
struct Done {
    query: Vec<(&'static str, String)>,
    section: &'static str,
}

impl Done {
    /// The act is done, and the section of the page says so.
    fn at(section: &'static str, what: &'static str) -> Self {
        Self { query: vec![("done", what.to_owned())], section }
    }

    fn response(&self) -> Response {
        let query: Vec<_> = self.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let address = format!("{}#{}", with_query("/lab", &query), self.section);
        Redirect::to(&address).into_response()
    }
}

/// Does the act that the form names.
pub(super) async fn act(visit: Visit, Form(entered): Form<Entered>) -> Response {
    if entered.value("act") == "reload" {
        return reload(&visit, entered).await;
    }
    match done(&visit, &entered).await {
        Ok(done) => done.response(),
        Err(problem) => {
            let failed = Failed { act: entered.value("act").to_owned(), problem };
            page::render(&visit, Shown { entered, failed: Some(failed), reloaded: None }).await
        }
    }
}

async fn done(visit: &Visit, entered: &Entered) -> Result<Done, Problem> {
    let controls = &visit.controls;
    let post = async |path: &str, body: Value| controls.post::<Value>(path, &body).await;
    match entered.value("act") {
        "advance" => {
            post("/sandbox/clock", json!({ "advance_seconds": duration(entered) })).await?;
            Ok(Done::at("clock", "clock"))
        }
        "set" => {
            post("/sandbox/clock", json!({ "set": entered.value("time") })).await?;
            Ok(Done::at("clock", "clock"))
        }
        "freeze" | "resume" => {
            post("/sandbox/clock", json!({ entered.value("act"): true })).await?;
            Ok(Done::at("clock", "clock"))
        }
        "add-fault" => {
            post("/sandbox/faults", faults::rule(entered)).await?;
            Ok(Done::at("faults", "fault_added"))
        }
        "remove-fault" => {
            controls.delete::<Value>(&format!("/sandbox/faults/{}", segment(entered.value("id")))).await?;
            Ok(Done::at("faults", "fault_removed"))
        }
        "clear-faults" => {
            controls.delete::<Value>("/sandbox/faults").await?;
            Ok(Done::at("faults", "faults_cleared"))
        }
        "trigger" => {
            let done = controls.post("/sandbox/triggers", &triggers::body(entered)).await?;
            Ok(Done { query: triggers::address(&done), section: "triggers" })
        }
        "keep" => {
            let overwrite = entered.value("overwrite") == "true";
            post("/sandbox/snapshots", json!({ "name": entered.value("name"), "overwrite": overwrite }))
                .await?;
            Ok(Done::at("snapshots", "kept"))
        }
        "restore" => {
            post("/sandbox/restore", json!({ "name": entered.value("name") })).await?;
            Ok(Done::at("snapshots", "restored"))
        }
        "delete" => {
            let name = segment(entered.value("name"));
            controls.delete::<Value>(&format!("/sandbox/snapshots/{name}")).await?;
            Ok(Done::at("snapshots", "deleted"))
        }
        "reset" => {
            post("/sandbox/reset", json!({})).await?;
            Ok(Done::at("state", "reset"))
        }
        _ => Err(page::unknown_act(visit.language)),
    }
}

/// Applies `ruhui.toml`. What it changed stands on the page itself: a second time does no harm.
async fn reload(visit: &Visit, entered: Entered) -> Response {
    #[derive(Deserialize)]
    struct Reload {
        changes: Vec<Change>,
        at_next_start: Vec<String>,
    }
    #[derive(Deserialize)]
    struct Change {
        key: String,
        change: String,
    }
    let reloaded = visit.controls.post::<Reload>("/sandbox/reload", &json!({})).await;
    let shown = match reloaded {
        Ok(Reload { changes, at_next_start }) => {
            let changes = changes.into_iter().map(|Change { key, change }| (key, change)).collect();
            Shown { entered, failed: None, reloaded: Some(Reloaded { changes, at_next_start }) }
        }
        Err(problem) => {
            let failed = Failed { act: "reload".to_owned(), problem };
            Shown { entered, failed: Some(failed), reloaded: None }
        }
    };
    page::render(visit, shown).await
}

/// The seconds of a duration. What is no number goes to the control as it is, which names it in its error.
fn duration(entered: &Entered) -> Value {
    let factor = match entered.value("unit") {
        "minutes" => 60,
        "hours" => 3_600,
        "days" => 86_400,
        _ => 1,
    };
    let amount = entered.value("amount").trim();
    amount.parse::<i64>().map_or_else(|_| json!(amount), |amount| json!(amount.saturating_mul(factor)))
}
