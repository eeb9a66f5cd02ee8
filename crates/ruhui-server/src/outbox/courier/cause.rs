//! Why a connection fails, from the kinds of errors and not from their sentences.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};

/// Why a connection fails. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetworkCause {
    /// Nothing listens at the port.
    Refused,
    /// The name has no address.
    NameNotFound,
    /// No way leads to the address.
    Unreachable,
    /// The operating system gave up before the deadline.
    TimedOut,
    /// The other end reset the connection.
    Reset,
    /// The other end closed the connection before it responded.
    Closed,
    /// What came is not HTTP.
    NotHttp,
    /// What came is not TLS.
    NotTls,
    /// Nobody that this machine trusts signed the certificate.
    CertificateUntrusted,
    /// The certificate is another name's.
    CertificateName,
    /// The certificate is expired, or not valid yet.
    CertificateTime,
    /// The certificate is not accepted for another reason.
    Certificate,
    /// The two ends do not agree on TLS.
    Tls,
    /// Another error of the operating system.
    System(i32),
    /// None of these.
    Other,
}

impl NetworkCause {
    /// The cause that is found first from the outside in.
    pub(super) fn of(error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(cause) = of_one(error) {
                return cause;
            }
            // An io::Error holds what it was made of, and names only the source of that as its own.
            next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
                Some(inner) => Some(inner),
                None => error.source(),
            };
        }
        Self::Other
    }
}

fn of_one(error: &(dyn Error + 'static)) -> Option<NetworkCause> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(of_tls(error));
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return match error {
            _ if error.is_parse() || error.is_parse_too_large() => Some(NetworkCause::NotHttp),
            _ if error.is_incomplete_message() || error.is_closed() => Some(NetworkCause::Closed),
            _ => None,
        };
    }
    let error = error.downcast_ref::<io::Error>()?;
    Some(match (error.kind(), error.raw_os_error()) {
        (ErrorKind::ConnectionRefused, _) => NetworkCause::Refused,
        (
            ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::AddrNotAvailable,
            _,
        ) => NetworkCause::Unreachable,
        (ErrorKind::TimedOut, _) => NetworkCause::TimedOut,
        (ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe, _) => {
            NetworkCause::Reset
        }
        (_, Some(code)) => NetworkCause::System(code),
        // It holds another error, which is looked at next.
        (_, None) if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) => return None,
        (ErrorKind::UnexpectedEof, None) => NetworkCause::Closed,
        _ => return None,
    })
}

fn of_tls(error: &rustls::Error) -> NetworkCause {
    use rustls::CertificateError as Certificate;
    match error {
        rustls::Error::InvalidCertificate(error) => match error {
            Certificate::UnknownIssuer => NetworkCause::CertificateUntrusted,
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                NetworkCause::CertificateName
            }
            Certificate::Expired
            | Certificate::ExpiredContext { .. }
            | Certificate::NotValidYet
            | Certificate::NotValidYetContext { .. } => NetworkCause::CertificateTime,
            _ => NetworkCause::Certificate,
        },
        rustls::Error::InvalidMessage(_) => NetworkCause::NotTls,
        _ => NetworkCause::Tls,
    }
}

impl fmt::Display for NetworkCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::Refused, false) => "nothing listens there, the connection was refused",
            (Self::Refused, true) => "连接被拒绝，该端口没有程序在监听",
            (Self::NameNotFound, false) => "the host name has no address",
            (Self::NameNotFound, true) => "域名解析失败",
            (Self::Unreachable, false) => "the address cannot be reached from here",
            (Self::Unreachable, true) => "本机无法到达该地址",
            (Self::TimedOut, false) => "the connection was not made in time",
            (Self::TimedOut, true) => "建立连接超时",
            (Self::Reset, false) => "the other end reset the connection",
            (Self::Reset, true) => "连接被对方重置",
            (Self::Closed, false) => "the other end closed the connection before it responded",
            (Self::Closed, true) => "对方在应答前关闭了连接",
            (Self::NotHttp, false) => "what came is not HTTP; a port that speaks TLS wants https",
            (Self::NotHttp, true) => "收到的不是 HTTP 应答；如果该端口使用 TLS，请改用 https",
            (Self::NotTls, false) => "what came is not TLS; a port that speaks plain HTTP wants http",
            (Self::NotTls, true) => "收到的不是 TLS 数据；如果该端口使用明文 HTTP，请改用 http",
            (Self::CertificateUntrusted, false) => {
                "the certificate is signed by nobody that this machine trusts"
            }
            (Self::CertificateUntrusted, true) => "对方证书的签发者不受本机信任",
            (Self::CertificateName, false) => "the certificate is another host's",
            (Self::CertificateName, true) => "对方证书与域名不符",
            (Self::CertificateTime, false) => "the certificate is expired or not valid yet",
            (Self::CertificateTime, true) => "对方证书已过期或尚未生效",
            (Self::Certificate, false) => "the certificate is not accepted",
            (Self::Certificate, true) => "对方证书无效",
            (Self::Tls, false) => "the two ends do not agree on TLS",
            (Self::Tls, true) => "TLS 握手失败",
            (Self::System(code), false) => return write!(f, "error {code} of the operating system"),
            (Self::System(code), true) => return write!(f, "操作系统错误 {code}"),
            (Self::Other, false) => "the reason is not known",
            (Self::Other, true) => "原因不明",
        })
    }
}
