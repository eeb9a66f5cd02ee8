//! Responses with a fault in their signature, headers or body.

use crate::faults::{FaultKind, OFF_TIME, unknown_serial};
use crate::service::Service;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::SignedDuration;
use ruhui_core::env::nonce_str;
use ruhui_core::sign::{PROBE_PREFIX, ResponseSigner, Scheme, header};
use ruhui_core::types::NonceStr;
use serde_json::{Map, Value, json};
use std::io::Write as _;

/// The key and the scheme with which a response was signed.
pub(super) struct Signing<'a> {
    pub(super) service: &'a Service,
    pub(super) signer: &'a ResponseSigner,
    pub(super) scheme: Scheme,
}

/// Returns the response with the fault. A response without a signature, such as that of the general parameter check,
/// gets none.
pub(super) async fn change(kind: FaultKind, signing: &Signing<'_>, response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    // Responses of endpoints are in memory, so reading one cannot fail.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default().to_vec();
    let headers = &mut parts.headers;
    let is_signed = headers.contains_key(header::SIGNATURE);
    let body = match kind {
        FaultKind::EmptyBody => Vec::new(),
        FaultKind::Unsigned => {
            remove_signature(headers);
            body
        }
        FaultKind::Forged if is_signed => {
            signing.forge(headers, &body).await;
            body
        }
        FaultKind::Altered => altered(&body),
        FaultKind::Stale if is_signed => {
            signing.sign(headers, -OFF_TIME, &body);
            body
        }
        FaultKind::Ahead if is_signed => {
            signing.sign(headers, OFF_TIME, &body);
            body
        }
        FaultKind::UnknownSerial => {
            replace(headers, header::SERIAL, unknown_serial);
            body
        }
        FaultKind::SignatureProbe => {
            replace(headers, header::SIGNATURE, probe);
            body
        }
        FaultKind::WrongContentType => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
            body
        }
        FaultKind::Compressed => {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            gzip(&body)
        }
        FaultKind::DoubledHeaders => {
            double(headers);
            body
        }
        FaultKind::UnknownFields => {
            let body = with_unknown_fields(body);
            if is_signed {
                signing.sign(headers, SignedDuration::ZERO, &body);
            }
            body
        }
        _ => body,
    };
    Response::from_parts(parts, Body::from(body))
}

impl Signing<'_> {
    /// Signs the body again, at a time that is this far from now.
    fn sign(&self, headers: &mut HeaderMap, distance: SignedDuration, body: &[u8]) {
        self.sign_by(self.signer, headers, distance, body);
    }

    /// Signs the body with a key that no client knows, under the serial number of the right one.
    async fn forge(&self, headers: &mut HeaderMap, body: &[u8]) {
        let Some(faults) = &self.service.faults else { return };
        match faults.foreign_key.signer(self.signer.serial()).await {
            Some(signer) => self.sign_by(&signer, headers, SignedDuration::ZERO, body),
            // Another wrong signature is better than a right one.
            None => replace(headers, header::SIGNATURE, other_signature),
        }
    }

    fn sign_by(
        &self,
        signer: &ResponseSigner,
        headers: &mut HeaderMap,
        distance: SignedDuration,
        body: &[u8],
    ) {
        let env = &self.service.env;
        let nonce = NonceStr::new(nonce_str(&*env.entropy)).expect("alphanumeric text is a nonce");
        remove_signature(headers);
        let now = env.wire.now();
        let time = now.checked_add(distance).unwrap_or(now);
        signer.sign(headers, self.scheme, time, &nonce, body);
    }
}

fn remove_signature(headers: &mut HeaderMap) {
    for name in header::OF_SIGNATURE {
        headers.remove(name);
    }
}

/// Replaces the value of a header that exists.
fn replace(headers: &mut HeaderMap, name: HeaderName, change: impl Fn(&str) -> String) {
    let changed = headers.get(&name).and_then(|value| value.to_str().ok()).map(change);
    if let Some(value) = changed.and_then(|text| HeaderValue::from_str(&text).ok()) {
        headers.insert(name, value);
    }
}

/// A wrong signature of the documented form of a probe: the same length, and valid Base64.
fn probe(signature: &str) -> String {
    format!("{PROBE_PREFIX}{}", signature.get(PROBE_PREFIX.len()..).unwrap_or_default())
}

/// A signature of the same length that is wrong.
fn other_signature(signature: &str) -> String {
    signature.chars().map(|c| if c.is_ascii_alphabetic() { swapped(c) } else { c }).collect()
}

fn swapped(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

/// Adds each header of the signature once more. The second signature is another one.
fn double(headers: &mut HeaderMap) {
    for name in header::OF_SIGNATURE {
        let Some(first) = headers.get(&name).cloned() else { continue };
        let second = match first.to_str() {
            Ok(text) if name == header::SIGNATURE => HeaderValue::from_str(&other_signature(text)).ok(),
            _ => Some(first),
        };
        headers.append(name, second.unwrap_or(HeaderValue::from_static("")));
    }
}

/// The body with another value. A body without any value gets one.
fn altered(body: &[u8]) -> Vec<u8> {
    match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            if !alter(&mut value)
                && let Value::Object(members) = &mut value
            {
                members.insert("altered".to_owned(), Value::Bool(true));
            }
            value.to_string().into_bytes()
        }
        Err(_) => [body, b" "].concat(),
    }
}

/// Changes the first value that is no object and no array. Returns whether there is one.
fn alter(value: &mut Value) -> bool {
    match value {
        Value::Array(elements) => return elements.iter_mut().any(alter),
        Value::Object(members) => return members.values_mut().any(alter),
        Value::String(text) => match text.pop() {
            Some(last @ '0'..='8') => text.push(char::from(last as u8 + 1)),
            Some(last) => text.extend(if last == 'x' { ['y'] } else { ['x'] }),
            None => text.push('x'),
        },
        Value::Number(number) => *value = json!(number.as_i64().unwrap_or(0).wrapping_add(1)),
        Value::Bool(flag) => *flag = !*flag,
        Value::Null => *value = Value::Bool(true),
    }
    true
}

/// The body with members that no document names, of each type.
fn with_unknown_fields(body: Vec<u8>) -> Vec<u8> {
    let Ok(mut members) = serde_json::from_slice::<Map<String, Value>>(&body) else { return body };
    for (name, value) in [
        ("unknown_text", json!("新增字段")),
        ("unknown_number", json!(1)),
        ("unknown_list", json!([{ "unknown": true }])),
        ("unknown_object", json!({ "unknown": null })),
    ] {
        members.entry(name).or_insert(value);
    }
    Value::Object(members).to_string().into_bytes()
}

/// The body in the format of gzip (RFC 1952).
fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // A write to memory does not fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_each_type_is_changed() {
        for (before, after) in [
            (r#"{"a":{"b":[]},"c":"x1"}"#, r#"{"a":{"b":[]},"c":"x2"}"#),
            (r#"{"a":"x"}"#, r#"{"a":"y"}"#),
            (r#"{"a":""}"#, r#"{"a":"x"}"#),
            (r#"{"a":9}"#, r#"{"a":10}"#),
            (r#"{"a":true}"#, r#"{"a":false}"#),
            (r#"{"a":null}"#, r#"{"a":true}"#),
            ("{}", r#"{"altered":true}"#),
            ("no JSON", "no JSON "),
        ] {
            assert_eq!(String::from_utf8(altered(before.as_bytes())).unwrap(), after);
        }
    }
}
