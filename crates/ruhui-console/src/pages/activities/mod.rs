//! Activities: a list, one with its form, and acts by calls of the API.

mod acts;
mod badge;
mod form;
mod list;
mod show;
mod texts;

use crate::controls::InProcess;
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn router() -> Router<InProcess> {
    Router::new()
        .route("/activities", get(list::show).post(acts::create))
        .route("/activities/{id}", get(show::show).post(acts::modify))
        .route("/activities/{id}/end", post(acts::end))
}
