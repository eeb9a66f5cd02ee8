//! Conversions between texts, numbers and booleans in received values.

use crate::wire::tree::Node;
use serde_json::Number;

/// Returns the text that a number or a boolean stands for.
///
/// Returns `None` for a number that JSON readers round: its digits are lost, and other digits would name
/// another thing.
pub(super) fn text(node: &Node) -> Option<String> {
    match node {
        Node::Bool(value) => Some(value.to_string()),
        Node::Number(number) if is_exact(number) => Some(whole(number).to_string()),
        Node::String(text) | Node::Parameter(text) => Some(text.clone()),
        _ => None,
    }
}

/// 2 to the power of 53: floating-point numbers do not represent all integers above it exactly.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

fn is_exact(number: &Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|number| number.abs() < LARGEST_EXACT)
}

/// Returns a number without a fraction as an integer: `11.0` becomes 11.
#[allow(clippy::cast_possible_truncation, reason = "whole, and exact")]
pub(super) fn whole(number: &Number) -> Number {
    match number.as_f64() {
        Some(value) if number.is_f64() && is_exact(number) && value.fract() == 0.0 => (value as i64).into(),
        _ => number.clone(),
    }
}

/// Returns the integer that a text stands for.
pub(super) fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    let digits = text.strip_prefix('+').unwrap_or(text);
    match (digits.parse::<u64>(), digits.parse::<i64>()) {
        (Ok(number), _) => Some(number.into()),
        (_, Ok(number)) => Some(number.into()),
        _ => digits.parse().ok().map(|number: Number| whole(&number)),
    }
}

/// Returns the boolean that a text or a number stands for.
pub(super) fn truth(node: &Node) -> Option<bool> {
    let text = text(node)?;
    match text.trim() {
        yes if yes.eq_ignore_ascii_case("true") || yes == "1" => Some(true),
        no if no.eq_ignore_ascii_case("false") || no == "0" => Some(false),
        _ => None,
    }
}

/// Returns whether a value is empty: a text, list or object that some languages write for an empty group or
/// list.
pub(super) fn is_nothing(node: &Node) -> bool {
    match node {
        Node::String(text) => text.is_empty(),
        Node::Array(items) => items.is_empty(),
        Node::Object(members) => members.is_empty(),
        _ => false,
    }
}
