//! The drop-in script `wx.js`, which a shop's page includes from a fixed address.

use super::headers::CROSS_ORIGIN_RESOURCE_POLICY;
use crate::controls::InProcess;
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use std::hash::{DefaultHasher, Hasher as _};
use std::sync::LazyLock;

const SCRIPT: &str = include_str!("../../assets/wx.js");

/// The entity tag: a hash of the script. It tells versions apart; it is no protection.
static TAG: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    hasher.write(SCRIPT.as_bytes());
    format!("\"{:016x}\"", hasher.finish())
});

pub(super) fn router() -> Router<InProcess> {
    Router::new().route("/component/wx.js", get(script))
}

/// Responds with the script. Its address stays, so a browser asks at each load whether it has changed.
async fn script(headers: HeaderMap) -> Response {
    let common =
        [(CACHE_CONTROL, "no-cache"), (CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"), (ETAG, TAG.as_str())];
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    if known.flat_map(|list| list.split(',')).any(|tag| tag.trim() == TAG.as_str()) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}
