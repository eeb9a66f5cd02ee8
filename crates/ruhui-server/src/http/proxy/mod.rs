//! The forward proxy of a sandbox: it leads programs in which WeChat Pay's host names are built in to the sandbox.
//!
//! A client asks for a tunnel to one of these hosts with CONNECT (RFC 9110, section 9.3.6), and gets a connection to
//! the listener of the main or of the backup host. The proxy copies bytes and sees no TLS, so every fault of a listener
//! reaches the client. A request for any other host is rejected: no byte leaves for it.

mod hosts;
mod request;
mod tunnel;

use super::limits::Limits;
use super::listen::{BACKLOG, Listener, bound, http_within, reachable};
use crate::request_log::RequestLog;
use hosts::{Host, Hosts};
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use request::{Asked, Response, rejection};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tunnel::Tunnel;

/// Number of connections at a time. A further client waits to be accepted.
const CONNECTIONS: usize = 1000;

/// Clients that a proxy may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyClients {
    /// Programs of this machine: the proxy listens on loopback only.
    ThisMachine,
    /// Programs of other machines, too.
    AnyMachine,
}

impl ProxyClients {
    /// Whether a proxy for these clients may listen on `address`.
    pub(crate) fn may_use(self, address: SocketAddr) -> bool {
        self == Self::AnyMachine || address.ip().is_loopback()
    }
}

/// A forward proxy whose port is bound.
#[derive(Debug)]
pub(crate) struct ForwardProxy {
    socket: TcpListener,
    hosts: Hosts,
    upstream: Upstream,
}

/// The addresses of the listeners that a proxy leads to.
#[derive(Debug, Clone, Copy)]
struct Upstream {
    main: SocketAddr,
    backup: SocketAddr,
}

impl ForwardProxy {
    /// Binds `address`. The proxy leads to `main` or `backup` for each of `names` that belongs to WeChat Pay.
    ///
    /// # Errors
    ///
    /// The operating system's error, such as a port in use.
    pub(crate) fn bind(
        address: SocketAddr,
        names: &[&'static str],
        [main, backup]: [&Listener; 2],
    ) -> io::Result<Self> {
        let upstream = Upstream { main: reachable(main.address()?), backup: reachable(backup.address()?) };
        Ok(Self { socket: bound(address)?.listen(BACKLOG)?, hosts: Hosts::among(names), upstream })
    }

    /// Returns the URL at which a client on this machine reaches the proxy.
    pub(crate) fn url(&self) -> io::Result<String> {
        Ok(format!("http://{}", reachable(self.socket.local_addr()?)))
    }

    /// Serves until `stop` is done. Then lets the tunnels end, which the listeners at their other ends are closing.
    pub(crate) async fn serve(
        self,
        log: Option<Arc<RequestLog>>,
        limits: Limits,
        stop: impl Future<Output = ()>,
    ) {
        let patience = limits.drain_timeout;
        let (stopping, stopped) = watch::channel(());
        let open = Arc::new(Semaphore::new(CONNECTIONS));
        let visits = Arc::new(Visits { hosts: self.hosts, upstream: self.upstream, log, limits });
        let mut connections = JoinSet::new();
        let mut stop = pin!(stop);
        loop {
            let accepting = async {
                let permit = open.clone().acquire_owned().await;
                (permit, self.socket.accept().await)
            };
            let (permit, accepted) = tokio::select! {
                accepted = accepting => accepted,
                () = &mut stop => break,
            };
            while connections.try_join_next().is_some() {}
            match accepted {
                Ok((stream, client)) => {
                    let (visits, stopped) = (visits.clone(), stopped.clone());
                    connections.spawn(async move {
                        visits.serve(stream, client, stopped).await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    // Most likely there are no file descriptors left; there may be one a moment later.
                    tracing::warn!(%error, "accepting a connection of the proxy failed");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop((self.socket, stopping));
        let ended = async { while connections.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(patience, ended).await;
    }
}

/// The parts that the connections of a proxy share.
struct Visits {
    hosts: Hosts,
    upstream: Upstream,
    log: Option<Arc<RequestLog>>,
    limits: Limits,
}

impl Visits {
    /// Serves one connection: a request, and the tunnel that it asks for. A connection without a tunnel ends when the
    /// proxy stops.
    async fn serve(&self, stream: TcpStream, client: SocketAddr, mut stopped: watch::Receiver<()>) {
        let _ = stream.set_nodelay(true);
        let opened = Mutex::new(None);
        let service = service_fn(|request| self.respond(request, &opened));
        // A connection has one request, since a client may send it to another server as soon as it was rejected.
        let mut http = http_within(&self.limits);
        let serving = http.keep_alive(false).serve_connection(TokioIo::new(stream), service).with_upgrades();
        tokio::select! {
            // An error here is a connection that the client broke.
            _ = serving => {}
            _ = stopped.changed() => return,
        }
        let opened = opened.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(tunnel) = opened {
            tunnel.run(client, self.log.as_deref(), &self.limits, stopped).await;
        }
    }

    /// Responds to a request. The tunnel that it opens is put into `opened`.
    async fn respond(
        &self,
        request: Request<Incoming>,
        opened: &Mutex<Option<Tunnel>>,
    ) -> Result<Response, Infallible> {
        Ok(match self.open(request).await {
            Ok(tunnel) => {
                *opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(tunnel);
                request::established()
            }
            Err(response) => response,
        })
    }

    /// Connects to the listener that a request asks for, or returns the response that says why not.
    async fn open(&self, mut request: Request<Incoming>) -> Result<Tunnel, Response> {
        let asked = Asked::of(&request, &self.hosts);
        let Asked::Tunnel(host) = asked else {
            tracing::info!("the proxy rejected {} {}", request.method(), request.uri());
            return Err(rejection(asked, &self.hosts));
        };
        let address = match host {
            Host::Main => self.upstream.main,
            Host::Backup => self.upstream.backup,
        };
        let connecting = tokio::time::timeout(self.limits.handshake, TcpStream::connect(address)).await;
        match connecting {
            Ok(Ok(server)) => Ok(Tunnel::new(hyper::upgrade::on(&mut request), server)),
            Ok(Err(_)) | Err(_) => Err(request::unreachable(host)),
        }
    }
}

#[cfg(test)]
mod tests;
