//! Broken connections beneath TLS.

use super::fixture::*;
use rcgen::{CertificateParams, KeyPair};
use ruhui_server::http::Tls;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// The settings of a server whose certificate a client trusts.
fn configs() -> (rustls::ServerConfig, rustls::ClientConfig) {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let private = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let server = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    (server, rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

#[tokio::test]
async fn a_connection_ends_beneath_tls_as_the_fault_says() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let (server, client) = configs();
    let sandbox = Sandbox::with(Tls::On(Arc::new(server)), |_| {}).await;
    let connector = TlsConnector::from(Arc::new(client));
    for (fault, end, is_empty) in [
        ("reset", End::Reset, true),
        ("cut", End::Reset, false),
        ("close", End::Closed, true),
        ("truncated", End::Closed, false),
    ] {
        sandbox.fault(json!({ "fault": fault })).await;
        let tcp = TcpStream::connect(sandbox.main).await.unwrap();
        let stream = connector.connect(ServerName::try_from("localhost").unwrap(), tcp).await.unwrap();
        let received = sandbox.over(stream, &sandbox.world.current().sign()).await;
        assert_eq!((received.end, received.bytes.is_empty()), (end, is_empty), "{fault}: {received:?}");
        sandbox.control("DELETE", "/sandbox/faults", Value::Null).await;
    }
}
