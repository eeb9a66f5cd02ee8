//! The rows of the error tables as OpenAPI responses, one for each status.

use ruhui_core::api::{self, Endpoint, Row, Source, Visitor, rows};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Returns the rows that every endpoint can return: those that no endpoint lists as its own.
pub(super) fn public() -> Vec<&'static Row> {
    struct Own(Vec<&'static Row>);
    impl Visitor for Own {
        fn endpoint<E: Endpoint>(&mut self) {
            self.0.extend(E::ERRORS);
        }
    }
    let mut own = Own(Vec::new());
    api::visit(&mut own);
    rows::ALL.iter().copied().filter(|row| !own.0.contains(row)).collect()
}

/// Returns the responses of one endpoint.
pub(super) fn responses(success: Value, public: &[&'static Row], own: &[&'static Row]) -> Value {
    let mut responses = Map::new();
    let ok = json!({
        "description": "Success, signed.",
        "headers": headers(true),
        "content": { "application/json": { "schema": success } }
    });
    responses.insert("200".to_owned(), ok);
    for (status, rows) in by_status(own.iter().chain(public).copied()) {
        let has_own = own.iter().any(|row| row.status == status);
        let response = match has_own {
            true => response(status, &rows),
            false => json!({ "$ref": format!("#/components/responses/error_{status}") }),
        };
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

/// Returns the responses that endpoints share: those of a status that only public rows have.
pub(super) fn shared() -> Map<String, Value> {
    let by_status = by_status(public().into_iter());
    by_status.iter().map(|(status, rows)| (format!("error_{status}"), response(*status, rows))).collect()
}

fn by_status(rows: impl Iterator<Item = &'static Row>) -> BTreeMap<u16, Vec<&'static Row>> {
    let mut by_status: BTreeMap<u16, Vec<_>> = BTreeMap::new();
    rows.for_each(|row| by_status.entry(row.status).or_default().push(row));
    by_status
}

fn response(status: u16, rows: &[&'static Row]) -> Value {
    let mut codes: Vec<&str> = rows.iter().map(|row| row.code.as_str()).collect();
    codes.dedup();
    codes.sort_unstable();
    codes.dedup();
    let mut headers = headers(false);
    if status == 429 || status >= 500 {
        headers.insert("Retry-After".to_owned(), json!({ "$ref": "#/components/headers/retry_after" }));
    }
    json!({
        "description": codes.join(", "),
        "headers": headers,
        "content": {
            "application/json": {
                "schema": { "$ref": "#/components/schemas/ErrorBody" },
                "examples": rows.iter().map(|row| (row.name.to_owned(), named(row))).collect::<Map<_, _>>()
            }
        }
    })
}

fn named(row: &Row) -> Value {
    json!({ "$ref": format!("#/components/examples/{}", row.name) })
}

/// Returns every row as an example, which responses refer to.
pub(super) fn examples() -> Map<String, Value> {
    rows::ALL.iter().map(|row| (row.name.to_owned(), example(row))).collect()
}

fn example(row: &Row) -> Value {
    let source = match row.source {
        Source::Document => "The Chinese words are WeChat Pay's.",
        _ => "The Chinese words are ruhui's: no document quotes any.",
    };
    json!({
        "summary": format!("{}: {}", row.code, row.en),
        "description": source,
        "value": { "code": row.code.as_str(), "message": row.zh }
    })
}

/// Returns the headers of a response. A rejection at or before authentication is not signed.
fn headers(signed: bool) -> Map<String, Value> {
    let prefix = if signed { "signed" } else { "maybe" };
    let mut headers = Map::new();
    headers.insert("Request-ID".to_owned(), json!({ "$ref": "#/components/headers/request_id" }));
    for (name, id, _) in super::signature_headers::SIGNATURE_HEADERS {
        headers.insert((*name).to_owned(), json!({ "$ref": format!("#/components/headers/{prefix}_{id}") }));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_public_errors_and_the_limit_are_public() {
        let public = public();
        let has =
            |status, code: &str| public.iter().any(|row| (row.status, row.code.as_str()) == (status, code));
        assert!(has(400, "PARAM_ERROR") && has(400, "INVALID_REQUEST"));
        assert!(has(401, "SIGN_ERROR") && has(500, "SYSTEM_ERROR") && has(429, "FREQUENCY_LIMITED"));
        assert!(!public.contains(&&rows::OPENID_WRONG));
    }
}
