//! JSON Schemas of requests and responses, for the OpenAPI document and for the help of tools (feature `schema`).
//!
//! The structs and their documentation are the only source: names, types, limits, required members and descriptions
//! come from them.

mod chinese;
mod field;
mod fields;

pub use field::{Field, FieldType};
pub use fields::fields;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// Path of the schemas that others refer to, as references write it.
const DEFINITIONS: &str = "#/components/schemas/";

/// Returns a generator of schemas, which keeps those that others refer to, as an OpenAPI document names them.
pub fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12()
        .with(|s| s.definitions_path = "/components/schemas".into())
        .into_generator()
}

/// Makes a schema describe the JSON that is sent: an optional member exists or not, and is never null. Descriptions
/// lose their Rust notation.
pub fn settle(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(settle),
        Value::Object(members) => {
            members.values_mut().for_each(settle);
            drop_null(members);
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = plain_words(text);
            }
        }
        _ => {}
    }
}

fn drop_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            schema["type"] = only;
        }
    }
    let null = json!({ "type": "null" });
    let Some(Value::Array(choices)) = schema.get_mut("anyOf") else { return };
    let before = choices.len();
    choices.retain(|choice| *choice != null);
    if let ([Value::Object(only)], true) = (&choices[..], choices.len() < before) {
        let only = only.clone();
        schema.shift_remove("anyOf");
        for (name, value) in only {
            schema.entry(name).or_insert(value);
        }
    }
}

/// Returns rustdoc text with its links reduced to their words.
fn plain_words(text: &str) -> String {
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((name, after)) = link.split_once("`]") else { break };
        let target = after.strip_prefix('(').and_then(|target| target.split_once(')'));
        words.push_str(&format!("{before}`{name}`"));
        rest = target.map_or(after, |(_, after)| after);
    }
    words + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_may_be_null_and_no_link_is_left() {
        let mut schema = json!({
            "properties": {
                "a": { "anyOf": [{ "$ref": "#/x" }, { "type": "null" }], "description": "a [`B`](super::B) or [`C`]." },
                "b": { "type": ["integer", "null"], "format": "int64" },
                "c": { "anyOf": [{ "enum": ["D"] }, { "type": "string" }] }
            }
        });
        settle(&mut schema);
        let wanted = json!({
            "properties": {
                "a": { "description": "a `B` or `C`.", "$ref": "#/x" },
                "b": { "type": "integer", "format": "int64" },
                "c": { "anyOf": [{ "enum": ["D"] }, { "type": "string" }] }
            }
        });
        assert_eq!(schema, wanted);
    }
}
