//! Triggers: their list, and the result of one.
//!
//! The address of a result names its steps: the number of each request in the log, and each act of the user. What the
//! page says about them comes from the controls, so a result can be opened again, and pasted into a chat.

use super::texts::LabTexts;
use crate::controls::{segment, with_query};
use crate::form::Entered;
use crate::language::Both;
use crate::problem::Problem;
use crate::visit::Visit;
use serde::Deserialize;
use serde_json::{Value, json};

/// Number of steps that a result has at most.
const MOST: usize = 10;

/// A trigger of the list.
#[derive(Deserialize)]
pub(super) struct Trigger {
    pub(super) what: String,
    pub(super) about: Both,
}

/// A step of a result.
pub(super) enum Step {
    /// A request of the merchant.
    Request {
        /// Number in the log.
        number: u64,
        /// The endpoint; empty if the log no longer has the request.
        name: String,
        status: Option<u16>,
    },
    /// An act of the user.
    Act(String),
}

/// The result of a trigger.
pub(super) struct TriggerResult {
    pub(super) what: String,
    pub(super) steps: Vec<Step>,
    pub(super) openid: String,
    pub(super) card_id: String,
    pub(super) state: String,
    pub(super) events: Vec<Event>,
}

/// A callback about the user.
#[derive(Deserialize)]
pub(super) struct Event {
    pub(super) event_id: String,
    event_type: String,
}

impl Event {
    /// Returns the last two words of the type: `USER_CARD.CREATE`.
    pub(super) fn short_type(&self) -> &str {
        let mut dots = self.event_type.rmatch_indices('.');
        dots.next();
        dots.next().map_or(&self.event_type, |(at, _)| &self.event_type[at + 1..])
    }

    pub(super) fn segment(&self) -> String {
        segment(&self.event_id)
    }
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct Logged {
    #[serde(default)]
    endpoint: String,
    status: Option<u16>,
}

pub(super) async fn load(visit: &Visit) -> Result<Vec<Trigger>, Problem> {
    let list: List<Trigger> = visit.controls.get("/sandbox/triggers").await?;
    Ok(list.data)
}

/// Returns the body for the control. Empty fields are left out.
pub(super) fn body(entered: &Entered) -> Value {
    let mut body = json!({ "what": entered.value("what") });
    for name in ["family", "code_mode", "card_id", "openid"] {
        let value = entered.value(name).trim();
        if !value.is_empty() {
            body[name] = json!(value);
        }
    }
    body
}

/// Returns the query of a result's address.
pub(super) fn address(done: &Value) -> Vec<(&'static str, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let steps = done["steps"].as_array().map_or(&[][..], Vec::as_slice);
    let steps: Vec<String> = steps
        .iter()
        .filter_map(|step| {
            step["exchange"].as_u64().map(|id| id.to_string()).or_else(|| Some(text(&step["act"])))
        })
        .collect();
    vec![
        ("triggered", text(&done["trigger"])),
        ("steps", steps.join(",")),
        ("card_id", text(&done["card"]["card_id"])),
        ("openid", text(&done["card"]["openid"])),
        ("state", text(&done["card"]["user_card_state"])),
    ]
}

/// Reads the result that the address names.
pub(super) async fn result(visit: &Visit, t: &LabTexts) -> Option<TriggerResult> {
    let what = visit.query("triggered");
    if what.is_empty() {
        return None;
    }
    let mut steps = Vec::new();
    for word in visit.query("steps").split(',').filter(|word| !word.is_empty()).take(MOST) {
        match word.parse::<u64>() {
            Ok(number) => {
                let logged = visit.controls.get::<Logged>(&format!("/sandbox/requests/{number}")).await.ok();
                let status = logged.as_ref().and_then(|logged| logged.status);
                let name = logged.map(|logged| logged.endpoint).unwrap_or_default();
                steps.push(Step::Request { number, name, status });
            }
            Err(_) => steps.extend(act(word, t).map(|said| Step::Act(said.to_owned()))),
        }
    }
    let openid = visit.query("openid").to_owned();
    let events = match openid.is_empty() {
        true => Vec::new(),
        false => {
            let target = with_query("/sandbox/events", &[("openid", &openid)]);
            visit.controls.get::<List<Event>>(&target).await.map(|list| list.data).unwrap_or_default()
        }
    };
    Some(TriggerResult {
        what: what.to_owned(),
        steps,
        openid,
        card_id: visit.query("card_id").to_owned(),
        state: visit.query("state").to_owned(),
        events,
    })
}

fn act(name: &str, t: &LabTexts) -> Option<&'static str> {
    match name {
        "join" => Some(t.act_join),
        "view_points" => Some(t.act_view_points),
        "redeem_points" => Some(t.act_redeem_points),
        "delete_card" => Some(t.act_delete_card),
        _ => None,
    }
}

/// Returns the steps up to the one that was rejected, which the error of the control has.
pub(super) fn steps_of(problem: &Problem, visit: &Visit) -> Vec<Step> {
    let steps = problem.detail["steps"].as_array().map_or(&[][..], Vec::as_slice);
    let step = |step: &Value| match step["exchange"].as_u64() {
        Some(number) => Step::Request {
            number,
            name: step["name"].as_str().unwrap_or_default().to_owned(),
            status: step["status"].as_u64().and_then(|status| status.try_into().ok()),
        },
        None => {
            let about = visit.language.pick("en", "zh");
            Step::Act(
                step["about"][about]
                    .as_str()
                    .or_else(|| step["name"].as_str())
                    .unwrap_or_default()
                    .to_owned(),
            )
        }
    };
    steps.iter().map(step).collect()
}

impl TriggerResult {
    /// Returns the address of the member.
    pub(super) fn member(&self) -> String {
        format!("/members/{}/{}", segment(&self.card_id), segment(&self.openid))
    }
}
