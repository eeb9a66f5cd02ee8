//! The page of the lab.

use super::faults::{self, FaultsView};
use super::snapshots::{self, Snapshot};
use super::texts::LabTexts;
use super::triggers::{self, Step, Trigger, TriggerResult};
use crate::form::Entered;
use crate::frame::{Frame, Nav};
use crate::language::Language;
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

/// An act that a control has rejected.
pub(super) struct Failed {
    pub(super) act: String,
    pub(super) problem: Problem,
}

/// The result of a reload of `ruhui.toml`.
pub(super) struct Reloaded {
    /// Keys with what happened to them.
    pub(super) changes: Vec<(String, String)>,
    pub(super) at_next_start: Vec<String>,
}

/// The results of an act, which the page shows next to its form.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) entered: Entered,
    pub(super) failed: Option<Failed>,
    pub(super) reloaded: Option<Reloaded>,
}

#[derive(Template)]
#[template(path = "lab/page.html")]
struct LabPage {
    frame: Frame,
    t: &'static LabTexts,
    clock: Clock,
    faults: FaultsView,
    triggers: Vec<Trigger>,
    result: Option<TriggerResult>,
    /// The steps of a trigger up to the one that was rejected.
    failed_steps: Vec<Step>,
    snapshots: Result<Vec<Snapshot>, Problem>,
    entered: Entered,
    failed: Option<Failed>,
    reloaded: Option<Reloaded>,
    done: String,
}

/// The business clock.
#[derive(Deserialize)]
struct Clock {
    now: String,
    ahead_seconds: i64,
    frozen: bool,
    machine_time: String,
}

impl Clock {
    fn now_long(&self) -> String {
        time::long(&self.now)
    }

    fn machine_long(&self) -> String {
        time::long(&self.machine_time)
    }

    fn ahead(&self, language: &Language) -> String {
        time::ahead(self.ahead_seconds, *language)
    }
}

impl LabPage {
    /// Returns the problem of one of these acts, if the visitor has just tried one of them.
    fn problem(&self, acts: &[&str]) -> Option<&Problem> {
        self.failed
            .as_ref()
            .filter(|failed| acts.contains(&failed.act.as_str()))
            .map(|failed| &failed.problem)
    }

    /// Returns a value that the form of this act has sent, or what it shows otherwise.
    fn value<'a>(&'a self, act: &str, field: &str, other: &'a str) -> &'a str {
        if self.entered.value("act") == act { self.entered.value(field) } else { other }
    }

    fn is_done(&self, what: &str) -> bool {
        self.done == what
    }

    /// Returns the units of a duration, with their names.
    fn units(&self) -> [(&'static str, &'static str); 4] {
        let t = self.t;
        [("minutes", t.minutes), ("seconds", t.seconds), ("hours", t.hours), ("days", t.days)]
    }

    fn families(&self) -> [(&'static str, &'static str); 2] {
        [("partner", self.t.partner), ("brand", self.t.brand)]
    }

    fn code_modes(&self) -> [(&'static str, &'static str); 2] {
        [("system", self.t.by_system), ("merchant", self.t.by_merchant)]
    }

    /// Returns the line and the key of a mistake in `ruhui.toml`.
    fn mistake(&self, problem: &Problem) -> Option<Mistake> {
        serde_json::from_value((*problem.detail).clone()).ok()
    }
}

/// The place of a mistake in `ruhui.toml`.
#[derive(Deserialize)]
struct Mistake {
    file: String,
    line: Option<u64>,
    key: Option<String>,
}

pub(super) async fn show(visit: Visit) -> Response {
    render(&visit, Shown::default()).await
}

/// Responds with the page, and with the results of an act.
pub(super) async fn render(visit: &Visit, shown: Shown) -> Response {
    let status = Problem::status_of(shown.failed.as_ref().map(|failed| &failed.problem));
    visit.respond_with(status, load(visit, shown).await).await
}

async fn load(visit: &Visit, Shown { entered, failed, reloaded }: Shown) -> Result<LabPage, Problem> {
    let t = LabTexts::of(visit.language);
    let is_trigger = |failed: &&Failed| failed.act == "trigger";
    let failed_steps = failed.as_ref().filter(is_trigger);
    let failed_steps = failed_steps.map(|failed| triggers::steps_of(&failed.problem, visit));
    Ok(LabPage {
        frame: visit.frame(Nav::Lab, t.title).await,
        t,
        clock: visit.controls.get("/sandbox/clock").await?,
        faults: faults::load(visit, &entered, t).await?,
        triggers: triggers::load(visit).await?,
        result: triggers::result(visit, t).await,
        failed_steps: failed_steps.unwrap_or_default(),
        snapshots: snapshots::load(visit).await,
        done: if failed.is_some() { String::new() } else { visit.query("done").to_owned() },
        entered,
        failed,
        reloaded,
    })
}

/// The error for a form that names no act of the lab.
pub(super) fn unknown_act(language: Language) -> Problem {
    let message = language.pick("the form names no act of this page", "表单没有指定本页的操作");
    Problem::new(StatusCode::BAD_REQUEST, "PARAM_ERROR", message)
}
