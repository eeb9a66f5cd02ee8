//! Tests of a store that fails for one request.

use super::fixture::Sandbox;
use crate::common::*;
use serde_json::{Value, json};

/// The fault and the rejection of the newest exchange in the log.
async fn newest(sandbox: &Sandbox) -> Value {
    let (_, listed) = sandbox.control("GET", "/sandbox/requests?kind=request&limit=100", Value::Null).await;
    let logged = listed["data"].as_array().unwrap().iter();
    let newest = logged.filter(|exchange| exchange["listener"] == "main").max_by_key(|e| e["id"].as_u64());
    let target = format!("/sandbox/requests/{}", newest.unwrap()["id"]);
    sandbox.control("GET", &target, Value::Null).await.1
}

#[tokio::test]
async fn a_commit_fails_and_nothing_is_written() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(json!({ "fault": "store-failure", "times": 1 })).await;
    let request = sandbox.world.founding().sign();
    let received = sandbox.send(&request).await;
    assert_eq!(received.status(), 500);
    assert_eq!(received.code(), "SYSTEM_ERROR");
    assert_eq!(sandbox.tokens().await, 0);
    let logged = newest(&sandbox).await;
    assert_eq!(logged["fault"]["fault"], "store-failure");
    assert_eq!(
        (&logged["fault"]["at"], &logged["fault"]["state_written"]),
        (&json!("before"), &json!(false))
    );
    let cause = logged["rejection"]["cause"].to_string();
    assert!(cause.contains("the rule f1 plays the fault store-failure; nothing was written"), "{logged}");
    // The resend of the same request is a request as any other.
    assert_eq!(sandbox.send(&request).await.status(), 200);
    assert_eq!(sandbox.tokens().await, 1);
}

#[tokio::test]
async fn a_commit_is_durable_and_its_result_is_lost() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(json!({ "fault": "store-failure", "at": "after", "times": 1 })).await;
    let request = sandbox.world.founding().sign();
    assert_eq!(sandbox.send(&request).await.status(), 500);
    let token = sandbox.world.tokens().await.remove(0).token;
    let logged = newest(&sandbox).await;
    assert_eq!((&logged["fault"]["at"], &logged["fault"]["state_written"]), (&json!("after"), &json!(true)));
    // The resend of the same signed request gets the response of the first.
    let resent = sandbox.send(&request).await;
    assert_eq!(resent.token(), token.as_str());
    assert_eq!(sandbox.tokens().await, 1);
}

#[tokio::test]
async fn a_read_fails_and_so_does_the_keeping_of_a_rejection() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(json!({ "fault": "store-failure", "times": 1 })).await;
    let certificates = sandbox.world.certificates().sign();
    assert_eq!(sandbox.send(&certificates).await.status(), 500);
    assert_eq!(sandbox.send(&sandbox.world.certificates().sign()).await.status(), 200);

    // A rejection by a rule of the business is kept for resends.
    sandbox.fault(json!({ "fault": "store-failure", "times": 1 })).await;
    let rejected = sandbox.world.founding().body(
        json!({ "brand_id": BRAND_ID, "card_id": "pInvalidTemplate000000000001", "openid": OPENID })
            .to_string(),
    );
    let request = rejected.sign();
    assert_eq!(sandbox.send(&request).await.status(), 500);
    assert_eq!(sandbox.send(&request).await.status(), 400);
}
