//! HTTP client for callbacks: sends one callback to its URL.

mod cause;
mod network;
mod response;

pub use network::NetworkCallbackClient;
pub use response::CallbackResponse;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use ruhui_core::network::NetworkCause;
use std::fmt;

/// Sends one callback and returns the response.
///
/// An implementation sends headers and body unchanged, follows no redirect and never retries. If the response
/// does not accept the callback, it reads at most [`CallbackResponse::EXCERPT_BYTES`] of the body; otherwise
/// it reads no body. It returns within 5 seconds, whatever the endpoint does.
#[async_trait]
pub trait CallbackClient: Send + Sync + 'static {
    /// Posts `body` to `url`.
    async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<CallbackResponse, CallbackError>;
}

/// Why a callback got no status. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackError {
    /// The URL is not valid.
    BadUrl,
    /// The host's address, or every address of its name, is not public.
    NotPublic {
        /// Host of the URL.
        host: String,
    },
    /// No connection: name not resolved, connection refused, or certificate not accepted.
    Connect {
        /// Cause of the failure.
        why: NetworkCause,
    },
    /// No status arrived in time.
    Timeout,
    /// The connection closed before a status arrived, or the response was not HTTP.
    Lost {
        /// Cause of the failure.
        why: NetworkCause,
    },
    /// The machine cannot use HTTPS, most likely because it has no trusted root certificates.
    Unable,
}

impl fmt::Display for CallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::BadUrl, false) => f.write_str("the notify_url is not an http or https URL"),
            (Self::BadUrl, true) => f.write_str("notify_url 不是 http 或 https 地址"),
            (Self::NotPublic { host }, false) => {
                write!(f, "{host} is not at a public address; only a sandbox calls others")
            }
            (Self::NotPublic { host }, true) => write!(f, "{host} 不是公网地址，仅沙箱可回调内网地址"),
            (Self::Connect { why }, false) => write!(f, "no connection: {why}"),
            (Self::Connect { why }, true) => write!(f, "连接失败：{why:#}"),
            (Self::Timeout, false) => f.write_str("no response within the time limit of 5 seconds"),
            (Self::Timeout, true) => f.write_str("未在 5 秒内应答"),
            (Self::Lost { why }, false) => write!(f, "incomplete response: {why}"),
            (Self::Lost { why }, true) => write!(f, "未收到完整应答：{why:#}"),
            (Self::Unable, false) => f.write_str(
                "this machine cannot call https: it has no trusted root certificates that can be read",
            ),
            (Self::Unable, true) => f.write_str("本机无法发起 https 请求：没有可读取的受信任根证书"),
        }
    }
}

impl std::error::Error for CallbackError {}

/// Returns scheme, host and port of a URL: callbacks that share them are served by one machine or cluster.
pub(super) fn endpoint(url: &str) -> String {
    let Ok(url) = reqwest::Url::parse(url) else { return url.to_owned() };
    let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
    format!("{}://{host}:{port}", url.scheme())
}

#[cfg(test)]
mod tests {
    use super::endpoint;

    #[test]
    fn one_endpoint_has_many_spellings() {
        for url in [
            "https://example.com/a",
            "HTTPS://EXAMPLE.com:443/b/c",
            "https://user@example.com",
            "https://example.com/?a",
        ] {
            assert_eq!(endpoint(url), "https://example.com:443", "{url}");
        }
        assert_eq!(endpoint("http://127.1:8080/a"), "http://127.0.0.1:8080");
        assert_eq!(endpoint("http://[::1]/a"), "http://[::1]:80");
        assert_eq!(endpoint("nonsense"), "nonsense");
    }
}
