//! Tokens: those that were issued, with the time left; a new one; and a user who joins with one.

mod acts;
mod list;
mod texts;

use crate::controls::InProcess;
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn router() -> Router<InProcess> {
    Router::new().route("/tokens", get(list::show).post(acts::issue)).route("/tokens/join", post(acts::join))
}
