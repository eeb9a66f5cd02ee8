#![doc = include_str!("../README.md")]

mod assets;
mod call;
mod card_templates;
mod component;
mod controls;
mod explanation;
mod form;
mod frame;
mod headers;
mod language;
mod live;
mod page_origins;
mod pages;
mod preferences;
mod problem;
mod sandbox_agent;
mod time;
mod visit;

use axum::Router;
use axum::http::Extensions;
use axum::middleware::{from_fn, from_fn_with_state};
use controls::InProcess;
pub use page_origins::PageOrigins;
pub use sandbox_agent::SANDBOX_AGENT;

/// The router of the pages, for a sandbox with these controls. Its routes and those of the controls do not overlap, so
/// that one listener can serve both.
///
/// The caller checks the host and the origin of each request, as for the controls: the pages act for every visitor.
///
/// A request may carry [`PageOrigins`] in its extensions: further origins whose pages may open the join component.
///
/// `carried` picks the extensions of a visitor's request that the controls need, such as its connection.
pub fn router(controls: Router, carried: fn(&Extensions) -> Extensions) -> Router {
    let controls = InProcess::new(controls, carried);
    pages::router()
        .merge(component::router())
        .merge(live::router())
        .merge(preferences::router())
        .merge(assets::router())
        .fallback(pages::unknown)
        .layer(from_fn_with_state(controls.clone(), pages::check_path))
        .layer(from_fn(headers::secure))
        .with_state(controls)
}
