//! The parts that operations share: headers, the two signature schemes, and the schemas.

use super::signature_headers::SIGNATURE_HEADERS;
use super::{errors, webhooks};
use ruhui_core::sign::Scheme;
use serde_json::{Map, Value, json};

pub(super) fn all(schemas: Map<String, Value>) -> Value {
    json!({
        "securitySchemes": {
            "merchant": scheme(Scheme::Merchant, "mchid"),
            "brand": scheme(Scheme::Brand, "brand_id")
        },
        "parameters": parameters(),
        "headers": headers(),
        "examples": errors::examples(),
        "responses": errors::shared(),
        "schemas": schemas
    })
}

fn scheme(scheme: Scheme, caller: &str) -> Value {
    let fields =
        [caller, "nonce_str", "signature", "timestamp", "serial_no"].map(|field| format!("{field}=\"…\""));
    json!({
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": format!(
            "`{scheme} {}`\n\n`signature` is Base64 of RSASSA-PKCS1-v1_5 with SHA-256, by the key of the \
            certificate that `serial_no` names, over these five lines, a line feed after each: method, path \
            with query, `timestamp`, `nonce_str`, raw body. `timestamp` is in seconds and may be 300 off. \
            The fields may stand in any order.",
            fields.join(",")
        )
    })
}

fn parameters() -> Map<String, Value> {
    const RESPONSE: &str = "The key that the response is to be signed with";
    const ENCRYPTED: &str =
        "The key that encrypted fields are encrypted for, and that the response is to be signed with";
    let serials = [("partner", false, RESPONSE), ("encrypted", true, ENCRYPTED), ("brand", true, ENCRYPTED)];
    let serial = |(id, required, what): (&str, bool, &str)| {
        let parameter = json!({
            "name": "Wechatpay-Serial",
            "in": "header",
            "required": required,
            "description": format!("{what}: a public key id (`PUB_KEY_ID_…`) or a platform certificate's serial."),
            "schema": { "$ref": "#/components/schemas/SerialNo" }
        });
        (format!("wechatpay_serial_{id}"), parameter)
    };
    serials.into_iter().map(serial).chain(webhooks::parameters()).collect()
}

fn headers() -> Map<String, Value> {
    let text = json!({ "type": "string" });
    let mut headers = Map::new();
    headers.insert(
        "request_id".to_owned(),
        json!({
            "required": true,
            "description": "The service's name for this exchange; support asks for it.",
            "schema": text
        }),
    );
    headers.insert(
        "retry_after".to_owned(),
        json!({ "description": "Seconds to wait before trying again.", "schema": { "type": "integer" } }),
    );
    for (prefix, required) in [("signed", true), ("maybe", false)] {
        for (_, id, description) in SIGNATURE_HEADERS {
            let schema = match *id {
                "signature_type" => json!({ "enum": Scheme::ALL.map(Scheme::as_str) }),
                _ => text.clone(),
            };
            let description = match required {
                true => (*description).to_owned(),
                false => format!("{description} Absent when the caller was not authenticated."),
            };
            let header = json!({ "required": required, "description": description, "schema": schema });
            headers.insert(format!("{prefix}_{id}"), header);
        }
    }
    headers
}
