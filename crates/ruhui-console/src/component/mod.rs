//! WeChat's components as a user sees them: sheets that rise over the page that launched them.
//!
//! A sheet acts for the token of its address. Nothing else names the user.

mod drop_in;
mod headers;
mod holder;
mod join;
mod joined;
mod refused;
mod sheet;

use crate::controls::InProcess;
use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;

pub(crate) fn router() -> Router<InProcess> {
    Router::new()
        .route(join::ADDRESS, get(join::show).post(join::agree))
        .route(joined::ADDRESS, get(joined::show))
        .merge(drop_in::router())
        .layer(from_fn(headers::secure))
}
