//! The request log: a list with filters, and all of one request or callback.

mod acts;
mod exchange;
mod list;
mod message;
mod texts;

use crate::controls::InProcess;
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn router() -> Router<InProcess> {
    Router::new()
        .route("/requests", get(list::show))
        .route("/requests/clear", post(acts::clear))
        .route("/requests/{id}", get(exchange::show))
        .route("/requests/{id}/replay", post(acts::replay))
        .route("/requests/{id}/curl", get(acts::curl))
}

/// Returns the class of the badge of a status.
fn badge(status: Option<u16>) -> &'static str {
    match status {
        Some(200..300) => "badge-good",
        Some(300..500) => "badge-warning",
        _ => "badge-bad",
    }
}
