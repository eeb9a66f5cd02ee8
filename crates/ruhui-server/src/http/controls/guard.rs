//! Access to the controls: programs on this machine are allowed, and web pages of other origins in its browser are
//! not.

use super::context::Controls;
use super::outcome::Failure;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use std::net::IpAddr;

/// Passes a request on if it may use the controls; rejects it otherwise.
pub(super) async fn check(State(controls): State<Controls>, request: Request, next: Next) -> Response {
    if is_allowed(request.headers()) {
        next.run(request).await
    } else {
        Failure::Foreign.to_response(&controls, request.headers())
    }
}

/// Whether a request may use the controls: neither cross-origin nor by DNS rebinding. A cross-origin page has another
/// Origin. A page that has pointed its host name to this machine sends that name as Host. An IP address and
/// `localhost` belong to no website.
fn is_allowed(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host();
    let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let is_own = |origin: &str| origin == format!("http://{host}");
    let origin = headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    (is_address || name.eq_ignore_ascii_case("localhost")) && origin.is_none_or(is_own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn is_let_in(host: &'static str, origin: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        is_allowed(&headers)
    }

    #[test]
    fn addresses_and_localhost_are_let_in() {
        for host in ["127.0.0.1:7082", "localhost:7082", "[::1]:7082", "192.168.1.5:7082", "localhost"] {
            assert!(is_let_in(host, None), "{host}");
        }
        assert!(is_let_in("127.0.0.1:7082", Some("http://127.0.0.1:7082")));
    }

    #[test]
    fn pages_of_others_are_not() {
        for host in ["evil.example:7082", "evil.example", "127.0.0.1.evil.example", "user@127.0.0.1@x", ""] {
            assert!(!is_let_in(host, None), "{host}");
        }
        for origin in ["https://evil.example", "null", "http://127.0.0.1:80", "http://localhost:7082", ""] {
            assert!(!is_let_in("127.0.0.1:7082", Some(origin)), "{origin}");
        }
        assert!(!is_allowed(&HeaderMap::new()));
    }
}
