//! Tests of TLS to the server: the server is verified in full, in every mode that requires TLS.

use crate::contract::{key, put};
use crate::database::{client, make, schema, tls_server, url};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use ruhui_server::env::SystemEntropy;
use ruhui_server::store::postgres::Address;
use ruhui_server::store::{Kind, PostgresStore, Store, StoreError};
use std::sync::Arc;

async fn connect(url: &str) -> Result<PostgresStore, StoreError> {
    let address: Address = url.parse().unwrap();
    PostgresStore::open(&address, Arc::new(SystemEntropy)).await
}

async fn refusal(url: &str) -> String {
    let error = connect(url).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    error.to_string()
}

/// Returns the URL with another value of a parameter.
fn with(url: &str, name: &str, value: &str) -> String {
    let (before, rest) = url.split_once(&format!("{name}=")).unwrap();
    let after = rest.split_once('&').map_or(String::new(), |(_, after)| format!("&{after}"));
    format!("{before}{name}={value}{after}")
}

/// Every mode that requires TLS uses it on every connection.
#[tokio::test]
async fn a_server_whose_certificate_fits_is_used_under_tls() {
    for mode in ["require", "verify-ca", "verify-full"] {
        let schema = schema();
        make(&schema).await;
        let url = with(&tls_server(), "sslmode", mode);
        let url = format!("{url}&options=-csearch_path%3D{schema}&application_name={schema}");
        let store = connect(&url).await.unwrap();
        store.commit(vec![put("a", None)]).await.unwrap();
        assert!(store.load(&[key(Kind::Token, "a")]).await.unwrap()[0].is_some());
        let guarded = "SELECT count(*) FILTER (WHERE ssl), count(*) FROM pg_stat_ssl \
                       JOIN pg_stat_activity USING (pid) WHERE application_name = $1";
        let row = client(&crate::database::server()).await.query_one(guarded, &[&schema]).await.unwrap();
        assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (3, 3), "{mode}");
    }
}

/// A server with TLS is used without it if the URL does not require it, so the result of the test above does not
/// depend on the server.
#[tokio::test]
async fn a_server_on_this_machine_is_used_in_the_clear_by_default() {
    let schema = schema();
    make(&schema).await;
    let store = connect(&url(&schema)).await.unwrap();
    let guarded = "SELECT count(*) FILTER (WHERE ssl), count(*) FROM pg_stat_ssl \
                   JOIN pg_stat_activity USING (pid) WHERE application_name = $1";
    let row = client(&crate::database::server()).await.query_one(guarded, &[&schema]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (0, 3));
    drop(store);
}

#[tokio::test]
async fn a_certificate_of_another_name_is_rejected() {
    let said = refusal(&tls_server().replace("postgres.test", "other.test")).await;
    let why = "its certificate is not for the name `other.test`: the URL must name the server as its certificate does";
    assert!(said.ends_with(why), "{said}");
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.pem");
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    std::fs::write(&other, params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()).unwrap();
    let said = refusal(&with(&tls_server(), "sslrootcert", other.to_str().unwrap())).await;
    let why =
        "its certificate is from no authority that is trusted here: name the authority with `sslrootcert`";
    assert!(said.ends_with(why), "{said}");
}

/// `require` is as strict as the other modes: if no authority is named, only the system's authorities are trusted, and
/// they do not know this server.
#[tokio::test]
async fn the_authorities_of_the_system_do_not_vouch_for_just_anybody() {
    let url = tls_server();
    let (without, _) = url.split_once("&sslrootcert=").unwrap();
    let said = refusal(&with(without, "sslmode", "require")).await;
    assert!(said.ends_with("name the authority with `sslrootcert`"), "{said}");
}

#[tokio::test]
async fn a_file_that_holds_no_authority_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let said = refusal(&with(&tls_server(), "sslrootcert", empty.to_str().unwrap())).await;
    assert!(said.contains("`sslrootcert`") && said.ends_with("cannot be read: it is empty"), "{said}");
}

/// A server that offers no TLS cannot be verified, so nothing is sent to it.
#[tokio::test]
async fn a_server_without_tls_is_rejected_where_tls_was_asked_for() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = [0; 8];
        stream.read_exact(&mut heard).await.unwrap();
        stream.write_all(b"N").await.unwrap();
        let mut more = Vec::new();
        stream.read_to_end(&mut more).await.unwrap();
        (heard, more)
    });
    let said = refusal(&format!("postgres://ruhui:open-sesame@127.0.0.1:{port}/a?sslmode=require")).await;
    assert!(said.contains("the server does not support TLS: turn `ssl` on there"), "{said}");
    // PostgreSQL's SSLRequest consists of its length and its code.
    assert_eq!(heard.await.unwrap(), ([0, 0, 0, 8, 4, 210, 22, 47], Vec::new()));
}
