//! Tests of clients without a key: their bytes, connections and time are limited, and clients from other addresses are
//! served meanwhile. Each attacker has its own loopback address.

use crate::common::socket::*;
use crate::common::*;
use http::Request;
use ruhui_core::api::rows;
use ruhui_server::http::Limits;
use std::net::SocketAddr;
use tokio::net::TcpSocket;

const ATTACKER: [u8; 4] = [127, 0, 0, 66];

async fn from(address: [u8; 4], served: &Served) -> Wire {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((address, 0))).unwrap();
    Wire { stream: socket.connect(served.address).await.unwrap(), read: Vec::new() }
}

/// Returns a request with a valid head and a body of `size` bytes, without its last byte.
fn unfinished(world: &TestService, size: usize) -> Vec<u8> {
    let mut whole = written(&world.founding().body(vec![b' '; size]).sign());
    whole.pop();
    whole
}

async fn is_served(world: &TestService, wire: &mut Wire) -> bool {
    wire.write(written(&world.founding().sign())).await;
    wire.response().await.status == 200
}

/// Sends the body after the head, so that the request needs memory of the budget.
async fn send_in_two(wire: &mut Wire, request: &Request<Vec<u8>>) {
    let whole = written(request);
    let (first, second) = whole.split_at(whole.len() - request.body().len());
    wire.write(first).await;
    tokio::time::sleep(SOON / 4).await;
    wire.write(second).await;
}

#[tokio::test]
async fn unsigned_bodies_of_one_address_leave_memory_to_the_others() {
    let world = TestService::new().await;
    let served = serve(
        &world,
        limits(|limits| {
            limits.unsigned_bytes = 8 << 20;
            limits.unsigned_bytes_per_address = 2 << 20;
            limits.body = SOON * 10;
        }),
    )
    .await;
    let body = unfinished(&world, 1 << 20);
    let mut attackers = Vec::new();
    for _ in 0..20 {
        let mut wire = from(ATTACKER, &served).await;
        let body = body.clone();
        attackers.push(tokio::spawn(async move {
            wire.write(body).await;
            wire.response().await.status
        }));
    }
    tokio::time::sleep(SOON * 3).await;
    let mut good = Wire::connect(&served).await;
    let request = world.founding().body([world.founding().body, vec![b' '; 700_000]].concat()).sign();
    send_in_two(&mut good, &request).await;
    assert_eq!(good.response().await.status, 200);
    assert!(attackers.iter().all(|attacker| !attacker.is_finished()));
    for attacker in attackers {
        assert_eq!(within(attacker).await.unwrap(), rows::REQUEST_TOO_SLOW.status);
    }
    // The whole memory is returned to the budget.
    let mut late = from(ATTACKER, &served).await;
    send_in_two(&mut late, &request).await;
    assert_eq!(late.response().await.status, 200);
}

#[tokio::test]
async fn a_body_whose_head_is_rejected_takes_no_memory_and_gets_its_response() {
    let world = TestService::with_policy(|policy| policy.diagnose = false).await;
    let served = serve(&world, limits(|limits| limits.unsigned_bytes = 0)).await;
    let forged = world.founding().body(vec![b' '; 1 << 20]).with(|draft| draft.caller.1 = "1".to_owned());
    let mut wire = Wire::connect(&served).await;
    send_in_two(&mut wire, &forged.sign()).await;
    let answer = wire.response().await;
    assert!(answer.status == 401 && !answer.says("connection: close"), "{answer:?}");
    // A body above the size limit is reported first, even if the head has a mistake.
    let forged =
        world.founding().body(vec![b' '; (1 << 20) + 1]).with(|draft| draft.caller.1 = "1".to_owned());
    send_in_two(&mut wire, &forged.sign()).await;
    let answer = wire.response().await;
    assert!(answer.status == 400 && answer.body.contains(rows::BODY_TOO_LARGE.zh), "{answer:?}");
}

#[tokio::test]
async fn large_heads_take_from_the_same_memory() {
    let world = TestService::new().await;
    let served = serve(
        &world,
        limits(|limits| {
            limits.unsigned_bytes = 0;
            limits.idle = SOON * 5;
        }),
    )
    .await;
    let head = |size: usize| format!("GET / HTTP/1.1\r\nHost: x\r\nX-Pad: {}\r\n\r\n", "x".repeat(size));
    let mut large = Wire::connect(&served).await;
    large.write(head(20 << 10)).await;
    let mut small = Wire::connect(&served).await;
    small.write(head(4 << 10)).await;
    assert_eq!(small.response().await.status, 404);
    within(async { while large.more().await {} }).await;
    assert!(large.read.is_empty());
}

#[tokio::test]
async fn idle_connections_of_one_address_do_not_lock_out_another() {
    let world = TestService::new().await;
    let served = serve(
        &world,
        limits(|limits| {
            limits.connections = 8;
            limits.connections_per_address = 2;
        }),
    )
    .await;
    let mut attackers = Vec::new();
    for _ in 0..40 {
        attackers.push(from(ATTACKER, &served).await);
    }
    let mut good = Vec::new();
    for last in 1..=8 {
        let mut wire = from([127, 0, 0, last], &served).await;
        assert!(is_served(&world, &mut wire).await);
        good.push(wire);
    }
    for wire in &mut good[..6] {
        assert!(is_served(&world, wire).await);
    }
}

#[tokio::test]
async fn a_trusted_proxy_may_hold_all_connections() {
    let world = TestService::new().await;
    let served = serve(
        &world,
        limits(|limits| {
            limits.connections = 8;
            limits.connections_per_address = 2;
            limits.trusted_proxies = vec!["127.0.0.64/26".parse().unwrap()];
        }),
    )
    .await;
    for _ in 0..8 {
        let mut wire = from(ATTACKER, &served).await;
        assert!(is_served(&world, &mut wire).await);
        std::mem::forget(wire);
    }
    from(ATTACKER, &served).await.closed().await;
}

#[tokio::test]
async fn a_peer_that_never_reads_is_given_up() {
    let router = axum::Router::new().fallback(async || vec![b' '; 32 << 20]);
    // A graceful stop waits for open connections, so it ends only after this one was given up.
    let change = |limits: &mut Limits| {
        limits.write = SOON * 2;
        (limits.linger, limits.drain_timeout) = (SOON * 1_000, SOON * 1_000);
    };
    let served = serve_router(router, limits(change)).await;
    let mut wire = Wire::connect(&served).await;
    wire.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    within(wire.stream.readable()).await.unwrap();
    let _ = served.stop.send(());
    within(served.task).await.unwrap();
    drop(wire);
}

#[tokio::test]
async fn requests_after_a_rejected_signature_are_all_answered_in_order() {
    let world = TestService::new().await;
    let served = serve(&world, Limits::default()).await;
    let forged = written(&world.founding().with(|draft| draft.key = &BRAND).sign());
    let mut floods = Vec::new();
    for _ in 0..8 {
        let mut wire = from(ATTACKER, &served).await;
        wire.write(forged.repeat(8)).await;
        floods.push(wire);
    }
    let mut good = Wire::connect(&served).await;
    assert!(is_served(&world, &mut good).await);
    for wire in &mut floods {
        for _ in 0..8 {
            assert_eq!(wire.response().await.status, 401);
        }
        assert!(is_served(&world, wire).await);
    }
}
