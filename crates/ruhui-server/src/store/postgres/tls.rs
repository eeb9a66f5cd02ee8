//! TLS to the server, with rustls as everywhere.

use super::address::TlsMode;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::key::{self, Damage, KeyError};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::fmt;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;

/// Who makes TLS of a connection; nobody where there is none.
#[derive(Clone)]
pub(super) struct Tls(Option<Arc<ClientConfig>>);

impl Tls {
    /// Reads the authorities that are trusted.
    pub(super) fn new(mode: &TlsMode) -> Result<Self, Bilingual> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unavailable(&error))?;
        Ok(Self(match mode {
            TlsMode::Off => None,
            TlsMode::System => {
                let builder = builder.with_platform_verifier().map_err(|error| unavailable(&error))?;
                Some(Arc::new(builder.with_no_client_auth()))
            }
            TlsMode::Authorities(path) => {
                let builder = builder.with_root_certificates(authorities(path)?);
                Some(Arc::new(builder.with_no_client_auth()))
            }
        }))
    }
}

fn unavailable(error: &rustls::Error) -> Bilingual {
    Bilingual::new(
        format!("the system's certificate authorities cannot be used ({error})"),
        "无法使用系统的证书颁发机构",
    )
}

fn authorities(path: &Path) -> Result<RootCertStore, Bilingual> {
    let unread = |why: Bilingual| {
        let path = path.display();
        Bilingual::new(
            format!("`sslrootcert`, {path}, cannot be read: {why}"),
            format!("`sslrootcert` 指定的 {path} 无法读取：{why:#}"),
        )
    };
    let bytes = std::fs::read(path).map_err(|error| unread(error.into()))?;
    let found = key::certificates(&bytes).map_err(|error| unread(Bilingual::of(&error)))?;
    let mut roots = RootCertStore::empty();
    for certificate in found {
        let damaged = KeyError::Damaged(Damage::Certificate);
        roots.add(CertificateDer::from(certificate)).map_err(|_| unread(Bilingual::of(&damaged)))?;
    }
    Ok(roots)
}

/// The message about a TLS failure, as an error that the client library passes on.
#[derive(Debug)]
pub(super) struct TlsFault(Bilingual);

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for TlsFault {}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Stream;
    type TlsConnect = ToHost;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<ToHost> {
        Ok(ToHost { tls: self.clone(), host: host.to_owned() })
    }
}

/// TLS to one host.
pub(super) struct ToHost {
    tls: Tls,
    host: String,
}

impl TlsConnect<Socket> for ToHost {
    type Stream = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let refused =
                |why: (&str, &str)| io::Error::new(io::ErrorKind::InvalidInput, TlsFault(why.into()));
            let config = self.tls.0.ok_or_else(|| refused(("TLS was not asked for", "未要求使用 TLS")))?;
            let name = ServerName::try_from(self.host.clone())
                .map_err(|_| refused(("TLS needs the host's name", "TLS 需要主机名")))?;
            let connected = TlsConnector::from(config).connect(name, socket).await;
            Ok(Stream(connected.map_err(|error| explained(error, &self.host))?))
        })
    }
}

/// What is wrong with a server's certificate, in words that say what to do.
fn explained(error: io::Error, host: &str) -> io::Error {
    use CertificateError::{Expired, ExpiredContext, NotValidForName, NotValidForNameContext, UnknownIssuer};
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let fault = match inner {
        Some(rustls::Error::InvalidCertificate(fault)) => fault,
        Some(other) => {
            let why = Bilingual::new(format!("TLS failed ({other})"), "TLS 握手失败：对方是否支持 TLS？");
            return io::Error::new(error.kind(), TlsFault(why));
        }
        None => return error,
    };
    let why = match fault {
        UnknownIssuer => Bilingual::new(
            "its certificate is from no authority that is trusted here: name the authority with `sslrootcert`",
            "其证书不是由受信任的机构签发：请用 `sslrootcert` 指定签发机构",
        ),
        NotValidForName | NotValidForNameContext { .. } => Bilingual::new(
            format!(
                "its certificate is not for the name `{host}`: the URL must name the server as its certificate does"
            ),
            format!("其证书不适用于 `{host}`：地址中的主机名须与证书一致"),
        ),
        Expired | ExpiredContext { .. } => Bilingual::new("its certificate has expired", "其证书已过期"),
        other => Bilingual::new(format!("its certificate cannot be trusted ({other})"), "其证书不可信"),
    };
    io::Error::new(error.kind(), TlsFault(why))
}

/// A connection under TLS.
pub(super) struct Stream(tokio_rustls::client::TlsStream<Socket>);

impl TlsStream for Stream {
    /// The certificate is checked, and that is what a binding to the channel would prove.
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_a_certificate_say_what_to_do_and_other_errors_stay() {
        let said = |fault| {
            let error = io::Error::other(rustls::Error::InvalidCertificate(fault));
            explained(error, "db.test").to_string()
        };
        assert_eq!(said(CertificateError::Expired), "its certificate has expired");
        assert!(said(CertificateError::NotValidForName).contains("not for the name `db.test`"));
        assert!(said(CertificateError::UnknownIssuer).ends_with("name the authority with `sslrootcert`"));
        assert_eq!(said(CertificateError::BadSignature), "its certificate cannot be trusted (BadSignature)");
        assert_eq!(explained(io::Error::other("away"), "db.test").to_string(), "away");
    }
}
