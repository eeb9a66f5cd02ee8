//! Generates one OpenAPI operation for each endpoint.

use super::errors;
use super::schema::{Split, pascal_case};
use ruhui_core::api::{self, Endpoint, FamilyMarker as _, Row, Visitor};
use ruhui_core::schema::generator;
use ruhui_core::types::Family;
use ruhui_core::wire::is_path_parameter;
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

/// Every operation, by path and method.
pub(super) struct Paths {
    generator: SchemaGenerator,
    public: Vec<&'static Row>,
    paths: Map<String, Value>,
    /// Request bodies by the endpoints' names. One struct serves both families, but their bodies are two.
    bodies: Map<String, Value>,
}

impl Paths {
    /// Returns the operations, and the schemas that they refer to.
    pub(super) fn of_every_endpoint() -> (Map<String, Value>, Map<String, Value>) {
        let mut all =
            Self { generator: generator(), public: errors::public(), paths: Map::new(), bodies: Map::new() };
        // Every error has this body, even if no operation refers to it directly.
        all.generator.subschema_for::<api::ErrorBody>();
        all.generator.subschema_for::<api::Detail>();
        api::visit(&mut all);
        let mut schemas = all.generator.take_definitions(true);
        schemas.extend(all.bodies);
        (all.paths, schemas)
    }

    /// Adds an endpoint's request body under its own name, and returns a reference to it.
    fn body<E: Endpoint>(&mut self, schema: Value) -> Value {
        // A request with no required field may have no body, such as an update that changes nothing.
        let required = schema.get("required").is_some();
        let name = pascal_case(E::NAME);
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        self.bodies.insert(name, schema);
        match E::UPLOADS_FILE {
            false => {
                json!({ "required": required, "content": { "application/json": { "schema": reference } } })
            }
            true => upload(&reference),
        }
    }
}

impl Visitor for Paths {
    fn endpoint<E: Endpoint>(&mut self) {
        let (family, scheme) = match E::Family::FAMILY {
            Family::Partner => ("partner", "merchant"),
            Family::Brand => ("brand", "brand"),
        };
        let serial = match E::Family::FAMILY {
            Family::Partner if E::HAS_ENCRYPTED_FIELDS => "encrypted",
            _ => family,
        };
        let serial = json!({ "$ref": format!("#/components/parameters/wechatpay_serial_{serial}") });
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
        if let Some(schema) = split.body {
            let body = self.body::<E>(schema);
            operation.insert("requestBody".to_owned(), body);
        }
        let success = self.generator.subschema_for::<E::Response>().to_value();
        operation.insert("responses".to_owned(), errors::responses(success, &self.public, E::ERRORS));

        let path = self.paths.entry(E::PATH).or_insert_with(|| json!({}));
        path[E::METHOD.as_str().to_ascii_lowercase()] = Value::Object(operation);
    }
}

/// Returns the body of an upload: a file and its metadata.
fn upload(meta: &Value) -> Value {
    json!({
        "required": true,
        "description": "Two parts. The signature covers the bytes of the part `meta` in the place of the body, and \
            nothing of the rest.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["meta", "file"],
                    "properties": {
                        "meta": meta,
                        "file": {
                            "description": "The picture: at most 2 MB.",
                            "contentMediaType": "application/octet-stream"
                        }
                    }
                },
                "encoding": {
                    "meta": { "contentType": "application/json" },
                    "file": { "contentType": "image/jpeg, image/png, image/bmp" }
                }
            }
        }
    })
}
