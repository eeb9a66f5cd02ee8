//! Reading a body within its limits of size and time.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use ruhui_core::api::{Row, rows};
use std::pin::pin;
use std::time::Duration;

/// The largest body: a legal agreement of 20,480 characters, escaped, has some 123 kB.
pub(super) const LIMIT: usize = 1 << 20;
/// The largest upload: a picture of 2 MB, and what stands around it.
pub(super) const UPLOAD_LIMIT: usize = 3 << 20;
/// How much of a body that is too large is read and thrown away, so that the answer arrives: a client that
/// is still sending would see a reset instead.
const DRAIN: usize = 16 << 20;

/// Reads all of `body`, at most `limit` bytes, which may take as long as `patience`.
pub(super) async fn read(body: Body, limit: usize, patience: Duration) -> Result<Bytes, &'static Row> {
    let mut collecting = pin!(collect(body, limit));
    // A small one has mostly come with its head, and then needs no timer.
    if let Some(read) = collecting.as_mut().now_or_never() {
        return read;
    }
    tokio::time::timeout(patience, collecting).await.unwrap_or(Err(&rows::REQUEST_TOO_SLOW))
}

async fn collect(mut body: Body, limit: usize) -> Result<Bytes, &'static Row> {
    let mut collected = BytesMut::new();
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        // The connection broke, or its chunks are malformed: nobody will read the answer.
        let Ok(frame) = frame else { return Err(&rows::REQUEST_TOO_SLOW) };
        let Some(data) = frame.data_ref() else { continue };
        size += data.len();
        if size > DRAIN {
            break;
        }
        if size <= limit {
            collected.extend_from_slice(data);
        }
    }
    if size > limit { Err(&rows::BODY_TOO_LARGE) } else { Ok(collected.freeze()) }
}
