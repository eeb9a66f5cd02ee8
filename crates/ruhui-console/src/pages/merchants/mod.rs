//! Merchants, brands and their keys; acts on the life of keys.

mod acts;
mod list;
mod texts;

use crate::controls::InProcess;
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn router() -> Router<InProcess> {
    Router::new()
        .route("/merchants", get(list::show))
        .route("/merchants/stage", post(acts::stage))
        .route("/merchants/certificate", post(acts::issue))
        .route("/merchants/revoke", post(acts::revoke))
        .route("/merchants/apiv3-key", post(acts::apiv3_key))
        .route("/merchants/platform/issue", post(acts::issue_platform))
        .route("/merchants/platform/use", post(acts::use_platform))
        .route("/merchants/platform/retire", post(acts::retire_platform))
}
