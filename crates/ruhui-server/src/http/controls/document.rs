//! The OpenAPI document of the controls.

use super::context::Controls;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

/// The document. A test compares its paths with the routes, and another its schemas with requests and responses.
const DOCUMENT: &str = include_str!("openapi.json");

pub(super) fn router() -> Router<Controls> {
    Router::new().route("/sandbox/openapi.json", get(show))
}

async fn show() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], DOCUMENT)
}

#[cfg(test)]
mod tests {
    use super::DOCUMENT;
    use serde_json::Value;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Returns the methods and paths of all `.route("…", …)` in the source files of a folder.
    fn routes(folder: &Path) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.append(&mut routes(&path));
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for route in text.split(".route(\"/sandbox").skip(1) {
                let (path, methods) = route.split_once('"').unwrap();
                let methods = methods.lines().next().unwrap();
                for method in ["get", "post", "delete"] {
                    if methods.contains(&format!(" {method}(")) || methods.contains(&format!(".{method}(")) {
                        found.insert(format!("{method} /sandbox{path}"));
                    }
                }
            }
        }
        found
    }

    #[test]
    fn the_document_has_exactly_the_routes() {
        let document: Value = serde_json::from_str(DOCUMENT).unwrap();
        let mut documented = BTreeSet::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for method in operations.as_object().unwrap().keys() {
                documented.insert(format!("{method} {path}"));
            }
        }
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/controls");
        assert_eq!(routes(&source), documented);
    }
}
