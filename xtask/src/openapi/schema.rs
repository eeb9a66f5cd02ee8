//! Converts the structs' schemas into the schemas of the document.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// Returns a generator of schemas, which keeps those that others refer to.
pub(super) fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12()
        .with(|s| s.definitions_path = "/components/schemas".into())
        .into_generator()
}

/// Converts `create_card_template` to `CreateCardTemplate`.
pub(super) fn pascal_case(name: &str) -> String {
    name.split('_')
        .flat_map(|word| word[..1].to_uppercase().chars().chain(word[1..].chars()).collect::<Vec<_>>())
        .collect()
}

/// Makes a schema describe the JSON that is sent: an optional member exists or not, and is never null. Descriptions
/// lose their Rust notation.
pub(super) fn settle(value: &mut Value) {
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

/// A struct's fields by their location: in the path if it names them, otherwise in the query for GET and in the body
/// for other methods.
pub(super) struct Split {
    pub(super) parameters: Vec<Value>,
    /// The body's schema; `None` if no field is in the body.
    pub(super) body: Option<Value>,
}

impl Split {
    pub(super) fn of(schema: &Value, is_get: bool, is_in_path: impl Fn(&str) -> bool) -> Self {
        let none = Map::new();
        let fields = schema["properties"].as_object().unwrap_or(&none).iter();
        let fields = fields.filter(|(_, field)| !is_never(field));
        let required = |name: &str| {
            schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name))
        };
        let (in_path, rest): (Vec<_>, Vec<_>) = fields.partition(|(name, _)| is_in_path(name));
        let parameter = |place: &str, name: &str, field: &Value| {
            let mut field = field.clone();
            let description = field.as_object_mut().and_then(|field| field.remove("description"));
            let mut parameter = json!({ "name": name, "in": place, "required": required(name) });
            if let Some(description) = description {
                parameter["description"] = description;
            }
            parameter["schema"] = field;
            parameter
        };
        let mut parameters: Vec<Value> =
            in_path.iter().map(|(name, field)| parameter("path", name, field)).collect();
        if is_get {
            parameters.extend(rest.iter().map(|(name, field)| parameter("query", name, field)));
            return Self { parameters, body: None };
        }
        let mut body = json!({ "type": "object" });
        if let Some(description) = schema.get("description") {
            body["description"] = description.clone();
        }
        let names: Vec<_> = rest.iter().map(|(name, _)| name).filter(|name| required(name)).collect();
        if !names.is_empty() {
            body["required"] = json!(names);
        }
        body["properties"] = rest.iter().map(|(name, field)| ((*name).clone(), (*field).clone())).collect();
        Self { parameters, body: (!rest.is_empty()).then_some(body) }
    }
}

/// Returns whether the schema accepts no value, which means that the field is never sent.
fn is_never(field: &Value) -> bool {
    *field == Value::Bool(false) || field["not"] == json!({})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {
                "brand_id": { "not": {}, "description": "the brand" },
                "card_id": { "type": "string", "description": "the card" },
                "limit": { "type": "integer" },
                "openid": { "type": "string" }
            },
            "required": ["brand_id", "card_id", "openid"]
        })
    }

    #[test]
    fn a_get_has_path_and_query() {
        let split = Split::of(&schema(), true, |name| name == "card_id");
        assert!(split.body.is_none());
        let places: Vec<_> =
            split.parameters.iter().map(|p| (p["name"].as_str(), p["in"].as_str(), &p["required"])).collect();
        let (yes, no) = (json!(true), json!(false));
        assert_eq!(
            places,
            [
                (Some("card_id"), Some("path"), &yes),
                (Some("limit"), Some("query"), &no),
                (Some("openid"), Some("query"), &yes)
            ]
        );
        assert_eq!(split.parameters[0]["description"], "the card");
        assert_eq!(split.parameters[0]["schema"], json!({ "type": "string" }));
    }

    #[test]
    fn a_body_leaves_out_what_the_path_says_and_what_is_not_on_the_wire() {
        let split = Split::of(&schema(), false, |name| name == "card_id");
        assert_eq!(split.parameters.len(), 1);
        let body = split.body.unwrap();
        assert_eq!(body["required"], json!(["openid"]));
        let names: Vec<_> = body["properties"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["limit", "openid"]);
        let all_in_path = Split::of(&schema(), false, |_| true);
        assert_eq!((all_in_path.parameters.len(), all_in_path.body), (3, None));
    }

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

    #[test]
    fn names_of_calls_become_names_of_schemas() {
        assert_eq!(pascal_case("brand_create_user_feed"), "BrandCreateUserFeed");
    }
}
