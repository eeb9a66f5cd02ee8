//! Causes of failed connections, in one set of sentences for requests and callbacks.
//!
//! This module knows the errors of the standard library and, with the feature `rustls`, those of rustls.
//! Crates that use an HTTP library pass the causes of its errors to [`NetworkCause::of`].

#[cfg(feature = "rustls")]
mod tls;

use crate::bilingual::OsError;
use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::IpAddr;

/// Returns whether the host of a URL is this machine: `localhost` or a loopback address (IPv6 in brackets).
///
/// ```
/// use ruhui_core::network::is_loopback;
///
/// assert!(is_loopback("LOCALHOST") && is_loopback("127.1.2.3") && is_loopback("[::1]"));
/// assert!(!is_loopback("api.mch.weixin.qq.com") && !is_loopback("127.0.0.1.example.com"));
/// ```
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Reason for which a connection failed. `{}` prints English, `{:#}` Chinese.
///
/// # Example
///
/// ```
/// use ruhui_core::network::NetworkCause;
///
/// let error = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let cause = NetworkCause::of(&error, |_| None);
/// assert_eq!(cause, NetworkCause::Refused);
/// assert_eq!(cause.to_string(), "nothing listens on this port (connection refused)");
/// assert_eq!(format!("{cause:#}"), "连接被拒绝，该端口没有程序在监听");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetworkCause {
    /// The port rejects connections, since no program listens on it.
    Refused,
    /// The host name has no address.
    NameNotFound,
    /// The address is unreachable.
    Unreachable,
    /// The connection was not made in time.
    TimedOut,
    /// The peer reset the connection.
    Reset,
    /// The peer closed the connection before it responded.
    Closed,
    /// The peer closed the connection in the middle of its response.
    Cut,
    /// The received bytes are not HTTP.
    NotHttp,
    /// The received bytes are not TLS.
    NotTls,
    /// The certificate's issuer is not an authority that this machine trusts.
    CertificateUntrusted,
    /// The certificate is that of a certification authority, or self-signed.
    CertificateSelfSigned,
    /// The certificate is for another name.
    CertificateName,
    /// The certificate has expired.
    CertificateExpired,
    /// The certificate is not valid yet.
    CertificateNotYetValid,
    /// The certificate was revoked.
    CertificateRevoked,
    /// The certificate is rejected for another reason.
    Certificate,
    /// The TLS handshake failed for another reason than a certificate.
    Tls,
    /// A proxy requires a user name and a password.
    ProxyAuthentication,
    /// A proxy rejected CONNECT with this status, or responded with bytes that are not HTTP.
    ProxyRejected(Option<u16>),
    /// A proxy closed the connection instead of responding to CONNECT.
    ProxyClosed,
    /// The proxy is a SOCKS proxy, which the HTTP library does not support.
    ProxySocks,
    /// Another error of the operating system.
    System(i32),
    /// Another cause.
    Other,
}

impl NetworkCause {
    /// Returns the first cause found, from the outermost error inwards.
    ///
    /// `library` returns the cause for an error of an HTTP or TLS library, and `None` for other errors.
    pub fn of(
        error: &(dyn Error + 'static),
        library: impl Fn(&(dyn Error + 'static)) -> Option<Self>,
    ) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(cause) = library(error) {
                return cause;
            }
            next = within(error);
        }
        Self::last_io(error).unwrap_or(Self::Other)
    }

    /// Returns the cause of the innermost io::Error that has one: an outer io::Error may only carry a
    /// message.
    fn last_io(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut found = None;
        let mut next = Some(error);
        while let Some(error) = next {
            found = error.downcast_ref().and_then(Self::of_io).or(found);
            next = within(error);
        }
        found
    }

    fn of_io(error: &io::Error) -> Option<Self> {
        Some(match (error.kind(), error.raw_os_error()) {
            (ErrorKind::ConnectionRefused, _) => Self::Refused,
            (
                ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable
                | ErrorKind::NetworkDown
                | ErrorKind::AddrNotAvailable,
                _,
            ) => Self::Unreachable,
            (ErrorKind::TimedOut, _) => Self::TimedOut,
            (ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe, _) => {
                Self::Reset
            }
            (_, Some(code)) => Self::System(code),
            (ErrorKind::UnexpectedEof, None) => Self::Closed,
            _ => return None,
        })
    }

    /// Returns whether the peer responded and its TLS certificate was rejected.
    pub fn is_of_certificate(self) -> bool {
        matches!(
            self,
            Self::CertificateUntrusted
                | Self::CertificateSelfSigned
                | Self::CertificateName
                | Self::CertificateExpired
                | Self::CertificateNotYetValid
                | Self::CertificateRevoked
                | Self::Certificate
        )
    }
}

/// Returns the error that an error wraps. An io::Error wraps the error that it was made of, and its `source`
/// skips that error.
fn within<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

impl fmt::Display for NetworkCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        let (en, zh_text) = match self {
            Self::Refused => {
                ("nothing listens on this port (connection refused)", "连接被拒绝，该端口没有程序在监听")
            }
            Self::NameNotFound => ("the host name has no address", "域名解析失败"),
            Self::Unreachable => ("the address cannot be reached from here", "本机无法到达该地址"),
            Self::TimedOut => ("the connection was not made in time", "建立连接超时"),
            Self::Reset => ("the other end reset the connection", "连接被对方重置"),
            Self::Closed => {
                ("the other end closed the connection before it responded", "对方在应答前关闭了连接")
            }
            Self::Cut => (
                "the other end closed the connection before its response was complete",
                "对方在应答发完之前关闭了连接",
            ),
            Self::NotHttp => (
                "the data received is not HTTP; use https if the port speaks TLS",
                "收到的不是 HTTP 应答；如果该端口使用 TLS，请改用 https",
            ),
            Self::NotTls => (
                "the data received is not TLS; use http if the port speaks plain HTTP",
                "收到的不是 TLS 数据；如果该端口使用明文 HTTP，请改用 http",
            ),
            Self::CertificateUntrusted => (
                "no authority that this machine trusts signed the certificate",
                "对方证书的签发者不受本机信任",
            ),
            Self::CertificateSelfSigned => (
                "the certificate is signed by itself, or is an authority's own, and this machine does not trust it",
                "对方使用自签名证书或 CA 证书，不受本机信任",
            ),
            Self::CertificateName => ("the certificate belongs to another host", "对方证书与域名不符"),
            Self::CertificateExpired => {
                ("the certificate has expired, by this machine's clock", "按本机时间，对方证书已过期")
            }
            Self::CertificateNotYetValid => {
                ("the certificate is not valid yet, by this machine's clock", "按本机时间，对方证书尚未生效")
            }
            Self::CertificateRevoked => ("the certificate was revoked", "对方证书已被吊销"),
            Self::Certificate => ("the certificate is not accepted", "对方证书无效"),
            Self::Tls => ("the two ends do not agree on TLS", "TLS 握手失败"),
            Self::ProxyAuthentication => (
                "it responded 407 to CONNECT: it needs a user name and a password",
                "对 CONNECT 应答 407：需要用户名和密码",
            ),
            Self::ProxyRejected(Some(status)) => {
                return if zh {
                    write!(f, "对 CONNECT 应答 {status}")
                } else {
                    write!(f, "it responded {status} to CONNECT")
                };
            }
            Self::ProxyRejected(None) => {
                ("its response to CONNECT was not a success", "对 CONNECT 的应答不是成功")
            }
            Self::ProxyClosed => {
                ("it closed the connection without responding to CONNECT", "未应答 CONNECT 就关闭了连接")
            }
            Self::ProxySocks => (
                "it is a SOCKS proxy, which is not supported; an HTTP proxy is needed",
                "这是 SOCKS 代理，不受支持，须使用 HTTP 代理",
            ),
            Self::System(code) => return OsError::from(&io::Error::from_raw_os_error(*code)).fmt(f),
            Self::Other => ("the reason is not known", "原因不明"),
        };
        f.write_str(if zh { zh_text } else { en })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] io::Error);

    #[derive(Debug, thiserror::Error)]
    #[error("of a library")]
    struct Library;

    fn of(error: &(dyn Error + 'static)) -> NetworkCause {
        NetworkCause::of(error, |error| error.is::<Library>().then_some(NetworkCause::NotTls))
    }

    #[test]
    fn the_kind_is_found_inside_other_errors() {
        let refused = || io::Error::from(ErrorKind::ConnectionRefused);
        assert_eq!(of(&Outer(refused())), NetworkCause::Refused);
        assert_eq!(of(&io::Error::other(Outer(refused()))), NetworkCause::Refused);
        assert_eq!(of(&Outer(io::Error::from_raw_os_error(1))), NetworkCause::System(1));
        assert_eq!(of(&Outer(io::Error::new(ErrorKind::UnexpectedEof, "eof"))), NetworkCause::Closed);
        assert_eq!(of(&io::Error::other("a text")), NetworkCause::Other);
    }

    #[test]
    fn a_library_knows_more_than_the_error_that_holds_its_own() {
        let held = io::Error::new(ErrorKind::UnexpectedEof, Library);
        assert_eq!(of(&Outer(held)), NetworkCause::NotTls);
    }
}
