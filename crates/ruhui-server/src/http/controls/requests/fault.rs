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
    if decisive.time().is_some() {
        shown["state_written"] = json!(is_written(exchange));
    }
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
    let named = format!("fault {}: {}", fault.id, fault.kind().as_str());
    let time = match fault.time() {
        Some(FaultTime::Before) => "before the commit",
        Some(FaultTime::After) => "after the commit",
        // The fault of a callback has to do with no commit.
        None => return Some(named),
    };
    let state = if is_written(exchange) { "state was written" } else { "no state was written" };
    Some(format!("{named} {time}, {state}"))
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
    plan.fault.as_ref().or_else(|| plan.delays.first())
}

/// Returns a fault with its rule.
pub(in crate::http::controls) fn one(fault: &PlayedFault, masking: Masking) -> Value {
    let mut rule = json!(*fault.rule);
    if masking == Masking::On {
        if let Some(openid) = &fault.rule.openid {
            rule["openid"] = json!(mask::id(openid));
        }
        if let Some(path) = &fault.rule.path {
            rule["path"] = json!(mask::target(path));
        }
    }
    let mut shown = json!({ "id": *fault.id, "fault": fault.kind().as_str(), "rule": rule });
    if let Some(time) = fault.time() {
        shown["at"] = json!(time);
    }
    shown
}

/// Whether the request has written records.
fn is_written(exchange: &Exchange) -> bool {
    let is_durable = exchange.stages().any(|(stage, _)| stage == Stage::Committed);
    is_durable && !exchange.written().is_empty()
}
