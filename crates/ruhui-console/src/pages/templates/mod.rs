//! Card templates: a list, one as the card that a user would see, and forms that call the API.

mod acts;
pub(crate) mod card;
mod form;
mod list;
mod new;
mod picture;
mod show;
mod texts;

use crate::controls::InProcess;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub(crate) fn router() -> Router<InProcess> {
    Router::new()
        .route("/templates", get(list::show))
        .route(
            "/templates/new",
            get(new::show).post(acts::create).layer(DefaultBodyLimit::max(picture::LIMIT)),
        )
        .route(
            "/templates/{card_id}",
            get(show::show).post(acts::modify).layer(DefaultBodyLimit::max(picture::LIMIT)),
        )
        .route("/templates/{card_id}/invalidate", post(acts::invalidate))
}
