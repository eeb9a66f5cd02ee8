//! The request log: a list with filters, and all of one request or callback.

mod list;
mod texts;

use crate::controls::InProcess;
use axum::Router;
use axum::routing::get;

pub(crate) fn router() -> Router<InProcess> {
    Router::new().route("/requests", get(list::show))
}
