//! The default transport over TLS, with an authority of the test's own.

use crate::network::{listen, read_request, written};
use crate::support::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use ruhui::Error;
use ruhui::api::card_member::PreAuthToken;
use ruhui::transport::TransportError;
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn acceptor(authority: &Authority, name: &str) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Asks for a token from a server whose certificate says `name`, trusting `trusted`.
async fn ask_over_tls(server: &Authority, name: &str, trusted: &Authority) -> Result<PreAuthToken, Error> {
    let (listener, url) = listen().await;
    let acceptor = acceptor(server, name);
    let serving = async {
        let (stream, _) = listener.accept().await.unwrap();
        if let Ok(mut stream) = acceptor.accept(stream).await {
            read_request(&mut stream).await;
            stream.write_all(&written(&signed(200, TOKEN))).await.unwrap();
        }
    };
    let client = builder()
        .host(url.replace("http://127.0.0.1", "https://localhost"))
        .ca_certificate(trusted.pem())
        .build()
        .unwrap();
    let asked = call();
    let (result, ()) = tokio::join!(client.create_pre_auth_token(&asked), serving);
    result
}

#[tokio::test]
async fn an_authority_that_was_given_is_trusted() {
    let authority = authority();
    ask_over_tls(&authority, "localhost", &authority).await.unwrap();
}

#[tokio::test]
async fn another_authority_or_name_is_not_connected_to() {
    let (ours, other) = (authority(), authority());
    for (result, wanted) in [
        (ask_over_tls(&other, "localhost", &ours).await, "invalid peer certificate"),
        (ask_over_tls(&ours, "api.mch.weixin.qq.com", &ours).await, "not valid for name"),
    ] {
        let error = result.unwrap_err();
        let Error::Transport(failures) = &error else { panic!("{error:?}") };
        assert!(matches!(failures[0].error, TransportError::Connect { .. }), "{error:?}");
        assert!(error.to_string().contains(wanted), "{error}");
        assert!(!error.may_have_taken_effect());
    }
}
