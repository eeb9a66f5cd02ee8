//! The known path that is nearest to an unknown one: a sandbox names it, since a 404 of the API has no body.

use super::connection::Connection;
use crate::request_log::Nearest;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use ruhui_core::api::{self, Endpoint, Visitor};

/// Header of a sandbox's 404 and 405 that names the nearest known method and path.
pub(super) const HEADER: HeaderName = HeaderName::from_static("ruhui-nearest-path");

/// Likeness from which a path is named.
const ALIKE: f64 = 0.7;
/// Longest path that is compared.
const LONGEST: usize = 512;

/// Names the known path that is nearest to an unknown one: in the log, in the request log and in a header.
pub(super) fn name(parts: &Parts, connection: &Connection, headers: &mut HeaderMap) {
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let Some(nearest) = find(method, path) else {
        tracing::warn!(
            "{method} {path}: there is no such path, and none like it / 没有该路径，也没有相近的路径"
        );
        return;
    };
    tracing::warn!(
        "{method} {path}: there is no such method and path; the nearest is {nearest} / 没有该方法与路径；最接近的是 {nearest}"
    );
    connection.note(|exchange| exchange.notes.nearest = Some(nearest));
    headers
        .insert(HEADER, HeaderValue::from_str(&nearest.to_string()).expect("paths of endpoints are ASCII"));
}

/// Returns the endpoint whose method and path are nearest to these.
pub(super) fn find(method: &str, path: &str) -> Option<Nearest> {
    if path.len() > LONGEST {
        return None;
    }
    let mut search = Search { method, path, best: None };
    api::visit(&mut search);
    search.best.map(|(_, nearest)| nearest)
}

struct Search<'a> {
    method: &'a str,
    path: &'a str,
    best: Option<(f64, Nearest)>,
}

impl Visitor for Search<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        let method = E::METHOD;
        // The constant is one of a few methods, whose texts are static.
        let Some(method) = [
            http::Method::GET,
            http::Method::POST,
            http::Method::PATCH,
            http::Method::PUT,
            http::Method::DELETE,
        ]
        .iter()
        .position(|known| *known == method)
        .map(|index| ["GET", "POST", "PATCH", "PUT", "DELETE"][index]) else {
            return;
        };
        // Of two paths that are equally near, that with the request's method is meant.
        let bonus = if method.eq_ignore_ascii_case(self.method) { 0.01 } else { 0.0 };
        let likeness = likeness(self.path, E::PATH) + bonus;
        if likeness >= ALIKE && self.best.is_none_or(|(best, _)| likeness > best) {
            self.best = Some((likeness, Nearest { method, path: E::PATH }));
        }
    }
}

/// Likeness of a path to a pattern, from 0 to 1: values in the path stand for the pattern's fields.
fn likeness(path: &str, pattern: &str) -> f64 {
    let (segments, fields) = (path.split('/'), pattern.split('/'));
    let filled: Vec<&str> = if segments.clone().count() == fields.clone().count() {
        segments
            .zip(fields)
            .map(|(value, field)| if field.starts_with('{') { field } else { value })
            .collect()
    } else {
        segments.collect()
    };
    strsim::normalized_levenshtein(&filled.join("/").to_ascii_lowercase(), &pattern.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_names_the_path_that_was_meant() {
        let nearest = |method, path| find(method, path).map(|nearest| nearest.to_string());
        for (method, path, meant) in [
            (
                "POST",
                "/v3/brand/partner/card-member/open-user-card-token",
                "POST /v3/brand/partner/card-member/open-user-card-tokens",
            ),
            (
                "GET",
                "/v3/brand/partner/card-member/pre-auth-tokens",
                "POST /v3/brand/partner/card-member/pre-auth-tokens",
            ),
            ("GET", "/V3/Certificates", "GET /v3/certificates"),
            ("GET", "/v3/certificate/", "GET /v3/certificates"),
        ] {
            assert_eq!(nearest(method, path).as_deref(), Some(meant), "{method} {path}");
        }
        assert_eq!(nearest("GET", "/"), None);
        assert_eq!(nearest("POST", "/v3/pay/transactions/jsapi"), None);
        assert_eq!(nearest("POST", &"/v3/certificates".repeat(100)), None);
    }
}
