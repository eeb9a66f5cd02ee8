//! Faults in place of a response, before and after the commit.

use super::fixture::*;
use crate::common::*;
use ruhui_core::api::rows;
use ruhui_server::{Policy, RateLimit};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// The response or the end of the connection that a client sees.
fn is_played(fault: &str, received: &Received) {
    match fault {
        "reset" => assert_eq!((received.bytes.len(), received.end), (0, End::Reset), "{received:?}"),
        "close" => assert_eq!((received.bytes.len(), received.end), (0, End::Closed), "{received:?}"),
        "system-error" => {
            assert_eq!((received.status(), &*received.code()), (500, "SYSTEM_ERROR"));
            received.verified().unwrap();
        }
        "bad-gateway" => {
            let (status, headers, body) = received.response();
            assert_eq!((status, headers["content-type"].to_str().unwrap()), (502, "text/html"));
            assert!(body.starts_with(b"<html>") && body.ends_with(b"</html>\r\n"));
            let is_ours = |name: &str| name.starts_with("wechatpay") || name == "request-id";
            assert!(!headers.keys().any(|name| is_ours(name.as_str())), "{headers:?}");
        }
        _ => panic!("{fault}"),
    }
}

#[tokio::test]
async fn a_fault_before_the_commit_leaves_no_state_and_one_after_it_keeps_the_token() {
    let sandbox = Sandbox::start().await;
    let mut tokens = 0;
    for fault in ["system-error", "bad-gateway", "reset", "close"] {
        let request = sandbox.world.current().sign();
        sandbox.fault(json!({ "fault": fault, "times": 2 })).await;
        for _ in 0..2 {
            is_played(fault, &sandbox.send(&request).await);
            assert_eq!(sandbox.tokens().await, tokens, "{fault} before");
        }
        // A resend of these bytes is the first request that is processed.
        sandbox.send(&request).await.token();
        tokens += 1;
        assert_eq!(sandbox.tokens().await, tokens, "{fault} before, then again");

        let request = sandbox.world.current().sign();
        sandbox.fault(json!({ "fault": fault, "at": "after", "times": 1 })).await;
        is_played(fault, &sandbox.send(&request).await);
        tokens += 1;
        assert_eq!(sandbox.tokens().await, tokens, "{fault} after");
        let token = sandbox.send(&request).await.token();
        assert_eq!(sandbox.tokens().await, tokens, "{fault} after, then replayed");
        assert!(sandbox.world.tokens().await.iter().any(|record| record.token.as_str() == token));
        sandbox.control("DELETE", "/sandbox/faults", Value::Null).await;
    }
}

#[tokio::test]
async fn a_rejection_after_a_fault_is_the_requests_own() {
    let sandbox = Sandbox::start().await;
    let request = sandbox.world.current().member("card_id", "pNothing").sign();
    sandbox.fault(json!({ "fault": "system-error", "at": "after", "times": 1 })).await;
    assert_eq!(sandbox.send(&request).await.status(), 500);
    let rejected = sandbox.send(&request).await;
    assert_eq!(rejected.code(), rows::TEMPLATE_NOT_FOUND.code.as_str());
    rejected.verified().unwrap();
}

#[tokio::test]
async fn too_many_requests_and_redirects_leave_no_state() {
    let sandbox = Sandbox::start().await;
    let request = sandbox.world.current().sign();
    sandbox.fault(json!({ "fault": "rate-limited", "times": 1 })).await;
    sandbox.fault(json!({ "fault": "redirect", "nth": 2 })).await;
    let limited = sandbox.send(&request).await;
    assert_eq!((limited.status(), &*limited.code()), (429, "FREQUENCY_LIMITED"));
    assert_eq!(limited.header("retry-after"), "1");
    limited.verified().unwrap();
    let redirected = sandbox.send(&request).await;
    assert_eq!((redirected.status(), redirected.header("location")), (302, request.uri().to_string()));
    assert_eq!(redirected.header("wechatpay-signature"), "");
    assert_eq!(sandbox.tokens().await, 0);
    sandbox.send(&request).await.token();
}

#[tokio::test]
async fn a_fault_before_the_commit_takes_nothing_of_the_rate_limit() {
    let limit = |policy: &mut Policy| policy.rate_limit = RateLimit::DOCUMENTED;
    let sandbox = Sandbox::with(ruhui_server::http::Tls::Off, limit).await;
    sandbox.fault(json!({ "fault": "system-error", "times": 10 })).await;
    for _ in 0..10 {
        assert_eq!(sandbox.send(&sandbox.world.current().sign()).await.status(), 500);
    }
    for _ in 0..10 {
        sandbox.send(&sandbox.world.current().sign()).await.token();
    }
    assert_eq!(sandbox.send(&sandbox.world.current().sign()).await.status(), 429);
}

#[tokio::test]
async fn a_connection_with_an_earlier_response_is_broken_too() {
    let sandbox = Sandbox::start().await;
    let mut wire = socket::Wire::to(sandbox.main).await;
    wire.write(socket::written(&sandbox.world.current().sign())).await;
    assert_eq!(wire.response().await.status, 200);
    sandbox.fault(json!({ "fault": "close" })).await;
    wire.write(socket::written(&sandbox.world.current().sign())).await;
    wire.closed().await;
}

/// The time moves by itself when nothing but a delay is waited for.
#[tokio::test(start_paused = true)]
async fn delays_add_up_before_and_after_the_commit() {
    let world = TestService::new().await;
    let header = |text| with_header(&world.current().sign(), text);
    for (text, milliseconds) in [
        ("delay; delay_ms=600000", 600_000),
        ("delay; delay_ms=2000; at=after", 2000),
        ("delay; delay_ms=2000, delay; delay_ms=3000; at=after, delay; delay_ms=10", 5010),
    ] {
        let begun = Instant::now();
        let response = world.send(header(text)).await;
        assert_eq!(response.status, 200, "{}", response.text());
        let took = begun.elapsed();
        let expected = Duration::from_millis(milliseconds);
        assert!(took >= expected && took < expected + Duration::from_millis(100), "{text}: {took:?}");
    }
    let request = header("delay; delay_ms=1000");
    let begun = Instant::now();
    let (response, tokens) = tokio::join!(world.send(request), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        world.tokens().await.len()
    });
    assert_eq!((response.status.as_u16(), tokens), (200, 3), "nothing is committed during the delay");
    let request = header("delay; delay_ms=1000; at=after, reset");
    let (response, tokens) = tokio::join!(world.send(request), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        world.tokens().await.len()
    });
    // A router without a listener has no connection to reset.
    assert_eq!((response.body.len(), tokens), (0, 4), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_delayed_request_holds_up_no_reset_and_is_decided_on_the_new_state() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(json!({ "fault": "delay", "delay_ms": 1500 })).await;
    let delayed = async {
        sandbox.send(&sandbox.world.current().sign()).await.token();
        Instant::now()
    };
    let reset = async {
        while sandbox.counts().await != [(1, 1)] {
            tokio::task::yield_now().await;
        }
        let (status, _) = sandbox.control("POST", "/sandbox/reset", nothing()).await;
        assert_eq!(status, 200);
        Instant::now()
    };
    let (responded, reset) = tokio::join!(delayed, reset);
    assert!(reset < responded);
    assert_eq!(sandbox.tokens().await, 1, "the token is part of the new state");
}

#[tokio::test]
async fn a_delay_ends_when_the_service_stops() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(json!({ "fault": "delay", "delay_ms": 600_000 })).await;
    let (received, ()) = tokio::join!(async { sandbox.send(&sandbox.world.current().sign()).await }, async {
        while sandbox.counts().await != [(1, 1)] {
            tokio::task::yield_now().await;
        }
        sandbox.stop();
    });
    received.token();
}
