//! Faults: the rules in force, the table of kinds, and the form of a rule.

use super::texts::LabTexts;
use crate::form::Entered;
use crate::language::{Both, Language};
use crate::problem::Problem;
use crate::visit::Visit;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The kind that the form shows first.
const FIRST: &str = "system-error";

/// The members of a rule that are numbers.
const NUMBERS: [&str; 5] = ["delay_ms", "nth", "times", "probability", "seed"];

/// The part of the page about faults.
pub(super) struct FaultsView {
    pub(super) rules: Vec<Rule>,
    /// The kinds by their groups, in the order of the table.
    pub(super) groups: Vec<(&'static str, Vec<String>)>,
    pub(super) kind: Kind,
    pub(super) fields: Vec<Field>,
}

/// A kind of fault.
#[derive(Deserialize)]
pub(super) struct Kind {
    pub(super) fault: String,
    group: String,
    members: Vec<String>,
    pub(super) what: Both,
    pub(super) client: Both,
}

/// A rule in force.
#[derive(Deserialize)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) fault: String,
    pub(super) source: String,
    pub(super) matched: u64,
    pub(super) played: u64,
    pub(super) is_spent: bool,
    #[serde(flatten)]
    members: BTreeMap<String, Value>,
}

impl Rule {
    /// Returns the members that the rule has, as text.
    pub(super) fn conditions(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.members.iter().map(|(name, value)| format!("{name} {}", text(value))).collect()
    }

    /// Returns how often the rule will still play its fault; `None` if it has no bound.
    pub(super) fn remaining(&self) -> Option<u64> {
        let number = |name: &str| self.members.get(name).and_then(Value::as_u64);
        let most = number("times").or_else(|| number("nth").map(|_| 1))?;
        Some(if self.is_spent { 0 } else { most.saturating_sub(self.played) })
    }
}

/// A field of the form.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) label: &'static str,
    pub(super) value: String,
    /// The possible values; empty for a text.
    pub(super) choices: &'static [&'static str],
    pub(super) is_number: bool,
    pub(super) is_required: bool,
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

/// Reads the rules and the kinds. The form is of the kind that the visitor has chosen.
pub(super) async fn load(visit: &Visit, entered: &Entered, t: &LabTexts) -> Result<FaultsView, Problem> {
    let rules: List<Rule> = visit.controls.get("/sandbox/faults").await?;
    let kinds: List<Kind> = visit.controls.get("/sandbox/faults/kinds").await?;
    let mut groups: Vec<(&'static str, Vec<String>)> = Vec::new();
    for kind in &kinds.data {
        let group = group(&kind.group, t);
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, names)) => names.push(kind.fault.clone()),
            None => groups.push((group, vec![kind.fault.clone()])),
        }
    }
    let chosen =
        if entered.value("fault").is_empty() { visit.query("fault") } else { entered.value("fault") };
    let mut kinds = kinds.data;
    let position = |name: &str| kinds.iter().position(|kind| kind.fault == name);
    let index = position(chosen).or_else(|| position(FIRST)).unwrap_or_default();
    if kinds.is_empty() {
        return Err(Problem::internal("the table of faults is empty"));
    }
    let kind = kinds.swap_remove(index);
    let fields = kind.members.iter().map(|name| field(name, &kind, entered, t)).collect();
    Ok(FaultsView { rules: rules.data, groups, kind, fields })
}

fn group(name: &str, t: &LabTexts) -> &'static str {
    match name {
        "request" => t.group_request,
        "response" => t.group_response,
        "callback" => t.group_callback,
        "store" => t.group_store,
        "host" => t.group_host,
        _ => t.group_other,
    }
}

fn field(name: &str, kind: &Kind, entered: &Entered, t: &LabTexts) -> Field {
    let label = match name {
        "at" => t.member_at,
        "path" => t.member_path,
        "method" => t.member_method,
        "caller" => t.member_caller,
        "openid" => t.member_openid,
        "host" => t.member_host,
        "event_type" => t.member_event_type,
        "nth" => t.member_nth,
        "times" => t.member_times,
        "probability" => t.member_probability,
        "seed" => t.member_seed,
        "delay_ms" => t.member_delay_ms,
        _ => "",
    };
    let choices: &'static [&'static str] = match name {
        "at" => &["before", "after"],
        "host" => &["main", "backup"],
        "method" => &["GET", "POST", "PUT", "PATCH", "DELETE"],
        _ => &[],
    };
    let is_required = name == "delay_ms" || (name == "host" && kind.fault == "host-down");
    let value = entered.value(name).to_owned();
    Field { name: name.to_owned(), label, value, choices, is_number: NUMBERS.contains(&name), is_required }
}

/// Returns the rule that the form describes. Empty fields are left out. A text that is no number goes to the control as
/// it is, which names the field in its error.
pub(super) fn rule(entered: &Entered) -> Value {
    let mut rule = Map::new();
    for (name, value) in entered.fields().filter(|(name, value)| *name != "act" && !value.trim().is_empty()) {
        let value = value.trim();
        let number = NUMBERS.contains(&name).then(|| serde_json::from_str::<serde_json::Number>(value).ok());
        rule.insert(name.to_owned(), number.flatten().map_or_else(|| json!(value), Value::Number));
    }
    Value::Object(rule)
}

impl FaultsView {
    /// Returns the effect of the chosen kind. Templates pass values by reference.
    pub(super) fn what(&self, language: &Language) -> &str {
        self.kind.what.of(language)
    }

    /// Returns the behaviour of a correct client.
    pub(super) fn client(&self, language: &Language) -> &str {
        self.kind.client.of(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_the_fields_that_are_filled_in() {
        let entered = Entered::from([
            ("act", "add-fault"),
            ("fault", "delay"),
            ("delay_ms", " 20 "),
            ("times", "many"),
            ("path", ""),
            ("probability", "0.5"),
            ("caller", "1900000001"),
        ]);
        let wanted = json!({
            "fault": "delay", "delay_ms": 20, "times": "many", "probability": 0.5, "caller": "1900000001",
        });
        assert_eq!(rule(&entered), wanted);
    }
}
