//! Tests of hosts that are down: their sockets are closed, and bound again at the same address.

use super::fixture::Sandbox;
use crate::common::socket::{Wire, within, written};
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

async fn is_refused(address: SocketAddr) -> bool {
    match TcpStream::connect(address).await {
        Ok(_) => false,
        Err(error) => error.kind() == ErrorKind::ConnectionRefused,
    }
}

#[tokio::test]
async fn a_host_refuses_connections_as_long_as_a_rule_exists() {
    let sandbox = Sandbox::start().await;
    let request = sandbox.world.echo().sign();
    let mut open = Wire::to(sandbox.main).await;
    open.write(written(&request)).await;
    assert_eq!(open.response().await.status, 200);

    let first = sandbox.fault(json!({ "fault": "host-down", "host": "main" })).await;
    let second = sandbox.fault(json!({ "fault": "host-down", "host": "main" })).await;
    open.closed().await;
    assert!(is_refused(sandbox.main).await);
    assert!(!is_refused(sandbox.backup).await, "the other host is up");

    for (rule, is_down) in [(first, true), (second, false)] {
        let target = format!("/sandbox/faults/{}", rule["id"].as_str().unwrap());
        let (status, removed) = sandbox.control("DELETE", &target, Value::Null).await;
        assert_eq!((status, &removed["id"]), (200, &rule["id"]));
        assert_eq!(is_refused(sandbox.main).await, is_down, "the control has waited for the socket");
    }
    let served = sandbox.send(&sandbox.world.echo().sign()).await;
    assert!(served.bytes.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn both_hosts_are_down_and_the_controls_are_not() {
    let sandbox = Sandbox::start().await;
    for host in ["main", "backup"] {
        sandbox.fault(json!({ "fault": "host-down", "host": host })).await;
    }
    assert!(is_refused(sandbox.main).await && is_refused(sandbox.backup).await);
    let (status, _) = sandbox.control("POST", "/sandbox/reset", json!({})).await;
    assert_eq!(status, 200);
    // A reset removes the rules, and the sockets follow.
    within(async {
        while is_refused(sandbox.main).await || is_refused(sandbox.backup).await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert!(sandbox.rules().await.is_empty());
}

// Other systems do not let a second socket listen at an address that is bound.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_port_that_was_taken_meanwhile_is_said_and_tried_again() {
    let sandbox = Sandbox::start().await;
    let rule = sandbox.fault(json!({ "fault": "host-down", "host": "backup" })).await;
    let thief = TcpListener::bind(sandbox.backup).await.unwrap();
    let target = format!("/sandbox/faults/{}", rule["id"].as_str().unwrap());
    let (status, error) = sandbox.control("DELETE", &target, Value::Null).await;
    assert_eq!((status, error["code"].as_str()), (409, Some("PORT_TAKEN")), "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(&sandbox.backup.to_string()) && message.contains("keeps trying"), "{message}");
    assert!(sandbox.rules().await.is_empty(), "the rule is removed");
    drop(thief);
    within(async {
        while is_refused(sandbox.backup).await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let (status, _) = sandbox.control("DELETE", "/sandbox/faults", Value::Null).await;
    assert_eq!(status, 200);
}
