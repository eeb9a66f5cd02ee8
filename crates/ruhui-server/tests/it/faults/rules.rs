//! Rules and the header: which requests, how often, and what is rejected.

use super::fixture::*;
use crate::common::*;
use http::HeaderValue;
use ruhui_server::env::{Entropy as _, SeededEntropy};
use ruhui_server::http::Tls;
use serde_json::{Value, json};

#[tokio::test]
async fn the_controls_add_list_and_remove_rules() {
    let sandbox = Sandbox::start().await;
    let rule = json!({ "fault": "reset", "at": "after", "path": "/v3/*", "times": 2 });
    let added = sandbox.fault(rule).await;
    let listed = json!({
        "id": "f1", "fault": "reset", "at": "after", "path": "/v3/*", "times": 2,
        "source": "api", "matched": 0, "played": 0, "is_spent": false,
    });
    assert_eq!(added, listed);
    assert_eq!(sandbox.rules().await, std::slice::from_ref(&listed));
    sandbox.fault(json!({ "fault": "close" })).await;
    assert_eq!(sandbox.control("DELETE", "/sandbox/faults/f1", Value::Null).await, (200, listed));
    let (status, error) = sandbox.control("DELETE", "/sandbox/faults/f1", Value::Null).await;
    assert_eq!((status, &error["message"]), (404, &json!("there is no rule \"f1\"; the rules are f2")));
    assert_eq!(sandbox.control("DELETE", "/sandbox/faults", Value::Null).await.1, json!({ "removed": 1 }));
    assert!(sandbox.rules().await.is_empty());
}

#[tokio::test]
async fn a_rule_with_a_mistake_is_rejected_with_its_member() {
    let sandbox = Sandbox::start().await;
    for (rule, says) in [
        (json!({ "fault": "forged", "at": "after" }), "`at`: `forged` always happens after the commit"),
        (json!({ "fault": "delay" }), "`delay_ms`: `delay` needs it"),
        (json!({ "fault": "reset", "times": 0 }), "`times`: 0 is not possible"),
        (json!({ "fault": "reset", "tims": 1 }), "tims"),
        (json!({ "fault": "resett" }), "resett"),
        (json!({ "fault": "reset", "times": -1 }), "times"),
        (json!({}), "fault"),
    ] {
        let (status, error) = sandbox.control("POST", "/sandbox/faults", rule.clone()).await;
        let message = error["message"].as_str().unwrap();
        assert_eq!((status, &error["code"]), (400, &json!("PARAM_ERROR")), "{rule}");
        assert!(message.contains(says), "{rule}: {message}");
    }
    assert!(sandbox.rules().await.is_empty());
}

#[tokio::test]
async fn the_table_of_faults_says_what_each_takes() {
    let sandbox = Sandbox::start().await;
    let (_, kinds) = sandbox.control("GET", "/sandbox/faults/kinds", Value::Null).await;
    let kinds = kinds["data"].as_array().unwrap();
    let kind = |name: &str| kinds.iter().find(|kind| kind["fault"] == name).unwrap();
    assert_eq!(kind("reset")["at"], json!(["before", "after"]));
    assert_eq!(kind("forged")["at"], json!(["after"]));
    assert_eq!(kind("rate-limited")["at"], json!(["before"]));
    assert_eq!(kind("callback-lost")["at"], json!([]));
    assert_eq!(
        (&kind("host-down")["group"], &kind("host-down")["members"]),
        (&json!("host"), &json!(["host"]))
    );
    assert!(kind("reset")["client"]["zh"].as_str().is_some_and(|text| text.contains("重试")));
    assert_eq!(kinds.len(), 34);
}

#[tokio::test]
async fn a_rule_concerns_the_verified_requests_that_it_names() {
    let sandbox = Sandbox::start().await;
    let of = |name: &str, value: &str| json!({ "fault": "system-error", name: value });
    for (rule, is_played) in [
        (of("path", "/v3/brand/partner/card-member/pre-auth-tokens"), true),
        (of("path", "/v3/brand/partner/*"), true),
        (of("path", "/v3/brand/partner/card-member"), false),
        (of("method", "POST"), true),
        (of("method", "GET"), false),
        (of("caller", MCHID), true),
        (of("caller", BRAND_ID), false),
        (of("openid", OPENID), true),
        (of("openid", "oAnother"), false),
        (of("host", "main"), true),
        (of("host", "backup"), false),
    ] {
        sandbox.control("DELETE", "/sandbox/faults", Value::Null).await;
        sandbox.fault(rule.clone()).await;
        let received = sandbox.send(&sandbox.world.current().sign()).await;
        assert_eq!(received.status(), if is_played { 500 } else { 200 }, "{rule}");
        assert_eq!(sandbox.counts().await, [(u64::from(is_played), u64::from(is_played))], "{rule}");
    }
    // The last rule is that of the backup host.
    assert_eq!(sandbox.send_to(sandbox.backup, &sandbox.world.current().sign()).await.status(), 500);

    sandbox.control("DELETE", "/sandbox/faults", Value::Null).await;
    sandbox.fault(json!({ "fault": "reset" })).await;
    let mut forged = sandbox.world.current().sign();
    *forged.body_mut() = b"{}".to_vec();
    assert_eq!(
        sandbox.send(&forged).await.status(),
        401,
        "a request that is not verified gets its own response"
    );
    assert_eq!(sandbox.counts().await, [(0, 0)]);
}

#[tokio::test]
async fn a_header_fails_its_own_request_as_often_as_it_says() {
    let sandbox = Sandbox::start().await;
    let request = sandbox.world.current().sign();
    let other = with_header(&sandbox.world.current().sign(), "system-error; times=2; key=u2");
    let first = with_header(&request, "system-error; times=2; key=u1");
    let statuses = [&first, &other, &first, &first, &other, &other];
    let mut received = Vec::new();
    for request in statuses {
        received.push(sandbox.send(request).await.status());
    }
    assert_eq!(received, [500, 500, 500, 200, 500, 200]);
    assert_eq!(sandbox.tokens().await, 2);

    // Several headers are one list, and the name is the same in any case.
    let mut request = sandbox.world.current().sign();
    for text in ["delay; delay_ms=1", "bad-gateway"] {
        request.headers_mut().append("RUHUI-FAULT", HeaderValue::from_static(text));
    }
    assert_eq!(sandbox.send(&request).await.status(), 502);
}

#[tokio::test]
async fn a_malformed_header_is_rejected_and_leaves_no_state() {
    let sandbox = Sandbox::start().await;
    for (text, says) in [
        ("resett", "resett"),
        ("callback-lost", "callback-lost"),
        ("reset; at=now", "`at`"),
        ("reset; path=/v3", "\"path\""),
        ("", "\"\""),
    ] {
        let mut request = with_header(&sandbox.world.current().sign(), text);
        request.headers_mut().insert("accept-language", HeaderValue::from_static("en"));
        let received = sandbox.send(&request).await;
        assert_eq!((received.status(), &*received.code()), (400, "PARAM_ERROR"), "{text}");
        let message = received.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("Ruhui-Fault") && message.contains(says), "{text}: {message}");
    }
    let mut request = sandbox.world.current().sign();
    request.headers_mut().insert("ruhui-fault", HeaderValue::from_bytes(b"\xFF").unwrap());
    let response = sandbox.world.send(request).await;
    assert_eq!((response.status.as_u16(), response.json()["code"].clone()), (400, json!("PARAM_ERROR")));
    assert_eq!(sandbox.tokens().await, 0);
}

#[tokio::test]
async fn a_service_that_is_no_sandbox_ignores_the_header() {
    let sandbox = Sandbox::with(Tls::Off, |policy| policy.diagnose = false).await;
    for text in ["reset", "malformed; ="] {
        sandbox.send(&with_header(&sandbox.world.current().sign(), text)).await.token();
    }
    let (status, error) = sandbox.control("POST", "/sandbox/faults", json!({ "fault": "reset" })).await;
    assert_eq!(status, 404, "{error}");
}

/// Which of so many token requests fail, while other requests come in between.
async fn failures(sandbox: &Sandbox, noise: &SeededEntropy, requests: usize) -> Vec<bool> {
    let mut failures = Vec::new();
    let mut byte = [0];
    for _ in 0..requests {
        noise.fill(&mut byte);
        for _ in 0..byte[0] % 3 {
            sandbox.send(&sandbox.world.certificates().sign()).await;
        }
        failures.push(sandbox.send(&sandbox.world.current().sign()).await.status() == 500);
    }
    failures
}

#[tokio::test]
async fn the_sequence_of_a_probability_depends_on_its_seed_alone() {
    let path = "/v3/brand/partner/card-member/pre-auth-tokens";
    let mut sequences = Vec::new();
    for (seed, noise, is_first) in [(7, 1, true), (7, 2, false), (8, 1, true)] {
        let sandbox = Sandbox::start().await;
        let rule = json!({ "fault": "system-error", "probability": 0.5, "seed": seed, "path": path });
        let other = json!({ "fault": "unknown-fields", "probability": 0.5, "seed": noise });
        let rules = if is_first { [rule, other] } else { [other, rule] };
        for rule in rules {
            sandbox.fault(rule).await;
        }
        if !is_first {
            // The other rule would be played in its place.
            sandbox.control("DELETE", "/sandbox/faults/f1", Value::Null).await;
        }
        sequences.push(failures(&sandbox, &SeededEntropy::new(noise), 24).await);
    }
    assert_eq!(sequences[0], sequences[1]);
    assert_ne!(sequences[0], sequences[2]);
    assert!(sequences[0].contains(&true) && sequences[0].contains(&false));
}

#[tokio::test]
async fn a_reset_removes_rules_and_a_restore_keeps_them() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(json!({ "fault": "close", "nth": 9 })).await;
    let header = |sandbox: &Sandbox| with_header(&sandbox.world.current().sign(), "system-error; times=1");
    assert_eq!(sandbox.send(&header(&sandbox)).await.status(), 500);
    let (status, _) = sandbox.control("POST", "/sandbox/snapshots", json!({ "name": "a" })).await;
    assert_eq!(status, 200);
    assert_eq!(sandbox.control("POST", "/sandbox/restore", json!({ "name": "a" })).await.0, 200);
    assert_eq!(sandbox.counts().await, [(1, 0)]);
    assert_eq!(sandbox.send(&header(&sandbox)).await.status(), 200);
    assert_eq!(sandbox.control("POST", "/sandbox/reset", nothing()).await.0, 200);
    assert!(sandbox.rules().await.is_empty());
    assert_eq!(sandbox.send(&header(&sandbox)).await.status(), 500, "the counts of headers begin again");
}
