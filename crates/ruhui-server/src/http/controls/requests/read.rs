//! Facts that can be read from the bytes of an exchange.

use crate::http::diagnosis::Logged;
use crate::request_log::{Body, Exchange, Message, Way};
use http::{HeaderMap, HeaderName, HeaderValue};
use ruhui_core::sign::header;
use serde::Deserialize;

/// The method of the request; empty if the request is not HTTP.
pub(super) fn method(exchange: &Exchange) -> String {
    start(&exchange.request).0
}

/// The target of the request as on its request line; empty if the request is not HTTP.
pub(super) fn target(exchange: &Exchange) -> String {
    match &exchange.way {
        Way::Received { .. } => start(&exchange.request).1,
        Way::Callback(callback) => callback.notify_url.clone(),
    }
}

fn start(request: &Message) -> (String, String) {
    let line = String::from_utf8_lossy(request.start_line());
    let mut words = line.split(' ');
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some(method), Some(target), Some(version), None) if version.starts_with("HTTP/") => {
            (method.to_owned(), target.to_owned())
        }
        _ => Default::default(),
    }
}

/// The caller that the Authorization header names: the field and its value. It is not verified.
pub(super) fn caller(exchange: &Exchange) -> Option<(&'static str, String)> {
    let value = exchange.request.header("authorization")?;
    ["mchid", "brand_id"].into_iter().find_map(|field| {
        let (_, after) = value.split_once(&format!("{field}=\""))?;
        let (id, _) = after.split_once('"')?;
        Some((field, id.to_owned()))
    })
}

/// The code in the body of an error response.
pub(super) fn code(exchange: &Exchange) -> Option<String> {
    #[derive(Deserialize)]
    struct Coded {
        code: String,
    }

    if exchange.response.status()? < 400 {
        return None;
    }
    let Body::Whole(body) = exchange.response.body() else { return None };
    serde_json::from_slice(&body).ok().map(|Coded { code }| code)
}

/// The Request-ID of the response.
pub(super) fn request_id(exchange: &Exchange) -> Option<String> {
    let message = match exchange.way {
        Way::Received { .. } => &exchange.response,
        Way::Callback(_) => &exchange.request,
    };
    message.header(header::REQUEST_ID.as_str()).map(str::to_owned)
}

/// The request in parts, for an explanation of its signature; `None` if it is not HTTP, or not all of its head is kept:
/// a header that the log has not kept may not be called missing.
pub(super) fn logged(exchange: &Exchange) -> Option<Logged> {
    if exchange.request.is_head_cut() {
        return None;
    }
    let (method, target) = start(&exchange.request);
    let mut headers = HeaderMap::new();
    for (name, value) in exchange.request.headers() {
        headers.append(HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?);
    }
    let body = match exchange.request.body() {
        Body::Whole(body) if exchange.is_received => Some(body),
        _ => None,
    };
    (!method.is_empty()).then_some(Logged { method, target, headers, body, time: exchange.time })
}
