//! Fault rules and kinds as text, at most 80 columns wide.

use crate::controls::text;
use crate::language::Language;
use crate::wrap;
use ruhui_server::faults::FaultRow;
use serde_json::Value;

/// Width of a line in columns of a terminal.
const WIDTH: usize = 80;
/// Columns by which all lines but the first are indented.
const INDENT: usize = 6;

/// The members of a rule, in the order in which they are shown.
const MEMBERS: [&str; 12] = [
    "at",
    "path",
    "method",
    "caller",
    "openid",
    "host",
    "event_type",
    "nth",
    "times",
    "probability",
    "seed",
    "delay_ms",
];

/// Returns a rule: its id and its kind, its members as the request header writes them, and how often it was played.
pub(super) fn rule(rule: &Value, language: Language) -> String {
    let head = format!("{:<4}  {}", text(rule, "id"), text(rule, "fault"));
    let members = MEMBERS.iter().filter_map(|name| match &rule[*name] {
        Value::Null => None,
        Value::String(value) => Some(format!("{name}={value}")),
        value => Some(format!("{name}={value}")),
    });
    let members = members.collect::<Vec<_>>().join("; ");
    let mut lines = vec![head];
    if !members.is_empty() {
        lines.push(indented(&members));
    }
    lines.push(indented(&counts(rule, language)));
    lines.join("\n")
}

fn counts(rule: &Value, language: Language) -> String {
    let file = if rule["source"] == "ruhui.toml" {
        language.pick("; from ruhui.toml", "；来自 ruhui.toml")
    } else {
        ""
    };
    if rule["fault"] == "host-down" {
        return language.pick(format!("until it is removed{file}"), format!("移除之前一直有效{file}"));
    }
    let (matched, played) = (&rule["matched"], &rule["played"]);
    let spent = match rule["is_spent"] == true {
        true => language.pick("; not played again", "；不再触发"),
        false => "",
    };
    language.pick(
        format!("matched {matched}, played {played}{spent}{file}"),
        format!("已匹配 {matched} 次，已触发 {played} 次{spent}{file}"),
    )
}

/// Returns a kind: its name, what happens, and what a correct client does.
pub(super) fn kind(row: &FaultRow, language: Language) -> String {
    let client = language.pick(
        format!("A correct client {}.", row.client.en()),
        format!("正确的客户端：{}。", row.client.zh()),
    );
    format!("{}\n{}\n{}", row.name, indented(&language.say(&row.what)), indented(&client))
}

fn indented(text: &str) -> String {
    wrap::indented(text, INDENT, WIDTH).trim_end().to_owned()
}
