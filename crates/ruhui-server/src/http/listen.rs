//! Listening: connections within their limits, plain or TLS, closed gently.

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use axum::routing::future::RouteFuture;
use futures_util::future::{Either, Ready, ready};
use http::header::CONNECTION;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::Service as _;

/// What one listener takes. Every limit ends in an answer or a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at once; one more is closed.
    pub connections: usize,
    /// Bytes of a request's head; a larger one is answered 431.
    pub head: usize,
    /// How long a head may take, and a connection may be idle: the real service's 8 seconds.
    pub idle: Duration,
    /// How long a body may take; a slower one is answered 408.
    pub body: Duration,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long requests in flight may take once the service is told to stop.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            head: 32 << 10,
            idle: Duration::from_secs(8),
            body: Duration::from_secs(10),
            handshake: Duration::from_secs(5),
            farewell: Duration::from_secs(10),
        }
    }
}

/// How a listener speaks.
#[derive(Clone)]
pub enum Tls {
    /// Plain HTTP.
    Off,
    /// HTTPS.
    On(Arc<rustls::ServerConfig>),
}

/// A bound port.
pub struct Listener {
    socket: TcpListener,
    tls: Tls,
}

impl Listener {
    /// Binds `address`; connections wait from here on.
    ///
    /// # Errors
    ///
    /// The operating system's error, such as a port in use.
    pub async fn bind(address: SocketAddr, tls: Tls) -> io::Result<Self> {
        Ok(Self { socket: TcpListener::bind(address).await?, tls })
    }

    /// The address bound, with the port that was chosen for port 0.
    ///
    /// # Errors
    ///
    /// The operating system's error.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        match self.tls {
            Tls::Off => "http",
            Tls::On(_) => "https",
        }
    }

    /// Serves `router` until `stop` is done; then finishes what is in flight and returns.
    pub async fn serve(self, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
        let places = Arc::new(Semaphore::new(limits.connections));
        let graceful = GracefulShutdown::new();
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(limits.idle).max_buf_size(limits.head);
        // As the real service writes them; not every client compares names without regard to case.
        http.title_case_headers(true);
        let service = Doorkeeper { limits, router };
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                () = &mut stop => break,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file descriptors, most likely: a moment later there may be one.
                    tracing::warn!(%error, "accepting a connection failed");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            // Dropping the stream closes it.
            let Ok(place) = places.clone().try_acquire_owned() else { continue };
            let (tls, http, service, watcher) =
                (self.tls.clone(), http.clone(), service.clone(), graceful.watcher());
            tokio::spawn(async move {
                if let Some(io) = secure(stream, tls, limits.handshake).await {
                    let connection = http.serve_connection(TokioIo::new(io), service);
                    // A broken connection is the client's affair.
                    let _ = watcher.watch(connection).await;
                }
                drop(place);
            });
        }
        drop(self.socket);
        let _ = tokio::time::timeout(limits.farewell, graceful.shutdown()).await;
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Listener({:?})", self.socket)
    }
}

/// What stands before the router; as a layer of it, it would cost each request several allocations.
#[derive(Clone)]
struct Doorkeeper {
    limits: Limits,
    router: Router,
}

impl hyper::service::Service<Request<Incoming>> for Doorkeeper {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, RouteFuture<Infallible>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        if is_head_too_large(&request, self.limits.head) {
            let reply = (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, [(CONNECTION, "close")]);
            return Either::Left(ready(Ok(reply.into_response())));
        }
        request.extensions_mut().insert(self.limits);
        // A router is always ready.
        Either::Right(self.router.clone().call(request.map(Body::new)))
    }
}

/// hyper looks at a head's size before each read, so it lets one pass that is larger by a read.
fn is_head_too_large(request: &Request<Incoming>, limit: usize) -> bool {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let line = request.method().as_str().len() + target + "  HTTP/1.1\r\n".len();
    let headers =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    line + headers.sum::<usize>() + "\r\n".len() > limit
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn secure(stream: TcpStream, tls: Tls, patience: Duration) -> Option<Box<dyn Stream>> {
    // Small replies must not wait for more.
    let _ = stream.set_nodelay(true);
    match tls {
        Tls::Off => Some(Box::new(stream)),
        Tls::On(config) => {
            let handshake = TlsAcceptor::from(config).accept(stream);
            let stream = tokio::time::timeout(patience, handshake).await.ok()?.ok()?;
            Some(Box::new(stream))
        }
    }
}
