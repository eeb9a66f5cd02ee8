//! Tests of the listener on real sockets: every limit ends in a response or a closed connection, never in a hang.
//! Limits of time are a tenth of a second here; `within` ends a test that hangs.

use crate::common::socket::*;
use crate::common::*;
use ruhui_core::api::rows;
use ruhui_server::http::{Limits, Listener, Tls};
use ruhui_server::start::{Stop, run};
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

#[tokio::test]
async fn a_connection_is_used_again_whatever_was_answered() {
    let world = TestService::new().await;
    let served = serve(&world, Limits::default()).await;
    let mut wire = Wire::connect(&served).await;
    let forged = world.founding().with(|draft| draft.key = &BRAND);
    let lost = world.founding().with(|draft| draft.target.push('/'));
    for (request, status) in [
        (world.founding().sign(), 200),
        (forged.sign(), 401),
        (world.founding().body("{").sign(), 400),
        (lost.sign(), 404),
        (world.certificates().sign(), 200),
        (world.founding().sign(), 200),
    ] {
        wire.write(written(&request)).await;
        let answer = wire.response().await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.says("keep-alive: timeout=8") && !answer.says("connection: close"), "{answer:?}");
    }
    assert_eq!(world.tokens().await.len(), 2);
}

#[tokio::test]
async fn a_chunked_body_is_a_body() {
    let world = TestService::new().await;
    let served = serve(&world, Limits::default()).await;
    let mut wire = Wire::connect(&served).await;
    let request = world.founding().sign();
    wire.write(format!("{}Transfer-Encoding: chunked\r\n\r\n", head(&request))).await;
    for chunk in request.body().chunks(7) {
        wire.write(format!("{:x}\r\n", chunk.len())).await;
        wire.write(chunk).await;
        wire.write("\r\n").await;
    }
    wire.write("0\r\n\r\n").await;
    assert_eq!(wire.response().await.status, 200);
}

#[tokio::test]
async fn a_head_of_32_kib_is_read_and_a_larger_one_is_431() {
    let world = TestService::new().await;
    let served = serve(&world, Limits::default()).await;
    let request = world.founding().sign();
    let padded = |size: usize| {
        let whole = String::from_utf8(written(&request)).unwrap();
        let head = whole.len() - request.body().len();
        whole.replacen("Host:", &format!("X-Pad: {}\r\nHost:", "x".repeat(size - head - 9)), 1)
    };
    let mut wire = Wire::connect(&served).await;
    wire.write(padded(32 << 10)).await;
    assert_eq!(wire.response().await.status, 200);

    for size in [(32 << 10) + 1, 100 << 10] {
        let mut wire = Wire::connect(&served).await;
        wire.write(padded(size)).await;
        let answer = wire.response().await;
        assert_eq!((answer.status, answer.body.as_str()), (431, ""));
        assert!(answer.says("connection: close") && !answer.says("wechatpay-"), "{answer:?}");
        wire.closed().await;
    }
    assert_eq!(world.tokens().await.len(), 1);
}

#[tokio::test]
async fn a_head_that_never_ends_is_closed() {
    let world = TestService::new().await;
    let served = serve(&world, limits(|limits| limits.idle = SOON)).await;
    let mut wire = Wire::connect(&served).await;
    wire.write("POST /v3/security/echo HTTP/1.1\r\nHost: x\r\nX-").await;
    wire.closed().await;
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let world = TestService::new().await;
    let served = serve(&world, limits(|limits| limits.idle = SOON)).await;
    Wire::connect(&served).await.closed().await;
    let mut wire = Wire::connect(&served).await;
    wire.write(written(&world.founding().sign())).await;
    assert_eq!(wire.response().await.status, 200);
    wire.closed().await;
}

#[tokio::test]
async fn what_is_no_http_is_closed() {
    let world = TestService::new().await;
    let served = serve(&world, Limits::default()).await;
    for bytes in ["\x16\x03\x01\x02\x00\x01\x00\x01\u{fc}", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
        let mut wire = Wire::connect(&served).await;
        wire.write(bytes).await;
        assert_eq!(wire.response().await.status, 400);
        wire.closed().await;
    }
}

#[tokio::test]
async fn request_too_slow() {
    let world = TestService::new().await;
    let served = serve(&world, limits(|limits| limits.body = SOON)).await;
    let request = world.founding().sign();
    let whole = written(&request);
    let mut wire = Wire::connect(&served).await;
    wire.write(&whole[..whole.len() - 1]).await;
    let answer = wire.response().await;
    assert_eq!(answer.status, rows::REQUEST_TOO_SLOW.status);
    assert!(answer.body.contains(rows::REQUEST_TOO_SLOW.zh) && answer.body.contains("INVALID_REQUEST"));
    assert!(answer.says("connection: close") && answer.says("request-id: "), "{answer:?}");
    assert!(!answer.says("wechatpay-"), "{answer:?}");
    wire.closed().await;
    assert_eq!(world.tokens().await.len(), 0);
}

#[tokio::test]
async fn a_body_that_breaks_off_acts_not() {
    let world = TestService::new().await;
    let served = serve(&world, limits(|limits| limits.linger = SOON)).await;
    let whole = written(&world.founding().sign());
    let mut wire = Wire::connect(&served).await;
    wire.write(&whole[..whole.len() - 1]).await;
    drop(wire);
    let mut wire = Wire::connect(&served).await;
    wire.write(format!("{}Transfer-Encoding: chunked\r\n\r\nzz\r\n", head(&world.founding().sign()))).await;
    within(async { while wire.more().await {} }).await;
    // The listener has seen the end of both connections.
    let _ = served.stop.send(());
    within(served.task).await.unwrap();
    assert_eq!(world.tokens().await.len(), 0);
}

#[tokio::test]
async fn body_too_large_is_answered_readably_and_closed() {
    let world = TestService::new().await;
    let served = serve(&world, Limits::default()).await;
    let request = world.founding().body(vec![b' '; 10_000_000]).sign();
    let mut wire = Wire::connect(&served).await;
    within(wire.write(written(&request))).await;
    let answer = wire.response().await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains(rows::BODY_TOO_LARGE.zh), "{answer:?}");
    assert!(answer.says("connection: close"), "{answer:?}");
    wire.closed().await;
}

#[tokio::test]
async fn one_connection_over_the_limit_is_closed() {
    let world = TestService::new().await;
    let served = serve(&world, limits(|limits| limits.connections = 2)).await;
    let mut held = [Wire::connect(&served).await, Wire::connect(&served).await];
    for wire in &mut held {
        wire.write(written(&world.founding().sign())).await;
        assert_eq!(wire.response().await.status, 200);
    }
    Wire::connect(&served).await.closed().await;
    // A connection that ends makes room for another one.
    drop(held);
    within(async {
        loop {
            let mut wire = Wire::connect(&served).await;
            wire.write(written(&world.founding().sign())).await;
            if wire.more().await {
                assert_eq!(wire.response().await.status, 200);
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight_and_ends_what_is_idle() {
    let world = TestService::new().await;
    let served = serve(&world, Limits::default()).await;
    let mut idle = Wire::connect(&served).await;
    idle.write(written(&world.founding().sign())).await;
    assert_eq!(idle.response().await.status, 200);

    // The handler has started when it asks for the body.
    let request = world.founding().sign();
    let mut wire = Wire::connect(&served).await;
    let length = request.body().len();
    wire.write(format!("{}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n", head(&request))).await;
    assert_eq!(wire.response().await.status, 100);

    let _ = served.stop.send(());
    idle.closed().await;
    within(async { while TcpStream::connect(served.address).await.is_ok() {} }).await;
    assert!(!served.task.is_finished());
    wire.write(request.body()).await;
    assert_eq!(wire.response().await.status, 200);
    wire.closed().await;
    within(served.task).await.unwrap();
    assert_eq!(world.tokens().await.len(), 2);
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let world = TestService::new().await;
    let served = serve(&world, limits(|limits| limits.drain_timeout = SOON)).await;
    let request = world.founding().sign();
    let mut wire = Wire::connect(&served).await;
    wire.write(format!("{}Expect: 100-continue\r\nContent-Length: 9\r\n\r\n", head(&request))).await;
    assert_eq!(wire.response().await.status, 100);
    let _ = served.stop.send(());
    within(served.task).await.unwrap();
}

/// Graceful shutdown: a load balancer needs time to detect it. A stopping service reports that it is not ready, and
/// serves requests until it is drained.
#[tokio::test]
async fn a_service_that_is_told_to_stop_says_so_and_serves_until_it_is_drained() {
    let world = TestService::new().await;
    let mut listeners = Vec::new();
    for _ in 0..3 {
        listeners.push(Listener::bind("127.0.0.1:0".parse().unwrap(), Tls::Off).await.unwrap());
    }
    let addresses: Vec<SocketAddr> = listeners.iter().map(|listener| listener.address().unwrap()).collect();
    let [main, backup, operations] = listeners.try_into().unwrap();
    let ((tell, told), (drain, drained)) = (oneshot::channel::<()>(), oneshot::channel::<()>());
    let done = |receiver: oneshot::Receiver<()>| async move {
        let _ = receiver.await;
    };
    let stop = Stop { told: done(told), drained: done(drained) };
    let service = world.service.clone();
    let running =
        tokio::spawn(run(service, [main, backup], (operations, None, None), Limits::default(), stop));
    let ready = async || {
        let mut wire = Wire::to(addresses[2]).await;
        wire.write("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
        wire.response().await.status
    };
    assert_eq!(ready().await, 200);
    let mut open = Wire::to(addresses[0]).await;
    open.write(written(&world.founding().sign())).await;
    assert!(!open.response().await.head.to_lowercase().contains("connection: close"));

    tell.send(()).unwrap();
    within(async { while ready().await != 503 {} }).await;
    // On an existing connection, and on a new one.
    for mut wire in [open, Wire::to(addresses[0]).await] {
        wire.write(written(&world.founding().sign())).await;
        let answer = wire.response().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.head.to_lowercase().contains("connection: close"), "{answer:?}");
        wire.closed().await;
    }

    drain.send(()).unwrap();
    within(running).await.unwrap();
    assert!(TcpStream::connect(addresses[0]).await.is_err());
    assert_eq!(world.tokens().await.len(), 3);
}
