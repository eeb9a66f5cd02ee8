//! Made-up values for the form of a join component.

use serde_json::{Value, json};

/// Returns a value for each field of a template's form. Choices get their first value.
pub(super) fn answers(asked: &Value) -> Value {
    let list = |name: &str| asked[name].as_array().cloned().unwrap_or_default();
    let common: Vec<Value> =
        list("common_field_list").iter().map(|name| json!({ "name": name, "value": common(name) })).collect();
    let custom: Vec<Value> = list("custom_field_list")
        .iter()
        .map(|field| json!({ "name": field["name"], "user_chosen_values": [field["values"][0]] }))
        .collect();
    json!({ "common_field_list": common, "custom_field_list": custom })
}

fn common(name: &Value) -> &'static str {
    match name.as_str().and_then(|name| name.rsplit('_').next()) {
        Some("SEX") => "女",
        Some("BIRTHDAY") => "2000-01-01",
        Some("EMAIL") => "member@example.com",
        Some("ADDRESS") => "深圳市南山区",
        Some("CITY") => "深圳市",
        _ => "小会",
    }
}
