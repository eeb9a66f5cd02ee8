//! Exchanges as HAR 1.2, the format of browsers' developer tools.

use super::fault;
use super::mask;
use super::read;
use super::view::Masking;
use crate::request_log::{Body, Exchange, Message, Stage, Way};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ruhui_core::types::DateTime;
use serde_json::{Value, json};
use std::sync::Arc;

/// Returns exchanges as a HAR. Bytes that are not HTTP have no place in one and are left out.
pub(super) fn of(exchanges: &[Arc<Exchange>], masking: Masking) -> Value {
    let is_http = |exchange: &&Arc<Exchange>| !read::method(exchange).is_empty();
    let entries: Vec<Value> =
        exchanges.iter().filter(is_http).map(|exchange| entry(exchange, masking)).collect();
    let comment = match masking {
        Masking::On => {
            "masked: openids, tokens, phone numbers and signatures are hidden, so signatures cannot be checked"
        }
        Masking::Off => "not masked: openids, tokens, phone numbers and signatures are shown",
    };
    json!({
        "log": {
            "version": "1.2",
            "creator": { "name": "ruhui", "version": env!("CARGO_PKG_VERSION") },
            "entries": entries,
            "comment": comment,
            // The number after which a reader continues: bytes that are not HTTP have no entry.
            "_last": exchanges.last().map(|exchange| exchange.id),
        }
    })
}

fn entry(exchange: &Exchange, masking: Masking) -> Value {
    let at = |wanted: Stage| {
        exchange.stages().find(|(stage, _)| *stage == wanted).map(|(_, micros)| f64::from(micros) / 1e3)
    };
    let total = at(Stage::Sent).unwrap_or(0.0);
    let received = at(Stage::Received).unwrap_or(0.0).min(total);
    let mut shown = json!({
        "startedDateTime": DateTime::milliseconds(exchange.time),
        "time": total,
        "request": request(exchange, masking),
        "response": response(exchange, masking),
        "cache": {},
        "timings": { "send": received, "wait": total - received, "receive": 0 },
        "_id": exchange.id,
    });
    if let Some(comment) = fault::comment(exchange) {
        shown["comment"] = comment.into();
    }
    shown
}

fn request(exchange: &Exchange, masking: Masking) -> Value {
    let message = &exchange.request;
    let target = read::target(exchange);
    let target = if masking == Masking::On { mask::target(&target) } else { target };
    let url = match exchange.way {
        Way::Received { .. } => format!("http://{}{target}", message.header("host").unwrap_or("localhost")),
        Way::Callback(_) => target.clone(),
    };
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let query: Vec<Value> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({ "name": name, "value": value })
        })
        .collect();
    let mut shown = json!({
        "method": read::method(exchange),
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(message, masking),
        "queryString": query,
        "headersSize": message.head().len(),
        "bodySize": length(message),
    });
    let content = content(message, masking);
    if length(message) > 0 {
        shown["postData"] = json!({ "mimeType": content["mimeType"], "params": [], "text": content["text"] });
        for name in ["encoding", "comment"] {
            if !content[name].is_null() {
                shown["postData"][name] = content[name].clone();
            }
        }
    }
    shown
}

fn response(exchange: &Exchange, masking: Masking) -> Value {
    let message = &exchange.response;
    let line = String::from_utf8_lossy(message.start_line()).into_owned();
    json!({
        // 0 stands for no response, as in browsers.
        "status": message.status().unwrap_or(0),
        "statusText": line.splitn(3, ' ').nth(2).unwrap_or_default(),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(message, masking),
        "content": content(message, masking),
        "redirectURL": message.header("location").unwrap_or_default(),
        "headersSize": message.head().len(),
        "bodySize": length(message),
    })
}

fn headers(message: &Message, masking: Masking) -> Vec<Value> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = message.headers().map(|(name, value)| {
        let (name, value) = (text(name), text(value));
        let value = if masking == Masking::On { mask::header(&name, &value) } else { value };
        json!({ "name": name, "value": value })
    });
    headers.collect()
}

fn length(message: &Message) -> u64 {
    match message.body() {
        Body::Whole(bytes) => bytes.len() as u64,
        Body::Cut { length, .. } => length,
    }
}

fn content(message: &Message, masking: Masking) -> Value {
    let (body, length) = (message.body(), length(message));
    let shown = if masking == Masking::On { mask::body(&body) } else { body };
    let mime_type = message.header("content-type").unwrap_or_default();
    let mut content = json!({ "size": length, "mimeType": mime_type });
    let bytes = match shown {
        Body::Whole(bytes) => bytes,
        Body::Cut { sha256, head, .. } => {
            content["comment"] = json!(format!("the first part of {length} bytes with the SHA-256 {sha256}"));
            head
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => content["text"] = text.into(),
        Err(error) => {
            content["text"] = STANDARD.encode(error.as_bytes()).into();
            content["encoding"] = json!("base64");
        }
    }
    content
}
