//! The request log: a list with filters, and all of one request or callback.

mod acts;
mod badge;
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
