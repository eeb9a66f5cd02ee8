//! Generates the callbacks, which WeChat Pay sends to the merchant, as OpenAPI webhooks.

use super::signature_headers::SIGNATURE_HEADERS;
use ruhui_core::api::event::{
    EventKind, Notification, PointExchangeEvent, SyncUserPointEvent, UserCardEvent,
};
use ruhui_core::schema::generator;
use ruhui_core::types::Family;
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Returns the document that describes a callback.
fn page(kind: EventKind, family: Family) -> &'static str {
    match (kind.original_type(), family) {
        ("user_card", Family::Partner) => "https://pay.weixin.qq.com/doc/v3/partner/4015283692",
        ("user_card", Family::Brand) => "https://pay.weixin.qq.com/doc/brand/4015582700",
        ("point_coupon", Family::Partner) => "https://pay.weixin.qq.com/doc/v3/partner/4015878622",
        ("point_coupon", Family::Brand) => "https://pay.weixin.qq.com/doc/brand/4015879057",
        (_, Family::Partner) => "https://pay.weixin.qq.com/doc/v3/partner/4016096820",
        (_, Family::Brand) => "https://pay.weixin.qq.com/doc/brand/4016096803",
    }
}

/// Returns every callback by its `event_type`, and the schemas that they refer to.
pub(super) fn all() -> (Map<String, Value>, Map<String, Value>) {
    let mut generator = generator();
    let notification = generator.subschema_for::<Notification>().to_value();
    let mut webhooks = Map::new();
    for family in [Family::Partner, Family::Brand] {
        for kind in EventKind::ALL {
            let resource = resource(kind, &mut generator);
            webhooks.insert(
                kind.event_type(family).to_owned(),
                json!({ "post": operation(kind, family, &notification, &resource) }),
            );
        }
    }
    (webhooks, opened(generator.take_definitions(true)))
}

fn resource(kind: EventKind, generator: &mut SchemaGenerator) -> Value {
    let schema = match kind.original_type() {
        "user_card" => generator.subschema_for::<UserCardEvent>(),
        "point_coupon" => generator.subschema_for::<PointExchangeEvent>(),
        _ => generator.subschema_for::<SyncUserPointEvent>(),
    };
    schema.to_value()
}

fn operation(kind: EventKind, family: Family, notification: &Value, resource: &Value) -> Value {
    let (tag, key) = match family {
        Family::Partner => ("partner", "the merchant's APIv3 key"),
        Family::Brand => ("brand", "the brand's key of 32 bytes"),
    };
    let event_type = kind.event_type(family);
    let again = match kind.is_retried() {
        true => "Not accepted: it is sent again every 60 seconds, 11 times in all.",
        false => "Not accepted. It is not sent again.",
    };
    let parameters: Vec<_> = SIGNATURE_HEADERS
        .iter()
        .map(|(_, id, _)| json!({ "$ref": format!("#/components/parameters/callback_{id}") }))
        .collect();
    let mut body = notification.clone();
    body["properties"] = json!({
        "event_type": { "const": event_type },
        "resource": { "properties": { "original_type": { "const": kind.original_type() } } }
    });
    let accepted = json!({ "description": "Accepted: no body." });
    json!({
        "operationId": event_type.to_ascii_lowercase().replace('.', "_"),
        "summary": kind.summary(),
        "description": format!(
            "Goes to the `notify_url` of the card template. Verify the signature over the raw body first; then open \
             `resource` (AES-256-GCM) with {key}. What is inside is `x-resource`, in plain. Answer within 5 seconds."
        ),
        "tags": [tag],
        "externalDocs": { "url": page(kind, family), "description": "WeChat Pay's page" },
        "security": [],
        "parameters": parameters,
        "requestBody": { "required": true, "content": { "application/json": { "schema": body } } },
        "responses": {
            "200": accepted,
            "204": accepted,
            "default": {
                "description": again,
                "content": { "application/json": { "schema": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {
                        "code": { "const": "FAIL" },
                        "message": { "type": "string", "maxLength": 256 }
                    }
                } } }
            }
        },
        "x-resource": resource
    })
}

/// Returns the headers of a callback's signature.
pub(super) fn parameters() -> impl Iterator<Item = (String, Value)> {
    SIGNATURE_HEADERS.iter().map(|(name, id, description)| {
        let description = description.replace("the response", "the callback");
        let parameter = json!({
            "name": name,
            "in": "header",
            "required": *id != "signature_type",
            "description": description,
            "schema": { "type": "string" }
        });
        (format!("callback_{id}"), parameter)
    })
}

/// Returns the schemas with their encrypted fields in plain text. A notification's resource is encrypted as a whole and
/// its fields are not encrypted again, so a struct with encrypted fields needs a second schema here.
fn opened(schemas: Map<String, Value>) -> Map<String, Value> {
    let mut opened: BTreeSet<String> = BTreeSet::new();
    loop {
        let refers = |schema: &Value| {
            schema.get("x-encrypted").is_some() || opened.iter().any(|name| has(schema, name))
        };
        let more: BTreeSet<String> =
            schemas.iter().filter(|(_, schema)| refers(schema)).map(|(name, _)| name.clone()).collect();
        if more.len() == opened.len() {
            break;
        }
        opened = more;
    }
    let renamed = |name: &str| match opened.contains(name) && !name.ends_with("Event") {
        true => format!("Plain{name}"),
        false => name.to_owned(),
    };
    let plain = |(name, schema): (String, Value)| {
        let schema = schema.pointer("/x-encrypted/plain").cloned().unwrap_or(schema);
        (renamed(&name), redirected(schema, &renamed))
    };
    schemas.into_iter().map(plain).collect()
}

const SCHEMAS: &str = "#/components/schemas/";

fn has(schema: &Value, name: &str) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(key, value)| match (key.as_str(), value) {
            ("$ref", Value::String(target)) => target.strip_prefix(SCHEMAS) == Some(name),
            _ => has(value, name),
        }),
        Value::Array(items) => items.iter().any(|item| has(item, name)),
        _ => false,
    }
}

fn redirected(schema: Value, renamed: &impl Fn(&str) -> String) -> Value {
    match schema {
        Value::Object(members) => {
            let member = |(key, value): (String, Value)| match (key.as_str(), &value) {
                ("$ref", Value::String(target)) => {
                    let name = target.strip_prefix(SCHEMAS).unwrap_or(target);
                    (key, json!(format!("{SCHEMAS}{}", renamed(name))))
                }
                _ => (key, redirected(value, renamed)),
            };
            members.into_iter().map(member).collect()
        }
        Value::Array(items) => items.into_iter().map(|item| redirected(item, renamed)).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_of_a_card_is_plain_inside() {
        let (webhooks, schemas) = all();
        let created = &webhooks["BRAND_MEMBER_CARD_SP.USER_CARD.CREATE"]["post"];
        assert_eq!(created["x-resource"]["$ref"], "#/components/schemas/UserCardEvent");
        assert_eq!(schemas["PlainPhoneNumber"], json!({ "type": "string", "minLength": 1, "maxLength": 32 }));
        let text = serde_json::to_string(&schemas).unwrap();
        assert!(!text.contains("x-encrypted") && !text.contains("schemas/FormValue\""));
    }

    #[test]
    fn both_families_have_every_kind() {
        let (webhooks, _) = all();
        assert_eq!(webhooks.len(), 2 * EventKind::ALL.len());
        assert!(webhooks.keys().all(|event_type| EventKind::of(event_type).is_some()));
    }
}
