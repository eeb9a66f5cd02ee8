//! Tests of raw HTTP on real sockets: half-closed connections, bodies that break off, early responses, and heads that
//! are not HTTP/1.1.

use crate::common::socket::*;
use crate::common::*;
use http::header::AUTHORIZATION;
use ruhui_core::api::rows;
use ruhui_server::http::Limits;
use tokio::io::AsyncWriteExt as _;

/// Returns a router whose handler takes some time, as one with a store does.
fn slow() -> axum::Router {
    axum::Router::new().fallback(async || {
        tokio::time::sleep(SOON).await;
        "late"
    })
}

#[tokio::test]
async fn a_client_that_closes_its_sending_side_gets_its_response() {
    let served = serve_router(slow(), Limits::default()).await;
    let mut wire = Wire::connect(&served).await;
    wire.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    wire.stream.shutdown().await.unwrap();
    let answer = wire.response().await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "late"));
    wire.closed().await;
}

#[tokio::test]
async fn a_client_that_is_gone_holds_nothing() {
    let world = TestService::new().await;
    // The drain's time-out is longer than the test waits, so only the end of the connections lets the listener stop.
    let served = serve(&world, limits(|limits| limits.drain_timeout = SOON * 1_000)).await;
    for _ in 0..20 {
        let mut wire = Wire::connect(&served).await;
        wire.write(written(&world.founding().sign())).await;
        wire.stream.set_zero_linger().unwrap();
    }
    let _ = served.stop.send(());
    within(served.task).await.unwrap();
}

#[tokio::test]
async fn a_body_that_breaks_off_or_has_malformed_chunks_is_400_with_the_reason() {
    let world = TestService::new().await;
    let served = serve(&world, Limits::default()).await;
    let request = world.founding().sign();
    let whole = written(&request);

    let mut wire = Wire::connect(&served).await;
    wire.write(&whole[..whole.len() - 1]).await;
    wire.stream.shutdown().await.unwrap();
    let answer = wire.response().await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.body.contains(rows::BODY_INCOMPLETE.zh), "{answer:?}");
    wire.closed().await;

    for chunk in
        ["zz\r\n", "-1\r\n", "0x5\r\n", "+5\r\n", "4722366482869645213696\r\n", "\r\n", "2\r\nabc\r\n"]
    {
        let mut wire = Wire::connect(&served).await;
        wire.write(format!("{}Transfer-Encoding: chunked\r\n\r\n{chunk}", head(&request))).await;
        let answer = wire.response().await;
        assert_eq!(answer.status, 400, "{chunk:?} {answer:?}");
        assert!(answer.body.contains(rows::BODY_CHUNKS_MALFORMED.zh), "{chunk:?} {answer:?}");
        assert!(answer.says("connection: close") && !answer.says("wechatpay-"), "{answer:?}");
        wire.closed().await;
    }
    assert_eq!(world.tokens().await.len(), 0);
}

#[tokio::test]
async fn a_client_that_asks_before_it_sends_the_body_is_rejected_without_a_100() {
    let world = TestService::new().await;
    let served = serve(&world, Limits::default()).await;
    let request = world.founding().bare();
    let mut wire = Wire::connect(&served).await;
    wire.write(format!("{}Expect: 100-continue\r\nContent-Length: 900000\r\n\r\n", head(&request))).await;
    let answer = wire.response().await;
    assert_eq!(answer.status, 401, "{answer:?}");
    assert!(answer.says("connection: close"), "{answer:?}");
    wire.closed().await;

    // The announced size is checked first, as it is when the body comes.
    let mut wire = Wire::connect(&served).await;
    wire.write(format!("{}Expect: 100-continue\r\nContent-Length: 9000000\r\n\r\n", head(&request))).await;
    let answer = wire.response().await;
    assert!(answer.status == 400 && answer.body.contains(rows::BODY_TOO_LARGE.zh), "{answer:?}");

    let mut wire = Wire::connect(&served).await;
    let request = world.founding().sign();
    let length = request.body().len();
    wire.write(format!("{}Expect: 100-Continue\r\nContent-Length: {length}\r\n\r\n", head(&request))).await;
    assert_eq!(wire.response().await.status, 100);
    wire.write(request.body()).await;
    assert_eq!(wire.response().await.status, 200);
}

#[tokio::test]
async fn a_rejection_reaches_a_client_that_is_still_sending() {
    let world = TestService::new().await;
    let served = serve(&world, limits(|limits| limits.body = SOON)).await;
    let big = vec![b' '; 3 << 20];
    let request = world.founding().sign();
    for (head, status) in [
        (format!("{}Content-Length: 900000000\r\n\r\n", head(&request)), 408),
        ("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n".to_owned(), 404),
        ("DELETE /v3/certificates HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n".to_owned(), 405),
        ("POST /v3/security/echo HTTP/1.1\r\nContent-Length: 900000000\r\n\r\n".to_owned(), 400),
        (format!("POST / HTTP/1.1\r\nX-Pad: {}", "x".repeat(1 << 20)), 431),
    ] {
        let mut wire = Wire::connect(&served).await;
        wire.write(head).await;
        // The client reads nothing while it sends. A reset would discard the response.
        tokio::time::sleep(SOON * 2).await;
        within(wire.write(&big)).await;
        tokio::time::sleep(SOON).await;
        let answer = wire.response().await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.says("connection: close"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_small_body_to_nowhere_leaves_the_connection_open() {
    let world = TestService::new().await;
    let served = serve(&world, Limits::default()).await;
    let mut wire = Wire::connect(&served).await;
    for status in [404, 404] {
        wire.write("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n").await;
        tokio::time::sleep(SOON).await;
        wire.write("abc").await;
        let answer = wire.response().await;
        assert_eq!(answer.status, status);
        assert!(!answer.says("connection: close"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_head_that_http_does_not_allow_is_rejected_with_the_reason() {
    let world = TestService::new().await;
    let served = serve(&world, Limits::default()).await;
    let cases = [
        ("GET /v3/certificates HTTP/1.1\r\n\r\n", 400, "Host"),
        ("GET /v3/certificates HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "Host"),
        (
            "POST /v3/security/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            501,
            "chunked",
        ),
        (
            "POST /v3/security/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            501,
            "chunked",
        ),
        (
            "POST /v3/security/echo HTTP/1.1\r\nHost: a\r\nExpect: banana\r\nContent-Length: 0\r\n\r\n",
            417,
            "100-continue",
        ),
    ];
    for (head, status, word) in cases {
        for (language, is_chinese) in [("zh-CN", true), ("en", false)] {
            let mut wire = Wire::connect(&served).await;
            wire.write(head.replacen("\r\n", &format!("\r\nAccept-Language: {language}\r\n"), 1)).await;
            let answer = wire.response().await;
            assert_eq!(answer.status, status, "{head:?} {answer:?}");
            assert!(answer.body.contains("INVALID_REQUEST") && answer.body.contains(word), "{answer:?}");
            assert_eq!(answer.body.is_ascii(), !is_chinese, "{answer:?}");
            assert!(answer.says("connection: close"), "{answer:?}");
            wire.closed().await;
        }
    }
    // HTTP/1.0 has no Host header.
    let mut wire = Wire::connect(&served).await;
    wire.write("GET /v3/certificates HTTP/1.0\r\n\r\n").await;
    assert_eq!(wire.response().await.status, 400);
    let signed = world.certificates().sign();
    assert!(signed.headers().contains_key(AUTHORIZATION));
    let mut wire = Wire::connect(&served).await;
    wire.write(String::from_utf8(written(&signed)).unwrap().replacen(
        "HTTP/1.1\r\nHost: api.mch.weixin.qq.com",
        "HTTP/1.0",
        1,
    ))
    .await;
    assert_eq!(wire.response().await.status, 200);
}
