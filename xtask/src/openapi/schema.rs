//! Arranges the structs' schemas as OpenAPI writes them.

use serde_json::{Map, Value, json};

/// Converts `create_card_template` to `CreateCardTemplate`.
pub(super) fn pascal_case(name: &str) -> String {
    name.split('_')
        .flat_map(|word| word[..1].to_uppercase().chars().chain(word[1..].chars()).collect::<Vec<_>>())
        .collect()
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
    fn names_of_calls_become_names_of_schemas() {
        assert_eq!(pascal_case("brand_create_user_feed"), "BrandCreateUserFeed");
    }
}
