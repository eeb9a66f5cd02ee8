//! The default transport: HTTP/1.1 over TCP and TLS, with reqwest's connection pools.
//!
//! TLS is rustls with aws-lc-rs, unless the process has installed another rustls provider. It trusts the
//! platform's root certificates and the certificates that the builder was given.

use super::proxy::Proxies;
use super::{Detail, NetworkCause, Phase, Transport, TransportError, Unsendable};
use crate::error::{Parameter, UsageError};
use crate::hosts::Host;
use crate::pem::{Loaded, Pem};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::Uri;
use http::uri::PathAndQuery;
use reqwest::{Certificate, Client, redirect};
use ruhui_core::key::{self, Damage, KeyError};
use ruhui_core::network;
use std::error::Error;
use std::time::Duration;
use tokio::time::Instant;

/// Maximum size of a response's body in bytes, far above any response of this API.
const BODY_LIMIT: usize = 8 << 20;

/// Time after which an idle pooled connection is closed. The service closes idle connections after 8 seconds
/// (`Keep-Alive: timeout=8`); a request sent at that moment is lost with the connection.
const POOL_IDLE: Duration = Duration::from_secs(7);

/// Settings of the default transport.
pub(crate) struct Settings {
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) ca_certificates: Vec<Pem>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(10),
            ca_certificates: Vec::new(),
        }
    }
}

/// Two connection pools: one for loopback addresses, without a proxy, and one for all other hosts. reqwest
/// uses a proxy for all hosts or for none, and a proxy that the environment names must not see, and cannot
/// reach, this machine's loopback addresses.
pub(crate) struct Network {
    outward: Option<Client>,
    loopback: Option<Client>,
    proxies: Proxies,
    connect_timeout: Duration,
    timeout: Duration,
}

impl Network {
    /// Builds the pools for these hosts and no others. Reading the platform's root certificates takes time,
    /// and fails where there are none, so they are read only for a host that needs them.
    pub(crate) fn new<'a>(
        settings: Settings,
        hosts: impl Iterator<Item = &'a Host>,
    ) -> Result<Self, UsageError> {
        let hosts: Vec<Uri> = hosts.map(|host| host.uri(&PathAndQuery::from_static("/"))).collect();
        let Settings { connect_timeout, timeout, ca_certificates } = settings;
        let roots = read_roots(ca_certificates)?;
        let pool = |loopback: bool| {
            let mut served = hosts.iter().filter(|uri| is_loopback(uri) == loopback).peekable();
            served.peek()?;
            let mut builder = Client::builder()
                .connect_timeout(connect_timeout)
                .timeout(timeout)
                .pool_idle_timeout(POOL_IDLE)
                .redirect(redirect::Policy::none())
                .referer(false)
                .retry(reqwest::retry::never())
                .http1_only();
            builder = if served.any(|uri| uri.scheme_str() == Some("https")) {
                builder.tls_certs_merge(roots.clone())
            } else {
                builder.tls_certs_only([])
            };
            if loopback {
                builder = builder.no_proxy();
            }
            Some(
                builder.build().map_err(|error| UsageError::Tls { detail: Detail::new(error.without_url()) }),
            )
        };
        let (outward, loopback) = (pool(false).transpose()?, pool(true).transpose()?);
        // The HTTP client reads the environment when it is built, so the proxies are read at the same time.
        Ok(Self { outward, loopback, proxies: Proxies::of_environment(), connect_timeout, timeout })
    }

    fn client_for(&self, uri: &Uri) -> Result<&Client, TransportError> {
        let client = if is_loopback(uri) { &self.loopback } else { &self.outward };
        client.as_ref().ok_or(TransportError::Unsendable { why: Unsendable::UnknownHost })
    }
}

fn read_roots(pems: Vec<Pem>) -> Result<Vec<Certificate>, UsageError> {
    let mut roots = Vec::new();
    for pem in pems {
        let parameter = Parameter::CaCertificate;
        let Loaded { bytes, path } = pem.load(parameter)?;
        let damaged = KeyError::Damaged(Damage::Certificate);
        let found = key::certificates(&bytes).and_then(|all| {
            all.iter().map(|der| Certificate::from_der(der).map_err(|_| damaged.clone())).collect()
        });
        let found: Vec<Certificate> = match found {
            Ok(found) => found,
            Err(error) => return Err(UsageError::Key { parameter, path, error }),
        };
        roots.extend(found);
    }
    Ok(roots)
}

/// Returns whether a URI's host is this machine.
fn is_loopback(uri: &Uri) -> bool {
    uri.host().is_some_and(network::is_loopback)
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let client = self.client_for(request.uri())?;
        let uri = request.uri().clone();
        let target = uri.path_and_query().map(|target| target.to_string());
        let request = reqwest::Request::try_from(request)
            .map_err(|_| TransportError::Unsendable { why: Unsendable::Invalid })?;
        let (path, query) = (request.url().path(), request.url().query());
        let written = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
        if target != Some(written) {
            // The URL library would change the spelling of the target, which is signed.
            return Err(TransportError::Unsendable { why: Unsendable::TargetWouldChange });
        }
        let start = Instant::now();
        match client.execute(request).await {
            Ok(response) => read(response).await,
            Err(error) => {
                let left = self.timeout.saturating_sub(start.elapsed());
                Err(self.explain(error, &uri, left).await)
            }
        }
    }
}

async fn read(mut response: reqwest::Response) -> Result<http::Response<Bytes>, TransportError> {
    let too_large = TransportError::TooLarge { limit: BODY_LIMIT };
    if response.content_length().is_some_and(|length| length > BODY_LIMIT as u64) {
        return Err(too_large);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(error, Phase::Reading))? {
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(too_large);
        }
        body.extend_from_slice(&chunk);
    }
    let mut whole = http::Response::new(body.freeze());
    *whole.status_mut() = response.status();
    *whole.headers_mut() = std::mem::take(response.headers_mut());
    Ok(whole)
}

impl Network {
    /// Returns the transport error for a failure before the response's headers. A time-out while connecting
    /// is a failed connection; any other failure may have come after the request was sent. `left` is the time
    /// that remains of the attempt.
    async fn explain(&self, error: reqwest::Error, uri: &Uri, left: Duration) -> TransportError {
        if error.is_connect() {
            let proxy = if is_loopback(uri) { None } else { self.proxies.find(uri) };
            let mut why = cause(&error);
            if let Some(proxy) = &proxy {
                why = proxy.cause(why, uri, self.connect_timeout.min(left)).await;
            }
            let proxy = proxy.map(|proxy| proxy.shown);
            TransportError::Connect { why, proxy, detail: Detail::new(error.without_url()) }
        } else if error.is_builder() {
            TransportError::Unsendable { why: Unsendable::Invalid }
        } else {
            failed(error, Phase::Waiting)
        }
    }
}

fn failed(error: reqwest::Error, phase: Phase) -> TransportError {
    if error.is_timeout() {
        return TransportError::Timeout { phase };
    }
    let why = match (cause(&error), phase) {
        (NetworkCause::Closed, Phase::Reading) => NetworkCause::Cut,
        (why, _) => why,
    };
    TransportError::Lost { why, detail: Detail::new(error.without_url()) }
}

fn cause(error: &reqwest::Error) -> NetworkCause {
    if error.is_dns() { NetworkCause::NameNotFound } else { NetworkCause::of(error, of_library) }
}

/// Returns the cause for an error of the HTTP or the TLS library.
fn of_library(error: &(dyn Error + 'static)) -> Option<NetworkCause> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(NetworkCause::of_tls(error));
    }
    match error.downcast_ref::<hyper::Error>()? {
        error if error.is_parse() => Some(NetworkCause::NotHttp),
        error if error.is_incomplete_message() || error.is_closed() => Some(NetworkCause::Closed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::Proxy;
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    /// A network whose only route is a proxy at `address`.
    fn behind_proxy(address: &str) -> Network {
        let url = format!("http://{address}");
        let client = Client::builder().tls_certs_only([]).proxy(reqwest::Proxy::all(&url).unwrap());
        Network {
            outward: Some(client.build().unwrap()),
            loopback: None,
            proxies: Proxies::of_all(&url, "ALL_PROXY"),
            connect_timeout: Duration::from_secs(600),
            timeout: Duration::from_millis(500),
        }
    }

    #[tokio::test]
    async fn the_time_limit_of_an_attempt_bounds_the_wait_on_a_proxy_too() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let network = behind_proxy(&address);
        let serving = async {
            // The proxy closes the connection of the request, and keeps the next one open without a response.
            let (mut first, _) = listener.accept().await.unwrap();
            assert_ne!(first.read(&mut [0; 1024]).await.unwrap(), 0);
            drop(first);
            let _second = listener.accept().await.unwrap();
            std::future::pending::<()>().await
        };
        let request = http::Request::get("https://api.mch.weixin.qq.com/v3/certificates").body(Bytes::new());
        let sent = tokio::time::timeout(Duration::from_secs(60), network.send(request.unwrap()));
        let result = tokio::select! { result = sent => result, () = serving => unreachable!() };
        let error = result.expect("the attempt ends long before the limit to connect").unwrap_err();
        let TransportError::Connect { proxy, why, .. } = error else { panic!("{error:?}") };
        assert_eq!(proxy, Some(Proxy::new(address, "ALL_PROXY")));
        assert_eq!(why, NetworkCause::ProxyRejected(None));
    }

    #[test]
    fn loopback_is_told_from_the_rest() {
        let is_loopback = |host: &str| is_loopback(&format!("http://{host}:8080/").parse().unwrap());
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "LocalHost"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["api.mch.weixin.qq.com", "10.0.0.1", "[::2]", "localhost.example"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
