//! The network below the client: the trait [`Transport`], its errors, and the default implementation.

#[cfg(feature = "reqwest")]
pub(crate) mod network;
#[cfg(feature = "reqwest")]
mod proxy;

use async_trait::async_trait;
use bytes::Bytes;
pub use ruhui_core::network::NetworkCause;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Sends one request and returns its response. The client signs the request before and verifies the response
/// after.
///
/// An implementation
///
/// - sends the request's method, target, headers and body unchanged, since they are signed;
/// - follows no redirect and never retries: the client decides about both;
/// - returns the body's raw bytes, not decompressed, up to a size limit;
/// - ends each request within its own time limit.
///
/// # Example
///
/// A transport that stands for WeChat Pay: it echoes each request's body, signed.
///
/// ```
/// use ruhui::env::Clock;
/// use ruhui::sign::{ResponseSigner, Scheme};
/// use ruhui::transport::{Transport, TransportError};
/// use ruhui::types::{NonceStr, SerialNo};
/// use std::sync::Arc;
/// # use bytes::Bytes;
/// # use ruhui::{Client, key::PrivateKey};
/// # const MERCHANT_KEY: &str = include_str!("../../../../vectors/keys/merchant_key.pem");
/// # const PLATFORM_KEY: &str = include_str!("../../../../vectors/keys/platform_key.pem");
/// # const PLATFORM_PUB: &str = include_str!("../../../../vectors/keys/platform_pub.pem");
/// # struct NewYear;
/// # impl Clock for NewYear { fn now(&self) -> jiff::Timestamp { "2026-01-01T00:00:00Z".parse().unwrap() } }
///
/// struct Mirror(ResponseSigner);
///
/// #[async_trait::async_trait]
/// impl Transport for Mirror {
///     async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
///         let mut response = http::Response::new(request.into_body());
///         let (now, nonce) = (NewYear.now(), NonceStr::new("0123456789").unwrap());
///         let body = response.body().clone();
///         self.0.sign(response.headers_mut(), Scheme::Merchant, now, &nonce, &body);
///         Ok(response)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (key, id) = (PrivateKey::from_pem(PLATFORM_KEY)?, SerialNo::new("PUB_KEY_ID_0119000000012025062400000000000001")?);
/// let client = Client::partner("1900000001", "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C", MERCHANT_KEY, id.as_str(), PLATFORM_PUB)?
///     .transport(Arc::new(Mirror(ResponseSigner::new(id, key))))
///     .clock(Arc::new(NewYear))
///     .build()?;
/// assert_eq!(client.echo("会员").await?, "会员");
/// # Ok(()) }
/// ```
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request`, whose URI is absolute, and waits for the whole response.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError>;
}

/// Whether a failed request may have reached the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "it may have or it has not")]
pub enum Sent {
    /// No byte of the request was sent.
    No,
    /// Some or all of the request may have arrived, and may have taken effect.
    Maybe,
}

/// Reason for which a request got no response. `{}` prints English, `{:#}` prints Chinese.
/// [`source`](Error::source) is the library's own error, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportError {
    /// The request cannot be sent as it is.
    Unsendable {
        /// The reason.
        why: Unsendable,
    },
    /// No connection: name not resolved, connection refused, timed out, certificate not accepted. Nothing was sent.
    Connect {
        /// The reason.
        why: NetworkCause,
        /// The proxy through which the connection was to be made.
        proxy: Option<Proxy>,
        /// The library's error.
        detail: Detail,
    },
    /// The whole response did not come within the time limit.
    Timeout {
        /// The phase in which the time ran out.
        phase: Phase,
    },
    /// The connection ended before the whole response came, or the bytes received are not an HTTP response. A
    /// pooled connection that the host had already closed is one such case.
    Lost {
        /// The reason.
        why: NetworkCause,
        /// The library's error.
        detail: Detail,
    },
    /// The response is larger than the transport's limit.
    TooLarge {
        /// The size limit, in bytes.
        limit: usize,
    },
}

/// Reason for which a request cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsendable {
    /// The transport was not built for this host.
    UnknownHost,
    /// The URL library would change the spelling of the target, which is signed.
    TargetWouldChange,
    /// The HTTP library does not accept the request.
    Invalid,
}

/// Phase of an exchange in which its time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// The time ran out before anything was sent.
    Connecting,
    /// The time ran out before the response's headers came.
    Waiting,
    /// The time ran out while the response's body was being read.
    Reading,
}

/// A proxy that an environment variable names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proxy {
    /// Host and port of the proxy, without user name and password.
    pub address: String,
    /// Environment variable that names the proxy.
    pub variable: &'static str,
}

impl Proxy {
    /// Creates a proxy from its host and port and from the variable that names it.
    pub fn new(address: impl Into<String>, variable: &'static str) -> Self {
        Self { address: address.into(), variable }
    }
}

/// The error of the library below a transport, in the library's own words, for programs and logs. Two errors
/// that differ only in it are equal.
#[derive(Debug, Clone, Default)]
pub struct Detail(Option<Arc<dyn Error + Send + Sync>>);

impl Detail {
    /// Wraps the library's error. It must contain no URL, since a URL may contain an openid.
    pub fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(error)))
    }

    /// Returns the library's error, as the source of the error that holds this detail.
    pub(crate) fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.as_deref().map(|error| error as &(dyn Error + 'static))
    }
}

impl PartialEq for Detail {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Detail {}

impl TransportError {
    /// Creates the error of a failed connection because of `why`. Nothing was sent.
    pub fn connect(why: NetworkCause) -> Self {
        Self::Connect { why, proxy: None, detail: Detail::default() }
    }

    /// Creates the error of a lost connection because of `why`. The request may have arrived.
    pub fn lost(why: NetworkCause) -> Self {
        Self::Lost { why, detail: Detail::default() }
    }

    /// Returns whether the request may have arrived.
    pub fn sent(&self) -> Sent {
        match self {
            Self::Unsendable { .. } | Self::Connect { .. } | Self::Timeout { phase: Phase::Connecting } => {
                Sent::No
            }
            Self::Timeout { phase: Phase::Waiting | Phase::Reading }
            | Self::Lost { .. }
            | Self::TooLarge { .. } => Sent::Maybe,
        }
    }

    /// Returns the network's cause, if the error has one.
    pub fn cause(&self) -> Option<NetworkCause> {
        match self {
            Self::Connect { why, .. } | Self::Lost { why, .. } => Some(*why),
            Self::Unsendable { .. } | Self::Timeout { .. } | Self::TooLarge { .. } => None,
        }
    }

    /// Returns true if the same request may succeed later. Returns false if a setting or a certificate has to
    /// be changed first.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Timeout { .. } => true,
            Self::Connect { why, .. } | Self::Lost { why, .. } => {
                !why.is_of_certificate()
                    && !matches!(
                        why,
                        NetworkCause::NotTls
                            | NetworkCause::NotHttp
                            | NetworkCause::ProxyAuthentication
                            | NetworkCause::ProxySocks
                    )
            }
            Self::Unsendable { .. } | Self::TooLarge { .. } => false,
        }
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connect { detail, .. } | Self::Lost { detail, .. } => detail.source(),
            Self::Unsendable { .. } | Self::Timeout { .. } | Self::TooLarge { .. } => None,
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Unsendable { why }, false) => write!(f, "the request cannot be sent: {why}"),
            (Self::Unsendable { why }, true) => write!(f, "无法发送请求：{why:#}"),
            (Self::Connect { why, proxy: None, .. }, false) => write!(f, "no connection: {why}"),
            (Self::Connect { why, proxy: None, .. }, true) => write!(f, "连接失败：{why:#}"),
            (Self::Connect { why, proxy: Some(Proxy { address, variable }), .. }, false) => {
                write!(f, "no connection through the proxy {address} (from {variable}): {why}")
            }
            (Self::Connect { why, proxy: Some(Proxy { address, variable }), .. }, true) => {
                write!(f, "通过代理 {address}（来自环境变量 {variable}）连接失败：{why:#}")
            }
            (Self::Timeout { phase }, _) => phase.fmt(f),
            (Self::Lost { why: NetworkCause::Other, .. }, false) => {
                f.write_str("the connection was lost before the whole response had come")
            }
            (Self::Lost { why: NetworkCause::Other, .. }, true) => f.write_str("连接中断，未收到完整应答"),
            (Self::Lost { why, .. }, _) => why.fmt(f),
            (Self::TooLarge { limit }, false) => write!(f, "the response is larger than {limit} bytes"),
            (Self::TooLarge { limit }, true) => write!(f, "应答超过 {limit} 字节"),
        }
    }
}

impl fmt::Display for Unsendable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::UnknownHost, false) => "the client was not made for this host",
            (Self::UnknownHost, true) => "该域名不在客户端配置中",
            (Self::TargetWouldChange, false) => {
                "its path or query would be written in another way than it was signed; percent-encode it"
            }
            (Self::TargetWouldChange, true) => "路径或查询串在发送时会被改写，与签名不符；请先做百分号编码",
            (Self::Invalid, false) => "its URL or a header is not valid",
            (Self::Invalid, true) => "URL 或 HTTP 头无效",
        })
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::Connecting, false) => "no connection was made within the time limit",
            (Self::Connecting, true) => "建立连接超时，请求尚未发出",
            (Self::Waiting, false) => "no response came within the time limit",
            (Self::Waiting, true) => "等待应答超时",
            (Self::Reading, false) => "the response began, and was not complete within the time limit",
            (Self::Reading, true) => "接收应答超时：应答已开始，但未在时限内收完",
        })
    }
}
