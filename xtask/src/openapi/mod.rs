//! Generates the OpenAPI 3.1 document from the structs that the SDK sends and the service decodes.

mod components;
mod errors;
mod operation;
mod schema;
mod signature_headers;
mod webhooks;

use crate::python;
use anyhow::{Context as _, Result, ensure};
use operation::Paths;
use ruhui_harness::command::read_file;
use ruhui_harness::step::Outcome;
use serde_json::{Value, json};

const FILE: &str = "docs/openapi.json";
/// The document of a sandbox's controls. It is written by hand; tests of the service compare it with the controls.
const CONTROLS: &str = "crates/ruhui-server/src/http/controls/openapi.json";

/// Writes the document.
pub(crate) fn write() -> Outcome {
    let text = text()?;
    std::fs::create_dir_all("docs").context("docs/ cannot be made")?;
    std::fs::write(FILE, &text).with_context(|| format!("{FILE} cannot be written"))?;
    Ok(format!("{FILE} written"))
}

/// Checks that the document in the tree is up to date.
pub(crate) fn check() -> Outcome {
    let (wanted, found) = (text()?, read_file(FILE)?);
    let differing = wanted.lines().zip(found.lines()).position(|(wanted, found)| wanted != found);
    let line = differing.unwrap_or_else(|| wanted.lines().count().min(found.lines().count())) + 1;
    ensure!(
        wanted == found,
        "{FILE} is not what the structs say, from line {line} on; write it with `cargo xtask openapi`"
    );
    Ok(format!("{FILE} is current"))
}

/// Validates both documents in the tree with a foreign validator.
pub(crate) fn validate() -> Outcome {
    let files = ["--schema", "3.1", FILE, CONTROLS];
    python::run("xtask/openapi-validator.txt", "openapi-spec-validator", &files)?;
    Ok(String::new())
}

/// Returns the document, with a line feed at its end.
fn text() -> Result<String> {
    Ok(serde_json::to_string_pretty(&document())? + "\n")
}

fn document() -> Value {
    let (paths, mut schemas) = Paths::of_every_endpoint();
    let (webhooks, more) = webhooks::all();
    for (name, schema) in more {
        let earlier = schemas.insert(name.clone(), schema.clone());
        assert!(earlier.is_none_or(|earlier| earlier == schema), "two schemas are called {name}");
    }
    schemas.sort_keys();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "ruhui: WeChat Pay's card-member API (商家名片会员)",
            "summary": "The calls that ruhui's SDK makes and its service answers.",
            "description": "Produced from the structs in `ruhui-core` by `cargo xtask openapi`; do not edit. \
                Every operation links the page of WeChat Pay's documentation that it follows. \
                Requests are signed; responses from authentication on are signed too, over their raw bytes: \
                verify before reading.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache License 2.0", "identifier": "Apache-2.0" }
        },
        "servers": [
            { "url": "https://api.mch.weixin.qq.com", "description": "主域名: WeChat Pay's main host" },
            { "url": "https://api2.mch.weixin.qq.com", "description": "备域名: its backup host" },
            { "url": "http://127.0.0.1:7080", "description": "沙箱: `ruhui sandbox`" }
        ],
        "tags": [
            { "name": "partner", "description": "服务商: called by service providers with their `mchid`." },
            { "name": "brand", "description": "品牌: called by brands with their `brand_id`." }
        ],
        "paths": paths,
        "webhooks": webhooks,
        "components": components::all(schemas)
    });
    ruhui_core::schema::settle(&mut document);
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_the_same_each_time_and_has_the_founding_call() {
        let document = document();
        assert_eq!(document, super::document());
        let call = &document["paths"]["/v3/brand/partner/card-member/open-user-card-tokens"]["post"];
        assert_eq!(call["operationId"], "open_user_card_token");
        let body = &call["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        assert_eq!(body, "#/components/schemas/OpenUserCardToken");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn look(value: &Value, document: &Value) {
            match value {
                Value::Object(members) => {
                    if let Some(Value::String(reference)) = members.get("$ref") {
                        let target = reference.strip_prefix('#').and_then(|at| document.pointer(at));
                        assert!(target.is_some(), "{reference}");
                    }
                    members.values().for_each(|value| look(value, document));
                }
                Value::Array(elements) => elements.iter().for_each(|value| look(value, document)),
                _ => {}
            }
        }
        let document = document();
        look(&document, &document);
    }
}
