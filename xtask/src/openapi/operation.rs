//! One endpoint as one operation.

use super::errors;
use ruhui_core::api::{self, Endpoint, FamilyMarker as _, Row, Visitor};
use ruhui_core::types::Family;
use ruhui_core::wire::is_path_parameter;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// Every operation, by path and method.
pub(super) struct Paths {
    generator: SchemaGenerator,
    public: Vec<&'static Row>,
    paths: Map<String, Value>,
}

impl Paths {
    /// The operations, and the schemas that they refer to.
    pub(super) fn of_every_endpoint() -> (Map<String, Value>, Map<String, Value>) {
        let settings =
            SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
        let mut all =
            Self { generator: settings.into_generator(), public: errors::public(), paths: Map::new() };
        // Every error has this body, also where no operation says so in place.
        all.generator.subschema_for::<api::ErrorBody>();
        all.generator.subschema_for::<api::Detail>();
        api::visit(&mut all);
        let mut schemas = all.generator.take_definitions(true);
        schemas.sort_keys();
        (all.paths, schemas)
    }
}

impl Visitor for Paths {
    fn endpoint<E: Endpoint>(&mut self) {
        let (family, scheme) = match E::Family::FAMILY {
            Family::Partner => ("partner", "merchant"),
            Family::Brand => ("brand", "brand"),
        };
        let serial = json!({ "$ref": format!("#/components/parameters/wechatpay_serial_{family}") });
        let is_get = E::METHOD.as_str() == "GET";
        let struct_schema = E::json_schema(&mut self.generator).to_value();
        let split = Split::of(&struct_schema, is_get, is_path_parameter::<E>);

        let mut operation = Map::new();
        operation.insert("operationId".to_owned(), json!(E::NAME));
        operation.insert("summary".to_owned(), json!(E::SUMMARY));
        operation.insert("description".to_owned(), struct_schema["description"].clone());
        operation.insert("tags".to_owned(), json!([family]));
        operation.insert(
            "externalDocs".to_owned(),
            json!({
                "url": E::DOCUMENT.url(),
                "description": format!("WeChat Pay's page, edition of {}", E::DOCUMENT.edition)
            }),
        );
        operation.insert("security".to_owned(), json!([{ scheme: [] }]));
        let parameters: Vec<Value> = split.parameters.into_iter().chain([serial]).collect();
        operation.insert("parameters".to_owned(), json!(parameters));
        if let Some(body) = split.body {
            // Where all fields are the body's, the struct's own schema serves, under its name.
            let schema = match body {
                Body::Whole => self.generator.subschema_for::<E>().to_value(),
                Body::Rest(schema) => schema,
            };
            let body = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
            operation.insert("requestBody".to_owned(), body);
        }
        let success = self.generator.subschema_for::<E::Response>().to_value();
        operation.insert("responses".to_owned(), errors::responses(success, &self.public, E::ERRORS));

        let path = self.paths.entry(E::PATH).or_insert_with(|| json!({}));
        path[E::METHOD.as_str().to_ascii_lowercase()] = Value::Object(operation);
    }
}

/// A struct's fields where they go: named in the path, the rest to the query for GET, to the body otherwise.
struct Split {
    parameters: Vec<Value>,
    body: Option<Body>,
}

enum Body {
    Whole,
    Rest(Value),
}

impl Split {
    fn of(schema: &Value, is_get: bool, is_in_path: impl Fn(&str) -> bool) -> Self {
        let none = Map::new();
        let fields = schema["properties"].as_object().unwrap_or(&none);
        let required = |name: &str| {
            schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name))
        };
        let (in_path, rest): (Vec<_>, Vec<_>) = fields.iter().partition(|(name, _)| is_in_path(name));
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
        let body = match in_path.is_empty() {
            true => Body::Whole,
            false => {
                let names: Vec<_> = rest.iter().map(|(name, _)| name).filter(|name| required(name)).collect();
                let fields: Map<_, _> =
                    rest.iter().map(|(name, field)| ((*name).clone(), (*field).clone())).collect();
                Body::Rest(json!({ "type": "object", "properties": fields, "required": names }))
            }
        };
        Self { parameters, body: Some(body) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {
                "card_id": { "type": "string", "description": "the card" },
                "limit": { "type": "integer" },
                "openid": { "type": "string" }
            },
            "required": ["card_id", "openid"]
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
    fn a_body_leaves_out_what_the_path_says() {
        let split = Split::of(&schema(), false, |name| name == "card_id");
        assert_eq!(split.parameters.len(), 1);
        let Some(Body::Rest(body)) = split.body else { panic!("the path takes a field") };
        assert_eq!(body["required"], json!(["openid"]));
        assert!(body["properties"].get("card_id").is_none());
        assert!(matches!(Split::of(&schema(), false, |_| false).body, Some(Body::Whole)));
    }
}
