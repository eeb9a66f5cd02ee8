//! The fault of an exchange, for its JSON and for its HAR.

use super::mask;
use super::view::Masking;
use crate::faults::{FaultTime, PlayedFault};
use crate::request_log::{Exchange, Stage};
use serde_json::{Value, json};

/// Returns the fault that was played on an exchange. Of several, that is the one that was no delay.
pub(super) fn of(exchange: &Exchange, masking: Masking) -> Option<Value> {
    let plan = exchange.notes.faults.as_deref()?;
    let decisive = decisive(exchange)?;
    let mut shown = one(decisive, masking);
    shown["state_written"] = json!(is_written(exchange));
    let others = plan.delays.iter().filter(|delay| !std::ptr::eq(*delay, decisive));
    let others: Vec<Value> = others.map(|delay| one(delay, masking)).collect();
    if !others.is_empty() {
        shown["delays"] = others.into();
    }
    Some(shown)
}

/// Names the fault in a few words.
pub(super) fn comment(exchange: &Exchange) -> Option<String> {
    let fault = decisive(exchange)?;
    let time = match fault.time() {
        Some(FaultTime::Before) => " before the commit",
        Some(FaultTime::After) => " after the commit",
        None => "",
    };
    let state = if is_written(exchange) { "state was written" } else { "no state was written" };
    Some(format!("fault {}: {}{time}, {state}", fault.id, fault.kind().as_str()))
}

/// Whether the exchange has a fault of this kind; of any kind if `name` is `any`.
pub(super) fn is_played(exchange: &Exchange, name: &str) -> bool {
    exchange.notes.faults.as_deref().is_some_and(|plan| {
        let mut played = plan.fault.iter().chain(&plan.delays);
        played.any(|fault| name == "any" || fault.kind().as_str() == name)
    })
}

fn decisive(exchange: &Exchange) -> Option<&PlayedFault> {
    let plan = exchange.notes.faults.as_deref()?;
    plan.fault.as_ref().or(plan.delays.first())
}

fn one(fault: &PlayedFault, masking: Masking) -> Value {
    let mut rule = json!(*fault.rule);
    if masking == Masking::On {
        if let Some(openid) = &fault.rule.openid {
            rule["openid"] = json!(mask::id(openid));
        }
        if let Some(path) = &fault.rule.path {
            rule["path"] = json!(mask::target(path));
        }
    }
    json!({ "id": *fault.id, "fault": fault.kind().as_str(), "at": fault.time(), "rule": rule })
}

/// Whether the request has written records.
fn is_written(exchange: &Exchange) -> bool {
    let is_durable = exchange.stages().any(|(stage, _)| stage == Stage::Committed);
    is_durable && !exchange.written().is_empty()
}
