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
    let policy = policy(request.headers(), &PageOrigins::of(request.extensions()));
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

/// Returns the content security policy: the pages of these origins may frame the component, and the component reaches
/// nothing but its own addresses, neither by script nor by form, nor does it open or move other windows.
fn policy(headers: &HeaderMap, page_origins: &PageOrigins) -> Result<HeaderValue, InvalidHeaderValue> {
    let own = own_addresses(headers).unwrap_or_else(|| "'none'".to_owned());
    HeaderValue::from_str(&format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src {own}; \
        form-action {own}; base-uri 'none'; require-trusted-types-for 'script'; trusted-types ruhui; \
        sandbox allow-scripts allow-forms allow-same-origin; frame-ancestors 'self' {}",
        page_origins.sources()
    ))
}

/// Returns the component's own addresses as a source. The service has checked that `Host` names it.
fn own_addresses(headers: &HeaderMap) -> Option<String> {
    let host: Authority = headers.get(HOST)?.to_str().ok()?.parse().ok()?;
    // An authority may have a port that is no number.
    let port = host.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("http://{}{port}/component/", host.host()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy_for(host: &'static str, origins: &[&str]) -> String {
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
        policy(&headers, &PageOrigins::new(origins.iter().copied())).unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn the_component_reaches_its_own_addresses_only() {
        let policy = policy_for("127.0.0.1:7082", &[]);
        for directive in ["connect-src", "form-action"] {
            let expected = format!("; {directive} http://127.0.0.1:7082/component/; ");
            assert!(policy.contains(&expected), "{policy}");
        }
        for host in ["user;script-src@127.0.0.1:7082", "127.0.0.1:7082;x"] {
            let policy = policy_for(host, &[]);
            assert!(!policy.contains("user;") && !policy.contains(";x"), "{policy}");
        }
    }

    #[test]
    fn loopback_and_the_configured_origins_frame_it() {
        let policy = policy_for("localhost", &["https://shop.example"]);
        let (_, ancestors) = policy.split_once("frame-ancestors ").unwrap();
        assert_eq!(
            ancestors,
            "'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:* https://shop.example"
        );
        assert!(policy_for("", &[]).contains("connect-src 'none'"));
    }
}
