//! Listeners: accept connections within their limits, plain or TLS, and drain them in a graceful shutdown.

use super::body::{self, BodyPlan, Tracked};
use super::connection::{Common, Connection, Phase, connection_of};
use super::downtime::Downtime;
use super::limits::Limits;
use super::open_connections::OpenConnections;
use super::preface;
use super::quota::{Peer, Quota};
use super::socket::Socket;
use super::stream::{Guarded, Patience};
use crate::request_log::{ListenerName, RequestLog, Tap};
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::header::CONNECTION;
use http::request::Parts;
use http::{HeaderValue, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use ruhui_core::api::Row;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket};
use tokio_rustls::TlsAcceptor;
use tower::Service as _;

/// Whether a listener serves HTTP or HTTPS.
#[derive(Clone)]
pub enum Tls {
    /// Plain HTTP.
    Off,
    /// HTTPS.
    On(Arc<rustls::ServerConfig>),
}

/// Number of connections that may wait to be accepted. The operating system drops further ones, and a client whose
/// first packet is dropped waits a second before it sends the next.
pub(super) const BACKLOG: u32 = 4096;

/// Bytes that the operating system buffers for a client that does not read, for each connection. The system doubles
/// the number. A connection is writable again once a third is free, so a client that reads some 20 kB a second is not
/// cut off.
const SEND_BUFFER: u32 = 256 << 10;

/// Binds a socket. Until it listens, connections to its address are refused.
pub(super) fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Windows this option would let another program take the port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Returns the address at which a client on this machine reaches a bound one: `0.0.0.0` and `[::]`, which stand for all
/// addresses, are replaced by loopback.
pub(super) fn reachable(bound: SocketAddr) -> SocketAddr {
    let ip = match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bound.port())
}

/// A port that is bound and accepts connections.
pub struct Listener {
    socket: TcpListener,
    tls: Tls,
}

impl Listener {
    /// Binds `address`. From here on connections wait to be accepted.
    ///
    /// # Errors
    ///
    /// The operating system's error, such as a port in use.
    pub async fn bind(address: SocketAddr, tls: Tls) -> io::Result<Self> {
        Ok(Self { socket: bound(address)?.listen(BACKLOG)?, tls })
    }

    /// Returns the bound address, with the port that was chosen for port 0.
    ///
    /// # Errors
    ///
    /// The operating system's error.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Returns the URL at which a client on this machine reaches the listener.
    pub(crate) fn url(&self) -> io::Result<String> {
        Ok(format!("{}://{}", self.scheme(), reachable(self.address()?)))
    }

    /// Returns `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        match self.tls {
            Tls::Off => "http",
            Tls::On(_) => "https",
        }
    }

    /// Serves `router` until `stop` is done. Then drains: finishes the requests in flight and returns.
    pub async fn serve(self, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
        let common = Common::new(&limits);
        self.serve_with(common, (None, None), Downtime::never(), router, limits, stop).await;
    }

    /// Serves as [`Self::serve`] does, with the state `common` that the listeners of one service share, the name of
    /// this one, and the request log. While the host is to be down, the socket is closed.
    pub(super) async fn serve_with(
        self,
        common: Common,
        (name, log): (Option<ListenerName>, Option<Arc<RequestLog>>),
        mut downtime: Downtime,
        router: Router,
        limits: Limits,
        stop: impl Future<Output = ()>,
    ) {
        let quota = Quota { total: limits.connections, per_address: limits.connections_per_address };
        let open_connections = OpenConnections::new(quota);
        let graceful = GracefulShutdown::new();
        let http = http_within(&limits);
        let mut stop = std::pin::pin!(stop);
        let mut socket = Some(self.socket);
        loop {
            let accepted = tokio::select! {
                accepted = accept(socket.as_ref()) => accepted,
                () = downtime.begins() => {
                    let address = socket.take().and_then(|socket| socket.local_addr().ok());
                    open_connections.close_all();
                    let Some(address) = address else { break };
                    tokio::select! {
                        again = downtime.ends(address) => socket = Some(again),
                        () = &mut stop => break,
                    }
                    continue;
                }
                () = &mut stop => break,
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Most likely there are no file descriptors left; there may be one a moment later.
                    tracing::warn!(%error, "accepting a connection failed");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let peer = Peer::of(address, &limits.trusted_proxies);
            let tap = log.clone().zip(name).map(|(log, name)| Tap::new(log, name, Some(address)));
            let connection = Connection::new(peer, common.clone(), &limits);
            let connection = Arc::new(connection.named(name).tapped(tap));
            connection.enter(Phase::Idle);
            // No slot is free, and dropping the stream closes it.
            let Some(slot) = open_connections.admit(connection.clone()) else { continue };
            let service = PreRouter::new(connection.clone(), &limits, router.clone());
            let stream = Socket::new(stream, connection.clone());
            let patience = Patience::of(&limits);
            let (tls, http, watcher) = (self.tls.clone(), http.clone(), graceful.watcher());
            let handshake = limits.handshake;
            tokio::spawn(async move {
                let closed = connection.clone();
                let serving = async {
                    let Some(io) = secure(stream, tls, handshake).await else { return };
                    let io = TokioIo::new(Guarded::new(io, connection, patience));
                    // An error here is a connection that the client broke.
                    let _ = watcher.watch(http.serve_connection(io, service)).await;
                };
                tokio::select! {
                    () = serving => {}
                    () = closed.closed() => {}
                }
                drop(slot);
            });
        }
        drop(socket);
        let _ = tokio::time::timeout(limits.drain_timeout, graceful.shutdown()).await;
    }
}

/// The HTTP library, within the limits.
pub(super) fn http_within(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.idle).max_buf_size(limits.head);
    // A client may close its sending side after its request, as `nc -N` does, and still read the response.
    http.half_close(true);
    // Header names as the live service writes them; some clients compare them with regard to case.
    http.title_case_headers(true);
    http
}

async fn accept(socket: Option<&TcpListener>) -> io::Result<(tokio::net::TcpStream, SocketAddr)> {
    match socket {
        Some(socket) => socket.accept().await,
        None => std::future::pending().await,
    }
}

/// Reads the body of a request that came by a [`Listener`], within the listener's limits of time and memory.
///
/// # Errors
///
/// Returns the row for a body of more than `limit` bytes, and for one that is too slow, incomplete or malformed.
pub async fn read_body(parts: &Parts, body: Body, limit: usize) -> Result<Bytes, &'static Row> {
    let connection = connection_of(&parts.extensions);
    let is_awaited = preface::awaits_continue(&parts.headers);
    let read = body::read(body, limit, is_awaited, &connection, || BodyPlan::Bytes).await?;
    Ok(read.bytes)
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Listener({:?})", self.socket)
    }
}

/// The checks in front of the router. As a layer of the router they would cost each request several allocations.
pub(super) struct PreRouter {
    connection: Arc<Connection>,
    head_limit: usize,
    router: Router,
}

impl PreRouter {
    pub(super) fn new(connection: Arc<Connection>, limits: &Limits, router: Router) -> Self {
        Self { connection, head_limit: limits.head, router }
    }
}

impl hyper::service::Service<Request<Incoming>> for PreRouter {
    type Response = Response;
    type Error = Infallible;
    type Future =
        Either<Ready<Result<Response, Infallible>>, BoxFuture<'static, Result<Response, Infallible>>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.connection.begin_request();
        let rejected = preface::reject(&request, self.head_limit);
        let mut request = request.map(|body| Body::new(Tracked::new(body, self.connection.clone())));
        if let Some(response) = rejected {
            drop(request);
            self.connection.end_request();
            return Either::Left(ready(Ok(response)));
        }
        request.extensions_mut().insert(self.connection.clone());
        let (mut router, connection) = (self.router.clone(), self.connection.clone());
        Either::Right(Box::pin(async move {
            // A router is always ready.
            let mut response = router.call(request).await?;
            if connection.has_unread_body() {
                let headers = response.headers_mut();
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
                headers.remove("keep-alive");
            }
            connection.end_request();
            Ok(response)
        }))
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn secure(stream: Socket, tls: Tls, patience: Duration) -> Option<Box<dyn Stream>> {
    match tls {
        Tls::Off => Some(Box::new(stream)),
        Tls::On(config) => {
            let handshake = TlsAcceptor::from(config).accept(stream);
            let stream = tokio::time::timeout(patience, handshake).await.ok()?.ok()?;
            Some(Box::new(stream))
        }
    }
}
