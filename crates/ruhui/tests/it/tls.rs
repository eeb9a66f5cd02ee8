//! Tests of the default transport over TLS, with the test's own certificate authority.

use crate::network::{listen, read_request, written};
use crate::support::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use ruhui::Error;
use ruhui::api::card_member::PreAuthToken;
use ruhui::transport::{NetworkCause, TransportError};
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new([]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn acceptor(authority: &Authority, name: &str, change: impl Fn(&mut CertificateParams)) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    change(&mut params);
    let certificate = params.signed_by(&key, authority).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Requests a token from a server whose certificate names `name`. The client trusts `trusted`.
async fn ask_over_tls(server: &Authority, name: &str, trusted: &Authority) -> Result<PreAuthToken, Error> {
    ask_with(server, name, trusted, |_| {}).await
}

async fn ask_with(
    server: &Authority,
    name: &str,
    trusted: &Authority,
    change: impl Fn(&mut CertificateParams),
) -> Result<PreAuthToken, Error> {
    let (listener, url) = listen().await;
    let acceptor = acceptor(server, name, change);
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
    let authority = authority("ours");
    ask_over_tls(&authority, "localhost", &authority).await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_is_not_accepted_says_why() {
    let (ours, other, anew) = (authority("ours"), authority("other"), authority("ours"));
    let expired = |params: &mut CertificateParams| params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let early = |params: &mut CertificateParams| params.not_before = rcgen::date_time_ymd(4000, 1, 1);
    let authoritys_own =
        |params: &mut CertificateParams| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    for (result, wanted) in [
        (ask_over_tls(&other, "localhost", &ours).await, NetworkCause::CertificateUntrusted),
        // This authority has the name of the trusted one but another key, as after a sandbox was created
        // again.
        (ask_over_tls(&anew, "localhost", &ours).await, NetworkCause::CertificateUntrusted),
        (ask_with(&other, "localhost", &ours, authoritys_own).await, NetworkCause::CertificateSelfSigned),
        (ask_over_tls(&ours, "api.mch.weixin.qq.com", &ours).await, NetworkCause::CertificateName),
        (ask_with(&ours, "localhost", &ours, expired).await, NetworkCause::CertificateExpired),
        (ask_with(&ours, "localhost", &ours, early).await, NetworkCause::CertificateNotYetValid),
    ] {
        let error = result.unwrap_err();
        let Error::Transport(failures) = &error else { panic!("{error:?}") };
        assert_eq!(failures[0].error, TransportError::connect(wanted));
        assert!(error.to_string().ends_with(&wanted.to_string()), "{error}");
        assert!(!error.may_have_taken_effect() && !error.is_retryable());
    }
}
