//! The request log's notes of faults.

use super::fixture::*;
use serde_json::{Value, json};

/// The exchanges that a filter takes. Those of broken connections are logged when the connection has ended.
async fn listed(sandbox: &Sandbox, query: &str, wanted: usize) -> Vec<Value> {
    let target = format!("/sandbox/requests?kind=request&{query}");
    crate::common::socket::within(async {
        loop {
            let (status, listed) = sandbox.control("GET", &target, Value::Null).await;
            assert_eq!(status, 200, "{listed}");
            let data = listed["data"].as_array().unwrap().clone();
            if data.len() >= wanted {
                return data;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

#[tokio::test]
async fn an_exchange_says_which_fault_when_and_whether_state_was_written() {
    let sandbox = Sandbox::start().await;
    let rule = json!({ "fault": "reset", "at": "after", "nth": 2, "openid": crate::common::OPENID });
    sandbox.fault(rule.clone()).await;
    let header = "system-error; times=1, delay; delay_ms=1";
    sandbox.send(&with_header(&sandbox.world.current().sign(), header)).await;
    sandbox.send(&sandbox.world.current().sign()).await;
    sandbox.send(&sandbox.world.current().sign()).await.token();

    let all = listed(&sandbox, "path=pre-auth&show_sensitive=true", 3).await;
    let before = json!({
        "id": "header", "fault": "system-error", "at": "before", "state_written": false,
        "rule": { "fault": "system-error", "times": 1 },
        "delays": [{ "id": "header", "fault": "delay", "at": "before", "rule": { "fault": "delay", "delay_ms": 1 } }],
    });
    let after = json!({ "id": "f1", "fault": "reset", "at": "after", "state_written": true, "rule": rule });
    assert_eq!(all[0]["fault"], before);
    assert_eq!((&all[1]["fault"], &all[1]["status"]), (&after, &Value::Null));
    assert_eq!(all[2].get("fault"), None);

    let id = &all[1]["id"];
    let (_, shown) = sandbox.control("GET", &format!("/sandbox/requests/{id}"), Value::Null).await;
    let openid = shown["fault"]["rule"]["openid"].as_str().unwrap();
    assert!(openid.contains('*') || openid.contains('…'), "personal data is masked: {openid}");
    assert_eq!(shown["response"], Value::Null);
    assert!(shown["written"].as_array().is_some_and(|written| !written.is_empty()), "{shown}");

    for (fault, number) in [("any", 2), ("reset", 1), ("delay", 1), ("forged", 0)] {
        assert_eq!(listed(&sandbox, &format!("fault={fault}"), number).await.len(), number, "{fault}");
    }
    let (status, error) = sandbox.control("GET", "/sandbox/requests?fault=resett", Value::Null).await;
    assert_eq!(status, 400, "{error}");
    let (_, har) = sandbox.control("GET", "/sandbox/requests/har?fault=any", Value::Null).await;
    let comments: Vec<_> =
        har["log"]["entries"].as_array().unwrap().iter().map(|entry| entry["comment"].clone()).collect();
    assert_eq!(
        comments,
        [
            "fault header: system-error before the commit, no state was written",
            "fault f1: reset after the commit, state was written"
        ]
    );
}
