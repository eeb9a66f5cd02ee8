//! WeChat's components as a user sees them: sheets that rise over the page that launched them.
//!
//! A sheet acts for the token of its address. Nothing else names the user.

mod address;
pub(crate) mod card;
mod drop_in;
mod headers;
mod holder;
mod join;
mod joined;
mod member;
mod pay_view;
mod refused;
mod sheet;

use crate::controls::InProcess;
use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

pub(crate) fn router() -> Router<InProcess> {
    Router::new()
        .route(address::JOIN, get(join::show).post(join::agree))
        .route(address::JOINED, get(joined::show))
        .route(member::VIEW_POINTS, post(member::act_view_points))
        .route(member::REDEEM, post(member::act_redeem))
        .route(member::DELETE, post(member::act_delete))
        .route(pay_view::ADDRESS, get(pay_view::show).post(pay_view::open))
        .merge(drop_in::router())
        .layer(from_fn(headers::secure))
}
