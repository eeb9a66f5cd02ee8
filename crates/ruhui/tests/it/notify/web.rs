//! Tests of the extractor and the responses for axum.

use super::*;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRef, State};
use axum::response::Response;
use axum::routing::post;
use ruhui::notify::axum::{BODY_LIMIT, Notified, Rejected};
use ruhui::notify::{CallbackResponse, Handled, Inbox, InboxError, MemoryJournal};
use std::sync::Arc;
use tower::ServiceExt as _;

#[derive(Clone)]
struct App {
    receiver: Receiver,
    inbox: Arc<Inbox<MemoryJournal>>,
}

impl FromRef<App> for Receiver {
    fn from_ref(app: &App) -> Self {
        app.receiver.clone()
    }
}

/// Handler that fails for one card template, as a database might.
async fn handle(State(app): State<App>, Notified(received): Notified) -> CallbackResponse {
    let (_, card_id, _) = received.event.member().unwrap();
    let is_bad = card_id.as_str() == "bad";
    app.inbox.handle(&received, async { if is_bad { Err("no database") } else { Ok(()) } }).await.into()
}

async fn watch(notified: Result<Notified, Rejected>) -> Result<CallbackResponse, Rejected> {
    notified
        .map(|_| CallbackResponse::accept())
        .inspect_err(|rejected| assert!(format!("{rejected}").contains("; ")))
}

fn router() -> Router {
    let inbox = Arc::new(Inbox::new(MemoryJournal::new()).clock(Standing::at(NOW)));
    let app = App { receiver: receiver(), inbox };
    Router::new().route("/", post(handle)).route("/watch", post(watch)).with_state(app)
}

async fn send(path: &str, headers: HeaderMap, body: impl Into<Body>) -> (u16, String) {
    let mut request = http::Request::post(path).body(body.into()).unwrap();
    request.headers_mut().extend(headers);
    read(router().oneshot(request).await.unwrap()).await
}

async fn read(response: Response) -> (u16, String) {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 10).await.unwrap();
    let content_type = parts.headers.get("content-type");
    assert_eq!(content_type.is_some(), !body.is_empty());
    (parts.status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_good_one_is_accepted_without_a_body() {
    for path in ["/", "/watch"] {
        let (headers, body) = callback(&user_card_created("1"));
        assert_eq!(send(path, headers, body).await, (204, String::new()));
    }
}

#[tokio::test]
async fn a_bad_one_is_rejected_before_the_handler() {
    for path in ["/", "/watch"] {
        let (mut headers, body) = callback(&user_card_created("1"));
        headers.insert("wechatpay-nonce", "other".parse().unwrap());
        let refusal = r#"{"code":"FAIL","message":"验签失败"}"#.to_owned();
        assert_eq!(send(path, headers, body).await, (401, refusal));
    }
    assert_eq!(send("/", headers(b"{}"), "{}").await.0, 400);
}

#[tokio::test]
async fn a_failing_handler_is_500() {
    let plain = SYNC_USER_POINT.replace("pbLatjvWOibDc5", "bad");
    let (headers, body) = callback(&notification("1", EventKind::SyncUserPoint, &plain));
    let refusal = r#"{"code":"FAIL","message":"处理失败，请稍后重试"}"#.to_owned();
    assert_eq!(send("/", headers, body).await, (500, refusal));
}

/// The body is read up to the limit only, whatever the router's own limit is.
#[tokio::test]
async fn a_large_body_is_rejected() {
    let body = vec![b' '; BODY_LIMIT + 1];
    assert_eq!(send("/", headers(&body), body).await.0, 413);
    let body = vec![b' '; BODY_LIMIT];
    assert_eq!(send("/", headers(&body), body).await.0, 400, "signed, and not JSON");
}

#[test]
fn an_error_of_the_inbox_is_an_answer() {
    let status =
        |handled: Result<Handled, InboxError<(), ()>>| CallbackResponse::from(handled).status().as_u16();
    assert_eq!((status(Ok(Handled::Now)), status(Ok(Handled::Before))), (204, 204));
    assert_eq!(status(Err(InboxError::Busy)), 503);
    assert_eq!((status(Err(InboxError::Handler(()))), status(Err(InboxError::Journal(())))), (500, 500));
}
