//! The JSON of exchanges: a summary for lists, and all of one.

use super::{fault, mask, read};
use crate::http::controls::context::Controls;
use crate::http::controls::kit;
use crate::http::diagnosis;
use crate::request_log::{Body, Exchange, Message, Stage, Way};
use crate::service::Service;
use crate::store::Kind;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ruhui_core::explain::Explanation;
use ruhui_core::types::DateTime;
use serde_json::{Map, Value, json};

/// Whether personal data is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http::controls) enum Masking {
    On,
    Off,
}

impl Masking {
    pub(in crate::http::controls) fn unless(show_sensitive: Option<bool>) -> Self {
        if show_sensitive == Some(true) { Self::Off } else { Self::On }
    }

    fn target(self, target: &str) -> String {
        if self == Self::On { mask::target(target) } else { target.to_owned() }
    }
}

/// Returns the summary of an exchange.
pub(super) fn summary(exchange: &Exchange, masking: Masking) -> Map<String, Value> {
    let took = exchange.stages().find(|(stage, _)| *stage == Stage::Sent);
    let mut shown = json!({
        "id": exchange.id,
        "kind": "request",
        "time": DateTime::milliseconds(exchange.time),
        "method": read::method(exchange),
        "target": masking.target(&read::target(exchange)),
        "status": exchange.response.status(),
    });
    shown["took_ms"] = json!(took.map(|(_, micros)| f64::from(micros) / 1e3));
    let optional = [
        ("code", read::code(exchange).map(Value::from)),
        ("endpoint", exchange.notes.endpoint.map(|(name, _)| name.into())),
        ("caller", read::caller(exchange).map(|(field, id)| json!({ field: id }))),
        ("request_id", read::request_id(exchange).map(Value::from)),
        ("replayed", exchange.notes.is_replayed.then_some(true.into())),
        ("fault", fault::of(exchange, masking)),
        ("nearest", exchange.notes.nearest.map(|nearest| nearest.to_string().into())),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            shown[name] = value;
        }
    }
    match &exchange.way {
        Way::Received { listener, peer, is_proxied } => {
            shown["listener"] = json!(listener.as_str());
            shown["peer"] = json!(peer.map(|peer| peer.to_string()));
            if *is_proxied {
                shown["by_proxy"] = json!(true);
            }
        }
        Way::Callback(callback) => {
            shown["kind"] = json!("callback");
            shown["event_id"] = json!(callback.event_id);
            shown["event_type"] = json!(callback.event_type);
            shown["attempt"] = json!(callback.attempt);
            shown["reason"] = json!(callback.reason);
            if let Some(failure) = &callback.failure {
                shown["failure"] = json!(failure);
            }
        }
    }
    match shown {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Returns all of an exchange.
pub(super) fn whole(controls: &Controls, exchange: &Exchange, masking: Masking) -> Value {
    let mut shown = Value::Object(summary(exchange, masking));
    shown["masked"] = json!(masking == Masking::On);
    let stages = exchange
        .stages()
        .map(|(stage, micros)| json!({ "stage": stage.as_str(), "ms": f64::from(micros) / 1e3 }));
    shown["stages"] = stages.collect();
    if let Some((_, document)) = exchange.notes.endpoint {
        shown["document"] =
            json!({ "page": document.page, "edition": document.edition, "url": document.url() });
    }
    if let Some(rejection) = &exchange.notes.rejection {
        let row = rejection.row;
        shown["rejection"] = json!({
            "row": row.name, "status": row.status, "code": row.code, "message": rejection.message,
        });
        if let Some(cause) = &rejection.cause {
            shown["rejection"]["cause"] = json!(cause);
        }
    }
    shown["written"] = exchange.written().iter().map(|(kind, id)| record(*kind, id, masking)).collect();
    shown["request"] = message(&exchange.request, exchange.is_received, masking);
    shown["response"] = message(&exchange.response, exchange.is_sent, masking);
    if let Some(mut explanation) = diagnosis(&controls.service, exchange) {
        kit::name_file(controls, &mut explanation);
        shown["diagnosis"] = json!(explanation);
    }
    shown
}

/// Returns the explanation of the signature, if the service did not verify it: it was rejected, or no route has the
/// path.
fn diagnosis(service: &Service, exchange: &Exchange) -> Option<Explanation> {
    if matches!(exchange.way, Way::Callback(_)) || !service.diagnose {
        return None;
    }
    let made = exchange.notes.diagnosis.as_ref().and_then(|slot| slot.get());
    if let Some(explanation) = made {
        return Some(explanation.clone());
    }
    let is_meant = matches!(exchange.response.status(), Some(401 | 404 | 405));
    let is_verified = exchange.stages().any(|(stage, _)| stage == Stage::Verified);
    if !is_meant || is_verified || exchange.request.header("authorization").is_none() {
        return None;
    }
    Some(diagnosis::of_logged(service, &read::logged(exchange)?))
}

fn record(kind: Kind, id: &str, masking: Masking) -> Value {
    let parts = id.split('\u{1f}').map(|part| match (masking, kind) {
        (Masking::Off, _) => part.to_owned(),
        (Masking::On, Kind::Token) => mask::value(part),
        (Masking::On, _) => mask::id(part).into_owned(),
    });
    json!({ "kind": kind.table(), "id": parts.collect::<Vec<_>>().join("/") })
}

fn message(message: &Message, is_complete: bool, masking: Masking) -> Value {
    if message.is_empty() {
        return Value::Null;
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = message.headers().map(|(name, value)| {
        let (name, value) = (text(name), text(value));
        let value = if masking == Masking::On { mask::header(&name, &value) } else { value };
        json!([name, value])
    });
    let headers: Vec<Value> = headers.collect();
    let line = text(message.start_line());
    let line = match (masking, line.split_once(' ')) {
        (Masking::On, Some((method, rest))) => format!("{method} {}", mask::target(rest)),
        _ => line,
    };
    let body = message.body();
    let length = match &body {
        Body::Whole(bytes) => bytes.len() as u64,
        Body::Cut { length, .. } => *length,
    };
    let shown = if masking == Masking::On { mask::body(&body) } else { body };
    let mut shown = match shown {
        Body::Whole(bytes) => part(&bytes),
        Body::Cut { sha256, head, tail, .. } => {
            json!({ "sha256": sha256, "head": part(&head), "tail": part(&tail) })
        }
    };
    shown["length"] = json!(length);
    let is_complete = is_complete && !message.is_head_cut();
    let mut whole = json!({ "start_line": line, "headers": headers, "body": shown, "complete": is_complete });
    if masking == Masking::Off {
        whole["bytes"] = json!(STANDARD.encode(message.bytes()));
    }
    whole
}

/// Bytes as a text, or in Base64 if they are not UTF-8.
fn part(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "text": text }),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}
