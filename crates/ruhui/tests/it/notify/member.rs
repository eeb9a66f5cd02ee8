//! Tests of `examples/member.rs`, from which users start.

#[path = "../../../examples/member.rs"]
#[allow(dead_code, reason = "the tests call its router and not its main function")]
mod example;

use super::*;
use axum::body::Body;
use http::StatusCode;
use std::process::Command;
use std::sync::Arc;
use tower::ServiceExt as _;

/// Returns the response to a confirmation: the card.
fn confirmed() -> String {
    USER_CARD.replace("UNACTIVATED", "EFFECTIVE").replace("\"phone_number\":\"13900001234\",", "")
}

async fn send(script: &Arc<Script>, headers: HeaderMap, body: Vec<u8>) -> StatusCode {
    let mut request = http::Request::post("/notify").body(Body::from(body)).unwrap();
    request.headers_mut().extend(headers);
    example::router(client(script), receiver()).oneshot(request).await.unwrap().status()
}

/// The template lets the merchant allocate the codes, so the event has none.
#[tokio::test]
async fn a_second_member_gets_a_code_of_its_own_and_a_retry_the_same_code() {
    let script = Script::new((0..3).map(|_| Ok(signed(200, &confirmed()))));
    for id in ["8b33f79f-8869-5ae5-b41b-3c0b59f957d0", "a5b1f79f-8869-5ae5-b41b-3c0b59f957d1"] {
        let (headers, body) = callback(&user_card_created(id));
        assert_eq!(send(&script, headers, body).await, StatusCode::NO_CONTENT);
    }
    let (headers, body) = callback(&user_card_created("8b33f79f-8869-5ae5-b41b-3c0b59f957d0"));
    assert_eq!(send(&script, headers, body).await, StatusCode::NO_CONTENT);
    let paths: Vec<String> =
        script.requests().iter().map(|request| request.uri().path().to_owned()).collect();
    let code = |path: &String| path.rsplit('/').nth(1).unwrap().to_owned();
    assert_eq!(code(&paths[0]), "8b33f79f88695ae5b41b3c0b59f957d0");
    assert_eq!(code(&paths[1]), "a5b1f79f88695ae5b41b3c0b59f957d1");
    assert_eq!(code(&paths[0]), code(&paths[2]));
}

/// The failures go to stderr, so this test reads the stderr of a child process.
#[test]
fn each_failure_is_reported_on_stderr() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "notify::member::failures", "--ignored", "--nocapture"]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stdout));
    for failure in [
        "rejected: ",
        "event failing: the handler failed: unexpected response: 500",
        "event unfit: it does not match the documents: ",
    ] {
        assert!(said.contains(failure), "{failure}: {said}");
    }
}

#[tokio::test]
#[ignore = "each_failure_is_reported_on_stderr runs it in a process of its own"]
async fn failures() {
    let script = Script::new([Ok(unsigned(500, ""))]);
    let (mut headers, body) = callback(&user_card_created("forged"));
    headers.insert("wechatpay-nonce", "other".parse().unwrap());
    assert_eq!(send(&script, headers, body).await, StatusCode::UNAUTHORIZED);
    let (headers, body) = callback(&user_card_created("failing"));
    assert_eq!(send(&script, headers, body).await, StatusCode::INTERNAL_SERVER_ERROR);
    let (headers, body) = callback(&notification("unfit", EventKind::UserCardCreated, "{}"));
    assert_eq!(send(&script, headers, body).await, StatusCode::NO_CONTENT);
}
