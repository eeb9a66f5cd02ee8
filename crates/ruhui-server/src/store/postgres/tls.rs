//! TLS to the PostgreSQL server, with rustls.

use super::address::TlsMode;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::key::{self, Damage, KeyError};
use ruhui_core::network::NetworkCause;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;

/// TLS configuration of connections; `None` inside for connections without TLS.
#[derive(Clone)]
pub(super) struct Tls(Option<Arc<ClientConfig>>);

impl Tls {
    /// Loads the trusted certificate authorities for this mode.
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

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Stream;
    type TlsConnect = ToHost;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<ToHost> {
        Ok(ToHost { tls: self.clone(), host: host.to_owned() })
    }
}

/// TLS connector for one host.
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
            let rejected =
                |why: (&str, &str)| io::Error::new(io::ErrorKind::InvalidInput, Bilingual::from(why));
            let config = self.tls.0.ok_or_else(|| rejected(("TLS was not asked for", "未要求使用 TLS")))?;
            let name = ServerName::try_from(self.host.clone())
                .map_err(|_| rejected(("TLS needs the host's name", "TLS 需要主机名")))?;
            let connected = TlsConnector::from(config).connect(name, socket).await;
            Ok(Stream(connected.map_err(|error| explained(error, &self.host))?))
        })
    }
}

/// Replaces the library's message by the reason for which TLS failed. Where a setting helps, the reason names
/// it.
fn explained(error: io::Error, host: &str) -> io::Error {
    let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return error;
    };
    let why = match NetworkCause::of_tls(inner) {
        NetworkCause::CertificateUntrusted => Bilingual::new(
            "its certificate is from no authority that is trusted here: name the authority with `sslrootcert`",
            "其证书不是由受信任的机构签发：请用 `sslrootcert` 指定签发机构",
        ),
        // rustls accepts no such certificate, whatever `sslrootcert` names.
        NetworkCause::CertificateSelfSigned => Bilingual::new(
            "its certificate is an authority's own: give the server one that an authority signed, and name the authority with `sslrootcert`",
            "其证书是 CA 证书：请为服务器换用由 CA 签发的证书，并用 `sslrootcert` 指定该 CA",
        ),
        NetworkCause::CertificateName => Bilingual::new(
            format!(
                "its certificate is not for the name `{host}`: the URL must name the server as its certificate does"
            ),
            format!("其证书不适用于 `{host}`：地址中的主机名须与证书一致"),
        ),
        // The general sentence for this cause has advice for HTTP.
        NetworkCause::NotTls => {
            Bilingual::new("the server's response is not TLS", "服务器的应答不是 TLS 数据")
        }
        cause => Bilingual::of(&cause),
    };
    io::Error::new(error.kind(), why)
}

/// A TLS connection to the server.
pub(super) struct Stream(tokio_rustls::client::TlsStream<Socket>);

impl TlsStream for Stream {
    /// No channel binding: the verified certificate proves the same.
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
    use rustls::CertificateError;
    use rustls::client::danger::ServerCertVerifier as _;

    #[test]
    fn faults_of_a_certificate_say_what_to_do_and_other_errors_stay() {
        let said = |fault| texts(rustls::Error::InvalidCertificate(fault));
        let (en, zh) = said(CertificateError::NotValidForName);
        assert!(en.contains("not for the name `db.test`") && zh.contains("不适用于 `db.test`"));
        // BadSignature: another authority of the same name has signed the certificate.
        for untrusted in [CertificateError::UnknownIssuer, CertificateError::BadSignature] {
            let (en, zh) = said(untrusted);
            assert!(en.ends_with("name the authority with `sslrootcert`"), "{en}");
            assert!(zh.ends_with("请用 `sslrootcert` 指定签发机构"), "{zh}");
        }
        assert_eq!(explained(io::Error::other("away"), "db.test").to_string(), "away");
    }

    #[test]
    fn other_faults_of_tls_have_the_sentences_of_all_connections() {
        let of = |fault| texts(rustls::Error::InvalidCertificate(fault));
        let expired = "the certificate has expired, by this machine's clock";
        assert_eq!(
            of(CertificateError::Expired),
            (expired.to_owned(), "按本机时间，对方证书已过期".to_owned())
        );
        assert_eq!(of(CertificateError::Revoked).0, "the certificate was revoked");
        assert_eq!(of(CertificateError::BadEncoding).0, "the certificate is not accepted");
        let (en, zh) = texts(rustls::Error::HandshakeNotComplete);
        assert_eq!((en.as_str(), zh.as_str()), ("the two ends do not agree on TLS", "TLS 握手失败"));
        // The sentence for HTTP would advise plain HTTP.
        let (en, zh) = texts(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType));
        assert_eq!(
            (en.as_str(), zh.as_str()),
            ("the server's response is not TLS", "服务器的应答不是 TLS 数据")
        );
    }

    /// `sslrootcert` does not help here: rustls rejects the certificate even if it is trusted as an
    /// authority.
    #[test]
    fn a_certificate_of_its_own_authority_needs_another_certificate() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut its = rcgen::CertificateParams::new(["db.test".to_owned()]).unwrap();
        its.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let certificate = its.self_signed(&key).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = rustls::client::WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .unwrap();
        let name = ServerName::try_from("db.test").unwrap();
        let now = rustls::pki_types::UnixTime::now();
        let error = verifier.verify_server_cert(certificate.der(), &[], &name, &[], now).unwrap_err();
        let (en, zh) = texts(error);
        assert_eq!(
            en,
            "its certificate is an authority's own: give the server one that an authority signed, and name the authority with `sslrootcert`"
        );
        assert_eq!(zh, "其证书是 CA 证书：请为服务器换用由 CA 签发的证书，并用 `sslrootcert` 指定该 CA");
    }

    /// The texts in both languages, as the client library passes them on.
    fn texts(error: rustls::Error) -> (String, String) {
        let error = explained(io::Error::other(error), "db.test");
        let text = error.get_ref().and_then(|inner| inner.downcast_ref::<Bilingual>()).unwrap();
        (text.en().to_owned(), text.zh().to_owned())
    }
}
