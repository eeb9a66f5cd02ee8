//! Uploaded pictures, served to anyone who views a card: not signed, and immutable.

use super::body::BudgetedBody;
use super::connection::connection_of;
use super::response;
use crate::domain::Media;
use crate::domain::image::{LARGEST, media_id};
use crate::error::Error;
use crate::service::Service;
use crate::store::StoreExt as _;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;

/// Path of pictures. Its last part is a picture's [`Media::file_name`].
pub(super) const PATH: &str = "/media/{file}";

/// Memory for a picture and its record in Base64, as they are when it is read from the store.
const READING: usize = LARGEST * 4;

/// Responds with a picture.
///
/// The request is not signed, so the picture's bytes count as unsigned until the client has taken them.
pub(super) async fn respond(State(service): State<Arc<Service>>, request: Request) -> Response {
    let headers = request.headers();
    let file_name = request.uri().path().rsplit('/').next().unwrap_or_default();
    let Some(id) = media_id(file_name) else {
        return response::empty(&service, headers, StatusCode::NOT_FOUND);
    };
    let connection = connection_of(request.extensions());
    let memory = tokio::time::timeout(connection.body_patience(), connection.reserve(READING));
    let Ok(mut memory) = memory.await else { return response::failure(&service, headers, Error::Overloaded) };
    let entered = service.state_gate.enter().await;
    let read = service.store.read::<Media>(id).await;
    drop(entered);
    match read {
        Ok(Some(media)) if media.record.file_name() == file_name => {
            response::picture(&service, headers, &media.record).map(|body| {
                memory.shrink(usize::try_from(body.size_hint().lower()).unwrap_or(READING));
                Body::new(BudgetedBody::new(body, memory))
            })
        }
        Ok(_) => response::empty(&service, headers, StatusCode::NOT_FOUND),
        Err(error) => response::failure(&service, headers, error.into()),
    }
}
