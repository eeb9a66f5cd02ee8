//! Security headers of the join component, which pages of shops frame.

use crate::page_origins::PageOrigins;
use axum::extract::Request;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HOST, InvalidHeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
pub(super) const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// Adds the headers of the component.
pub(super) async fn secure(request: Request, next: Next) -> Response {
    let Some(own) = own_addresses(request.headers()) else {
        let what = "open the component at localhost, 127.0.0.1 or another IPv4 address: a content security policy cannot name an IPv6 address / 请通过 localhost、127.0.0.1 或其他 IPv4 地址打开组件：内容安全策略（CSP）无法表示 IPv6 地址\n";
        return (StatusCode::BAD_REQUEST, what).into_response();
    };
    let policy = policy(&own, &PageOrigins::of(request.extensions()));
    let Ok(policy) = policy else { return StatusCode::BAD_REQUEST.into_response() };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // A page that opens the component in a window of its own hears from it by `postMessage`.
    headers.insert(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("unsafe-none"));
    headers.entry(CROSS_ORIGIN_RESOURCE_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    response
}

/// Returns the content security policy: pages of these origins may frame the component, and the component reaches its
/// `own` addresses only, by script and by form, and opens or moves no other window.
fn policy(own: &str, page_origins: &PageOrigins) -> Result<HeaderValue, InvalidHeaderValue> {
    HeaderValue::from_str(&format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src {own}; \
        form-action {own}; base-uri 'none'; require-trusted-types-for 'script'; trusted-types ruhui; \
        sandbox allow-scripts allow-forms allow-same-origin; frame-ancestors 'self' {}",
        page_origins.sources()
    ))
}

/// Returns the component's own addresses as a source of the policy, by the host that the service has checked. `None` for
/// an IPv6 address, which a source cannot name.
fn own_addresses(headers: &HeaderMap) -> Option<String> {
    let host: Authority = headers.get(HOST)?.to_str().ok()?.parse().ok()?;
    // An authority may have a port that is no number.
    let port = host.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    let is_ipv6 = host.host().starts_with('[');
    (!is_ipv6).then(|| format!("http://{}{port}/component/", host.host()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_addresses_of(host: &'static str) -> Option<String> {
        own_addresses(&HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]))
    }

    #[test]
    fn own_addresses_are_those_of_the_host_and_nothing_more() {
        for (host, own) in [
            ("127.0.0.1:7082", "http://127.0.0.1:7082/component/"),
            ("localhost", "http://localhost/component/"),
            ("user;script-src@127.0.0.1:7082", "http://127.0.0.1:7082/component/"),
            ("127.0.0.1:7082;x", "http://127.0.0.1/component/"),
        ] {
            assert_eq!(own_addresses_of(host).as_deref(), Some(own), "{host}");
        }
        for host in ["[::1]:7082", "[::1]", "", "127.0.0.1 *"] {
            assert_eq!(own_addresses_of(host), None, "{host}");
        }
    }

    #[test]
    fn loopback_and_the_configured_origins_frame_it() {
        let policy =
            policy("http://localhost/component/", &PageOrigins::new(["https://shop.example"])).unwrap();
        let (_, ancestors) = policy.to_str().unwrap().split_once("frame-ancestors ").unwrap();
        assert_eq!(
            ancestors,
            "'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:* https://shop.example"
        );
    }
}
