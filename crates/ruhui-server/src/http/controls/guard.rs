//! Access to the controls: programs on this machine are allowed, and web pages of other origins in its browser are
//! not.

use super::context::Controls;
use super::outcome::Failure;
use crate::domain::{ControlHost, PageOrigin};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use ruhui_console::PageOrigins;
use std::net::IpAddr;

/// Adds the origins whose pages may open the join component to a request, for the pages of the console.
pub(super) async fn add_page_origins(
    State(controls): State<Controls>,
    mut request: Request,
    next: Next,
) -> Response {
    let settings = controls.service.settings();
    let origins = settings.policy.page_origins.iter().map(PageOrigin::as_str);
    request.extensions_mut().insert(PageOrigins::new(origins));
    next.run(request).await
}

/// Passes a request on if it may use the controls; rejects it otherwise.
pub(super) async fn check(State(controls): State<Controls>, request: Request, next: Next) -> Response {
    let settings = controls.service.settings();
    if is_allowed(request.headers(), &settings.policy.control_hosts) {
        next.run(request).await
    } else {
        Failure::Foreign.to_response(&controls, request.headers())
    }
}

/// Whether a request may use the controls: neither cross-origin nor by DNS rebinding. A cross-origin page has another
/// Origin. A page that has pointed its host name to this machine sends that name as Host. An IP address and
/// `localhost` belong to no website, and neither do the names that the configuration allows.
fn is_allowed(headers: &HeaderMap, control_hosts: &[ControlHost]) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host();
    let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let is_own = |origin: &str| origin == format!("http://{host}");
    let origin = headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    let is_named = || control_hosts.iter().any(|host| host.is_named(name));
    (is_address || name.eq_ignore_ascii_case("localhost") || is_named()) && origin.is_none_or(is_own)
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
        is_allowed(&headers, &[])
    }

    #[test]
    fn a_name_that_the_configuration_allows_is_let_in_and_no_other() {
        let allowed = ["sandbox", "host.docker.internal"].map(|name| ControlHost::new(name).unwrap());
        let is_let_in = |host: &'static str, origin: Option<&'static str>| {
            let origin = origin.map(|origin| (ORIGIN, HeaderValue::from_static(origin)));
            let headers = [(HOST, HeaderValue::from_static(host))].into_iter().chain(origin);
            is_allowed(&headers.collect(), &allowed)
        };
        for host in ["sandbox:7082", "SANDBOX", "host.docker.internal:7082", "127.0.0.1:7082"] {
            assert!(is_let_in(host, None), "{host}");
        }
        assert!(is_let_in("sandbox:7082", Some("http://sandbox:7082")));
        for host in ["sandbox.evil.example:7082", "evil.sandbox", "docker.internal", "evil.example"] {
            assert!(!is_let_in(host, None), "{host}");
        }
        for origin in ["http://sandbox", "http://evil.example", "https://sandbox:7082", "null"] {
            assert!(!is_let_in("sandbox:7082", Some(origin)), "{origin}");
        }
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
        assert!(!is_allowed(&HeaderMap::new(), &[]));
    }
}
