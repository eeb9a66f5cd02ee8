//! How bytes reach a host and come back.

#[cfg(feature = "reqwest")]
pub(crate) mod network;

use async_trait::async_trait;
use bytes::Bytes;
use std::fmt;

/// Sends one request and brings its answer back. The client signs before and verifies after.
///
/// An implementation
///
/// - sends the request's method, target, headers and body exactly as they are: they are signed;
/// - follows no redirect and tries nothing twice: the client decides that;
/// - returns the body's raw bytes, not decompressed, and limits how many;
/// - ends within a time limit of its own.
///
/// # Example
///
/// A transport that plays WeChat Pay: it says back what it is sent, signed.
///
/// ```
/// use ruhui::env::Clock;
/// use ruhui::sign::{ReplySigner, Scheme};
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
/// struct Mirror(ReplySigner);
///
/// #[async_trait::async_trait]
/// impl Transport for Mirror {
///     async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
///         let mut reply = http::Response::new(request.into_body());
///         let (now, nonce) = (NewYear.now(), NonceStr::new("0123456789").unwrap());
///         let body = reply.body().clone();
///         self.0.sign(reply.headers_mut(), Scheme::Merchant, now, &nonce, &body);
///         Ok(reply)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (key, id) = (PrivateKey::from_pem(PLATFORM_KEY)?, SerialNo::new("PUB_KEY_ID_0119000000012025062400000000000001")?);
/// let client = Client::partner("1900000001", "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C", MERCHANT_KEY, id.as_str(), PLATFORM_PUB)?
///     .transport(Arc::new(Mirror(ReplySigner::new(id, key))))
///     .clock(Arc::new(NewYear))
///     .build()?;
/// assert_eq!(client.echo("会员").await?, "会员");
/// # Ok(()) }
/// ```
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request`, whose URI is absolute, and waits for the whole answer.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError>;
}

/// Whether a failed request may have reached the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "it may have or it has not")]
pub enum Sent {
    /// Not a byte of it left.
    No,
    /// Some or all of it may have arrived and may have been acted upon.
    Maybe,
}

/// Why a request brought no answer. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The request cannot be sent as it is.
    Unsendable {
        /// The reason.
        why: String,
    },
    /// No connection: name not resolved, refused, timed out, certificate not accepted. Nothing was sent.
    Connect {
        /// The reason.
        why: String,
    },
    /// No whole answer within the time limit.
    Timeout {
        /// Whether the request may have arrived.
        sent: Sent,
    },
    /// The connection ended before the whole answer was there: a pooled connection that had died, too.
    Lost {
        /// The reason.
        why: String,
    },
    /// The answer is larger than this client takes.
    TooLarge {
        /// The most bytes taken.
        limit: usize,
    },
}

impl TransportError {
    /// Whether the request may have arrived.
    pub fn sent(&self) -> Sent {
        match self {
            Self::Unsendable { .. } | Self::Connect { .. } => Sent::No,
            Self::Timeout { sent } => *sent,
            Self::Lost { .. } | Self::TooLarge { .. } => Sent::Maybe,
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Unsendable { why }, false) => write!(f, "cannot be sent: {why}"),
            (Self::Unsendable { why }, true) => write!(f, "无法发送：{why}"),
            (Self::Connect { why }, false) => write!(f, "no connection: {why}"),
            (Self::Connect { why }, true) => write!(f, "连接失败：{why}"),
            (Self::Timeout { sent: Sent::No }, false) => f.write_str("timed out before anything was sent"),
            (Self::Timeout { sent: Sent::No }, true) => f.write_str("超时，请求尚未发出"),
            (Self::Timeout { sent: Sent::Maybe }, false) => f.write_str("timed out waiting for the answer"),
            (Self::Timeout { sent: Sent::Maybe }, true) => f.write_str("等待应答超时"),
            (Self::Lost { why }, false) => write!(f, "the connection was lost before the answer: {why}"),
            (Self::Lost { why }, true) => write!(f, "连接中断，未收到完整应答：{why}"),
            (Self::TooLarge { limit }, false) => write!(f, "the answer is larger than {limit} bytes"),
            (Self::TooLarge { limit }, true) => write!(f, "应答超过 {limit} 字节"),
        }
    }
}
