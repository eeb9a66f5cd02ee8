//! Security headers of every page, and the check of the origin of acts.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// The policy of every page: scripts, styles, pictures and connections of this origin only, nothing inline, and no
/// page may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; manifest-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
    require-trusted-types-for 'script'; trusted-types ruhui";

const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // With `no-referrer`, browsers would send `Origin: null` with the forms.
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Adds the headers to a response that has no policy of its own, and rejects an act without the origin of the console.
///
/// A browser sends `Origin` with every form and every `fetch` that acts. The service has compared it with the host; this
/// check also rejects a request without it, which no page of the console sends.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = if is_read || is_own(request.headers()) {
        next.run(request).await
    } else {
        let what = "acts of the console come from its own pages; programs use the controls under /sandbox/ / 控制台的操作只能来自其自身页面；程序请使用 /sandbox/ 下的控制接口\n";
        (StatusCode::FORBIDDEN, what).into_response()
    };
    let headers = response.headers_mut();
    // The join component has its own policy: pages of shops frame it.
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.extend(HEADERS);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn is_own(headers: &HeaderMap) -> bool {
    let is_same_site =
        headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    headers.contains_key(ORIGIN) && is_same_site
}
