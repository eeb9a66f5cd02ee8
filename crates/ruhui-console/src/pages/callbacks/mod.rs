//! Callbacks: the queue and the history of events, one event with its attempts, and acts on them.

mod acts;
mod badge;
mod event;
mod list;
mod texts;

use crate::controls::InProcess;
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn router() -> Router<InProcess> {
    Router::new()
        .route("/callbacks", get(list::show))
        .route("/callbacks/pause", post(acts::pause))
        .route("/callbacks/resume", post(acts::resume))
        .route("/callbacks/redirect", post(acts::redirect_all))
        .route("/callbacks/probe", post(acts::probe))
        .route("/callbacks/{event_id}", get(event::show))
        .route("/callbacks/{event_id}/resend", post(acts::resend))
        .route("/callbacks/{event_id}/redirect", post(acts::redirect))
        .route("/callbacks/{event_id}/drop", post(acts::discard))
}
