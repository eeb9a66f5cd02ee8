//! The page of one activity, with the form of its changes.

use super::form;
use super::texts::ActivitiesTexts;
use crate::controls::segment;
use crate::form::{Entered, Field, FieldKind, refill};
use crate::frame::{Frame, Nav};
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde_json::Value;

#[derive(Template)]
#[template(path = "activities/show.html")]
struct ActivityPage {
    frame: Frame,
    t: &'static ActivitiesTexts,
    activity: Activity,
    json: String,
    fields: Vec<Field>,
    problem: Option<Problem>,
    done: Option<&'static str>,
}

/// An activity, as the control shows it.
struct Activity(Value);

impl Activity {
    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_default()
    }

    fn number(&self, name: &str) -> String {
        self.0[name].to_string()
    }

    fn time(&self, name: &str) -> String {
        time::long(self.text(name))
    }

    fn badge(&self) -> &'static str {
        super::badge::badge(self.text("activity_state"))
    }

    fn is_running(&self) -> bool {
        matches!(self.text("activity_state"), "MEMBERSHIP_ACTIVITY_CREATED" | "MEMBERSHIP_ACTIVITY_EFFECTIVE")
    }
}

pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Response {
    render(&visit, &id, None, &Entered::default()).await
}

/// Responds with the page of an activity, and with the problem of an act and the values that were entered.
pub(super) async fn render(visit: &Visit, id: &str, problem: Option<Problem>, entered: &Entered) -> Response {
    let status = Problem::status_of(problem.as_ref());
    visit.respond_with(status, load(visit, id, problem, entered).await).await
}

/// Reads an activity.
///
/// # Errors
///
/// The error of the control.
pub(super) async fn read(visit: &Visit, id: &str) -> Result<Value, Problem> {
    visit.controls.get(&format!("/sandbox/state/activities/{}", segment(id))).await
}

async fn load(
    visit: &Visit,
    id: &str,
    problem: Option<Problem>,
    entered: &Entered,
) -> Result<ActivityPage, Problem> {
    let activity = Activity(read(visit, id).await?);
    let t = ActivitiesTexts::of(visit.language);
    let mut fields = form::changes(t, &activity.0);
    refill(&mut fields, entered);
    let address = format!("/activities/{}", segment(id));
    Ok(ActivityPage {
        frame: visit.frame_at(Nav::Activities, activity.text("title"), &address).await,
        t,
        json: serde_json::to_string_pretty(&activity.0).map_err(Problem::internal)?,
        fields,
        problem,
        done: t.done(visit.query("done")),
        activity,
    })
}
