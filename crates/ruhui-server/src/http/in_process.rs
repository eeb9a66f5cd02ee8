//! Requests that a sandbox sends to its own API: the bytes pass through memory, and everything behind the socket is as
//! for a client of the main host.
//!
//! A request over the network would need a port that a reset cannot take away, the sandbox's own CA under TLS, and no
//! proxy. A call of the router would pass by the request log and the faults, which are beneath the HTTP library.

use super::connection::{Common, Connection};
use super::limits::Limits;
use super::listen::{PreRouter, http_within};
use super::quota::Peer;
use super::stream::{Guarded, Patience};
use crate::faults::FaultHost;
use crate::request_log::{ListenerName, Tap};
use crate::service::Service;
use axum::Router;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use ruhui_core::bilingual::Bilingual;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Bytes that wait in memory for their reader, in each direction.
const BUFFER: usize = 64 << 10;

/// The API as its own client reaches it.
#[derive(Clone)]
pub(super) struct InProcess {
    service: Arc<Service>,
    router: Router,
    common: Common,
    limits: Limits,
    /// URL of the main host, for clients outside the process.
    main_url: String,
}

/// A response, as far as it came.
#[derive(Debug)]
pub(super) struct Came {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// The result of a request.
#[derive(Debug)]
pub(super) struct Exchanged {
    /// Number of the exchange in the request log, if there is one.
    pub(super) number: Option<u64>,
    /// The response, if its head came.
    pub(super) response: Option<Came>,
    /// The reason why the response did not come, or not to its end.
    pub(super) failure: Option<NoResponse>,
}

/// The reason why a response did not come, or not to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoResponse {
    /// A fault keeps both hosts down.
    HostsDown,
    /// The connection ended.
    Ended,
    /// The time was over.
    Late(Duration),
}

impl NoResponse {
    pub(super) fn message(self) -> Bilingual {
        match self {
            Self::HostsDown => Bilingual::fixed(
                "no response: a fault keeps the main and the backup host down",
                "没有应答：注入的故障使主域名与备域名均不可用",
            ),
            Self::Ended => Bilingual::fixed(
                "the connection ended before the whole response had arrived",
                "连接在收到完整应答之前中断",
            ),
            Self::Late(limit) => {
                let seconds = limit.as_secs_f64();
                Bilingual::new(
                    format!("no whole response within {seconds} s"),
                    format!("{seconds} 秒内未收到完整应答"),
                )
            }
        }
    }
}

impl InProcess {
    pub(super) fn new(service: Arc<Service>, router: Router, common: Common, limits: Limits) -> Self {
        Self { service, router, common, limits, main_url: String::new() }
    }

    /// Sets the URL of the main host.
    pub(super) fn at(self, main_url: String) -> Self {
        Self { main_url, ..self }
    }

    /// The URL of the main host; empty if it is not known.
    pub(super) fn main_url(&self) -> &str {
        &self.main_url
    }

    /// Sends a request to the main host, or to the backup host while a fault keeps the main host down. A client that
    /// gives up after `limit` closes its connection, and so does this one.
    pub(super) async fn send(&self, request: Request<Full<Bytes>>, limit: Duration) -> Exchanged {
        let Some(listener) = self.reachable() else {
            return Exchanged { number: None, response: None, failure: Some(NoResponse::HostsDown) };
        };
        let number = Arc::new(AtomicU64::new(0));
        let log = self.service.request_log.clone();
        let tap = log.map(|log| Tap::new(log, listener, None).reporting_to(number.clone()));
        let connection = Connection::new(Peer::TrustedProxy, self.common.clone(), &self.limits);
        let connection = Arc::new(connection.named(Some(listener)).tapped(tap));
        let (response, failure) =
            exchange(connection, &self.limits, self.router.clone(), request, limit).await;
        // The connection is gone, so the log has the exchange.
        let number = Some(number.load(Ordering::Relaxed)).filter(|number| *number > 0);
        Exchanged { number, response, failure }
    }

    fn reachable(&self) -> Option<ListenerName> {
        let is_down = |host| self.service.faults.as_ref().is_some_and(|faults| faults.host_down(host));
        match [FaultHost::Main, FaultHost::Backup].map(is_down) {
            [false, _] => Some(ListenerName::Main),
            [true, false] => Some(ListenerName::Backup),
            [true, true] => None,
        }
    }
}

/// Sends a request over a connection in memory, and closes the connection.
async fn exchange(
    connection: Arc<Connection>,
    limits: &Limits,
    router: Router,
    request: Request<Full<Bytes>>,
    limit: Duration,
) -> (Option<Came>, Option<NoResponse>) {
    let router = PreRouter::new(connection.clone(), limits, router);
    let (near, far) = tokio::io::duplex(BUFFER);
    let near = Guarded::new(near, connection, Patience::of(limits));
    let serving = async {
        // An error here is a response that a fault breaks off.
        let _ = http_within(limits).serve_connection(TokioIo::new(near), router).await;
        std::future::pending().await
    };
    let mut response = None;
    let failure = tokio::select! {
        failure = ask(far, request, &mut response) => failure.err(),
        () = serving => None,
        () = tokio::time::sleep(limit) => Some(NoResponse::Late(limit)),
    };
    (response, failure)
}

/// Sends a request over a stream, and puts the response into `response` while it comes.
async fn ask(
    stream: tokio::io::DuplexStream,
    request: Request<Full<Bytes>>,
    response: &mut Option<Came>,
) -> Result<(), NoResponse> {
    let handshake = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|_| NoResponse::Ended)?;
    let receiving = async {
        let came = sender.send_request(request).await.map_err(|_| NoResponse::Ended)?;
        read(came, response).await
    };
    // The connection moves the bytes of both directions, and ends after the response.
    let moving = async {
        let _ = connection.await;
        std::future::pending().await
    };
    tokio::select! {
        received = receiving => received,
        () = moving => Ok(()),
    }
}

async fn read(came: http::Response<Incoming>, response: &mut Option<Came>) -> Result<(), NoResponse> {
    let (parts, mut body) = came.into_parts();
    let came = response.insert(Came { status: parts.status, headers: parts.headers, body: Vec::new() });
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| NoResponse::Ended)?;
        came.body.extend_from_slice(frame.data_ref().map(Bytes::as_ref).unwrap_or_default());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use futures_util::{StreamExt as _, stream};

    const LIMIT: Duration = Duration::from_secs(10);

    async fn result(router: Router) -> (Option<Came>, Option<NoResponse>) {
        let mut request = Request::new(Full::default());
        request.headers_mut().insert(http::header::HOST, http::HeaderValue::from_static("localhost"));
        exchange(Connection::detached(), &Limits::default(), router, request, LIMIT).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_response_comes_whole() {
        let long = "a".repeat(3 * BUFFER);
        let (response, failure) = result(Router::new().route("/", get(async || long))).await;
        assert_eq!((response.unwrap().body.len(), failure), (3 * BUFFER, None));
    }

    #[tokio::test(start_paused = true)]
    async fn a_response_that_does_not_come_is_given_up() {
        let begun = tokio::time::Instant::now();
        let never = Router::new().route("/", get(std::future::pending::<()>));
        let (response, failure) = result(never).await;
        assert!(response.is_none());
        assert_eq!((failure, begun.elapsed()), (Some(NoResponse::Late(LIMIT)), LIMIT));
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_of_a_response_is_kept() {
        // The end comes once the first part is sent: the paused clock moves when nothing else does.
        let parts = || {
            stream::iter([Ok("a part")]).chain(stream::once(async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                Err(std::io::Error::other("the end"))
            }))
        };
        let broken = Router::new().route("/", get(async move || Body::from_stream(parts())));
        let (response, failure) = result(broken).await;
        assert_eq!((&response.unwrap().body[..], failure), (&b"a part"[..], Some(NoResponse::Ended)));
    }
}
