//! Callback client over TCP and TLS, with reqwest and protection against SSRF (server-side request forgery).

use super::cause::cause;
use super::{CallbackClient, CallbackError, CallbackResponse};
use crate::domain::AddressPolicy;
use async_trait::async_trait;
use bytes::Bytes;
use http::header::{CONNECTION, HeaderMap, HeaderValue, LOCATION};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url, redirect};
use ruhui_core::network::NetworkCause;
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Time limit from the first packet to the status, as the documents set it.
const DEADLINE: Duration = Duration::from_secs(5);

/// Sends callbacks over the network.
///
/// Each callback has its own connection. A pooled connection that the endpoint has just closed would cost an
/// attempt, and the real service does not keep connections either.
#[derive(Debug)]
pub struct NetworkCallbackClient {
    reach: AddressPolicy,
    deadline: Duration,
    http: OnceLock<Result<Client, CallbackError>>,
    // Separate from `http`: loading the platform's root certificates takes time, and fails where there are
    // none.
    https: OnceLock<Result<Client, CallbackError>>,
}

impl NetworkCallbackClient {
    /// Returns a client for the addresses that `reach` allows.
    pub fn new(reach: AddressPolicy) -> Self {
        Self { reach, deadline: DEADLINE, http: OnceLock::new(), https: OnceLock::new() }
    }

    /// Sets another time limit than 5 seconds.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    fn client_for(&self, url: &Url) -> Result<&Client, CallbackError> {
        let client = match url.scheme() {
            "http" => self.http.get_or_init(|| self.build(|builder| builder.tls_certs_only([]))),
            "https" => self.https.get_or_init(|| self.build(|builder| builder)),
            _ => return Err(CallbackError::BadUrl),
        };
        client.as_ref().map_err(Clone::clone)
    }

    fn build(
        &self,
        with: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<Client, CallbackError> {
        let builder = Client::builder()
            .timeout(self.deadline)
            .pool_max_idle_per_host(0)
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            // A proxy would resolve the name itself, and the check of the address would be lost.
            .no_proxy()
            .dns_resolver(Arc::new(ReachableResolver(self.reach)))
            .http1_only()
            .http1_title_case_headers();
        with(builder).build().map_err(|error| {
            tracing::error!(%error, "callbacks over https cannot be sent");
            CallbackError::Unable
        })
    }

    /// Checks an IP address in the URL itself: the resolver never sees it.
    fn check_literal(&self, url: &Url) -> Result<(), CallbackError> {
        let host = url.host_str().ok_or(CallbackError::BadUrl)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) if !self.reach.allows(address) => {
                Err(CallbackError::NotPublic { host: host.to_owned() })
            }
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl CallbackClient for NetworkCallbackClient {
    async fn post(
        &self,
        url: &str,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<CallbackResponse, CallbackError> {
        let url = Url::parse(url).map_err(|_| CallbackError::BadUrl)?;
        let client = self.client_for(&url)?;
        self.check_literal(&url)?;
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        let response = client.post(url).headers(headers).body(body).send().await.map_err(|e| explain(&e))?;
        Ok(read(response).await)
    }
}

/// Reads the response. The status alone decides whether the callback is accepted. The rest is read for people
/// who look for the cause; the excerpt is limited, since an endpoint may send a body of any length. The
/// client's time limit covers this read too.
async fn read(mut response: reqwest::Response) -> CallbackResponse {
    let read = CallbackResponse::of(response.status().as_u16());
    if read.accepts() {
        return read;
    }
    if response.status().is_redirection()
        && let Some(location) = response.headers().get(LOCATION)
    {
        return read.with_location(location.as_bytes());
    }
    let mut body = Vec::new();
    while body.len() < CallbackResponse::EXCERPT_BYTES {
        // An incomplete body is shown as far as it arrived.
        let Ok(Some(chunk)) = response.chunk().await else { break };
        body.extend_from_slice(&chunk[..chunk.len().min(CallbackResponse::EXCERPT_BYTES)]);
    }
    read.with_body(&body)
}

/// Resolves names to the allowed addresses. The client connects to the very addresses that were checked, so
/// DNS rebinding gains nothing.
struct ReachableResolver(AddressPolicy);

impl Resolve for ReachableResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(|_| CallbackError::Connect { why: NetworkCause::NameNotFound })?;
            let within: Vec<SocketAddr> = within(reach, name.as_str(), found)?;
            Ok(Box::new(within.into_iter()) as Addrs)
        })
    }
}

fn within(
    reach: AddressPolicy,
    host: &str,
    found: impl Iterator<Item = SocketAddr>,
) -> Result<Vec<SocketAddr>, CallbackError> {
    let within: Vec<SocketAddr> = found.filter(|address| reach.allows(address.ip())).collect();
    if within.is_empty() { Err(CallbackError::NotPublic { host: host.to_owned() }) } else { Ok(within) }
}

fn explain(error: &reqwest::Error) -> CallbackError {
    if let Some(ours) = causes(error).find_map(|cause| cause.downcast_ref::<CallbackError>()) {
        ours.clone()
    } else if error.is_timeout() {
        CallbackError::Timeout
    } else if error.is_connect() {
        CallbackError::Connect { why: cause(error) }
    } else {
        CallbackError::Lost { why: cause(error) }
    }
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_a_name_resolves_to_only_the_public_is_called() {
        let found = |texts: &[&str]| {
            let addresses: Vec<SocketAddr> = texts.iter().map(|text| text.parse().unwrap()).collect();
            within(AddressPolicy::PublicOnly, "rebound.example", addresses.into_iter())
        };
        assert_eq!(
            found(&["127.0.0.1:0", "1.1.1.1:0", "[fd00::1]:0"]),
            Ok(vec!["1.1.1.1:0".parse().unwrap()])
        );
        let host = "rebound.example".to_owned();
        assert_eq!(found(&["127.0.0.1:0", "[::ffff:10.0.0.1]:0"]), Err(CallbackError::NotPublic { host }));
    }
}
