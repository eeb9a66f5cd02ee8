//! The lab: business clock, faults on purpose, triggers, snapshots, reset and reload, on one page.
//!
//! All forms are sent to the address of the page. So a page with an error has the address of the page, too.

mod acts;
mod faults;
mod page;
mod snapshots;
mod texts;
mod triggers;

use crate::controls::InProcess;
use axum::Router;
use axum::routing::get;

pub(crate) fn router() -> Router<InProcess> {
    Router::new().route("/lab", get(page::show).post(acts::act))
}
