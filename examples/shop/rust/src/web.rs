//! The files of the page, which the program contains.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

/// Returns the routes of the page, which loads this script.
pub(crate) fn files(script: &str) -> Router {
    let page = include_str!("../../web/index.html").replace("{{WX_SCRIPT}}", script);
    Router::new()
        .route("/", file("text/html; charset=utf-8", page))
        .route("/shop.css", file("text/css", include_str!("../../web/shop.css").to_owned()))
        .route("/shop.js", file("text/javascript", include_str!("../../web/shop.js").to_owned()))
        .route("/texts.js", file("text/javascript", include_str!("../../web/texts.js").to_owned()))
        .route("/visitor.js", file("text/javascript", include_str!("../../web/visitor.js").to_owned()))
}

fn file(kind: &'static str, text: String) -> axum::routing::MethodRouter {
    get(async move || ([(CONTENT_TYPE, kind)], text))
}
