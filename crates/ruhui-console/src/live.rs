//! The live stream: it says that something has changed, and the page is fetched again.
//!
//! The stream waits on the request log, which has every request, every callback and every act on the controls. A position is
//! `EMPTIED-NEWEST`: how often the log was emptied, and the number of its newest exchange. A browser that connects again
//! sends its last position, so no change is missed meanwhile.

use crate::controls::{Controls, InProcess};
use crate::visit::Visit;
use axum::Router;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::stream;
use serde::Deserialize;
use std::convert::Infallible;

/// Seconds after which a stream without a change says so: a page is never older, whatever the log does not have.
const WAIT_SECONDS: u32 = 20;

pub(crate) fn router() -> Router<InProcess> {
    // The sheets of the components reach nothing outside `/component/`.
    Router::new().route("/live", get(live)).route("/component/live", get(live))
}

/// A position in the request log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    emptied: u64,
    newest: u64,
}

impl Position {
    fn parse(text: &str) -> Option<Self> {
        let (emptied, newest) = text.split_once('-')?;
        Some(Self { emptied: emptied.parse().ok()?, newest: newest.parse().ok()? })
    }
}

#[derive(Deserialize)]
struct Waited {
    newest: u64,
    emptied: u64,
    #[serde(default)]
    stopping: bool,
}

async fn live(headers: HeaderMap, visit: Visit) -> Response {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(Position::parse);
    let from = last.or_else(|| Position::parse(visit.query("from")));
    let events = stream::unfold(State { controls: visit.controls, from, is_first: true }, next);
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    (headers, Body::from_stream(events)).into_response()
}

struct State {
    controls: Controls,
    from: Option<Position>,
    is_first: bool,
}

/// Waits for a change, and returns it as an event. The stream ends when the sandbox stops.
async fn next(state: State) -> Option<(Result<Bytes, Infallible>, State)> {
    let State { controls, from, is_first } = state;
    if is_first {
        // The head of the response leaves with the first bytes only.
        let text = Bytes::from_static(b"retry: 1000\n: connected\n\n");
        return Some((Ok(text), State { controls, from, is_first: false }));
    }
    let (after, emptied, wait) = match from {
        Some(Position { newest, emptied }) => (newest, emptied, WAIT_SECONDS),
        None => (0, 0, 0),
    };
    let target = format!("/sandbox/requests?limit=1&after={after}&emptied={emptied}&wait_seconds={wait}");
    let Waited { newest, emptied, stopping } = controls.get(&target).await.ok()?;
    if stopping {
        return None;
    }
    let event = format!("id: {emptied}-{newest}\nevent: change\ndata: {emptied}-{newest}\n\n");
    let from = Some(Position { emptied, newest });
    Some((Ok(Bytes::from(event)), State { controls, from, is_first: false }))
}
