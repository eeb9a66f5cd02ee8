//! Uploaded pictures, for whoever looks at a card: not signed, and the same for good.

use super::reply;
use crate::domain::Media;
use crate::domain::image::media_id;
use crate::service::Service;
use crate::store::StoreExt as _;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;

/// Where pictures are; the last part of the path is a picture's [`Media::file_name`].
pub(super) const PATH: &str = "/media/{file}";

/// Answers with a picture.
pub(super) async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response {
    let headers = request.headers();
    let file_name = request.uri().path().rsplit('/').next().unwrap_or_default();
    let found = match media_id(file_name) {
        Some(id) => service.store.read::<Media>(id).await,
        None => Ok(None),
    };
    match found {
        Ok(Some(media)) if media.record.file_name() == file_name => {
            reply::picture(&service, headers, &media.record)
        }
        Ok(_) => reply::empty(&service, headers, StatusCode::NOT_FOUND),
        Err(error) => reply::failure(&service, headers, error),
    }
}
