//! Tests of the callback client over a network, against sockets of this machine.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use ruhui_core::network::NetworkCause;
use ruhui_server::domain::AddressPolicy;
use ruhui_server::outbox::{CallbackClient as _, CallbackError, CallbackResponse, NetworkCallbackClient};
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/notify", listener.local_addr().unwrap());
    (listener, url)
}

async fn post(client: NetworkCallbackClient, url: &str) -> Result<u16, CallbackError> {
    Ok(response(client, url).await?.status)
}

async fn response(client: NetworkCallbackClient, url: &str) -> Result<CallbackResponse, CallbackError> {
    let mut headers = HeaderMap::new();
    headers.insert("wechatpay-nonce", HeaderValue::from_static("abc"));
    headers.insert("user-agent", HeaderValue::from_static("Mozilla/4.0"));
    client.post(url, headers, Bytes::from_static(b"{\"id\":1}")).await
}

/// Reads a request with the body above.
async fn read(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"{\"id\":1}") {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
    }
    String::from_utf8(request).unwrap()
}

/// Posts a callback to a socket that responds with `answer` and then writes `rest` for as long as it can.
async fn answered_with(answer: &'static str, rest: &'static str) -> (Result<u16, CallbackError>, String) {
    let (result, request) = response_of(answer, rest).await;
    (result.map(|response| response.status), request)
}

async fn response_of(
    answer: &'static str,
    rest: &'static str,
) -> (Result<CallbackResponse, CallbackError>, String) {
    let (listener, url) = listen().await;
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.unwrap();
        while !rest.is_empty() && stream.write_all(rest.as_bytes()).await.is_ok() {}
        request
    });
    let result = response(NetworkCallbackClient::new(AddressPolicy::Any), &url).await;
    (result, serving.await.unwrap())
}

#[tokio::test]
async fn a_callback_arrives_as_it_was_written() {
    let (result, request) = answered_with("HTTP/1.1 204 No Content\r\n\r\n", "").await;
    assert_eq!(result, Ok(204));
    assert!(request.starts_with("POST /notify HTTP/1.1\r\n"), "{request}");
    for line in ["Wechatpay-Nonce: abc", "User-Agent: Mozilla/4.0", "Connection: close", "Content-Length: 8"]
    {
        assert!(request.contains(&format!("\r\n{line}\r\n")), "{request}");
    }
}

#[tokio::test]
async fn a_body_without_end_is_not_waited_for() {
    let (result, _) = answered_with("HTTP/1.1 200 OK\r\n\r\n", "endless ").await;
    assert_eq!(result, Ok(200));
}

#[tokio::test]
async fn a_redirect_is_a_status_and_is_not_followed() {
    let (elsewhere, url) = listen().await;
    let answer = format!("HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n").leak();
    let (result, _) = answered_with(answer, "").await;
    assert_eq!(result, Ok(302));
    nobody_came(elsewhere);
}

#[tokio::test]
async fn where_a_redirect_leads_is_kept() {
    let (result, _) =
        response_of("HTTP/1.1 302 Found\r\nLocation: /login?from=%2Fnotify\r\nContent-Length: 0\r\n\r\n", "")
            .await;
    assert_eq!(result.unwrap().location.as_deref(), Some("/login?from=%2Fnotify"));
}

#[tokio::test]
async fn of_a_body_that_does_not_accept_only_the_beginning_is_read() {
    for (answer, rest, begin) in [
        ("HTTP/1.1 500 Oops\r\n\r\n", "endless ", "endless endless "),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\n<p>no", "", "<p>no"),
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 500\r\n\r\ncut off", "", "cut off"),
    ] {
        let response = response_of(answer, rest).await.0.unwrap();
        let excerpt = response.excerpt.unwrap();
        assert!(excerpt.starts_with(begin) && excerpt.len() <= 200, "{excerpt}");
    }
}

#[tokio::test]
async fn a_body_that_drips_takes_no_more_time_than_a_callback_has() {
    let (listener, url) = listen().await;
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read(&mut stream).await;
        stream.write_all(b"HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\nfirst").await.unwrap();
        // This read ends when the client closes the connection.
        let _ = stream.read(&mut [0]).await;
    });
    let impatient = NetworkCallbackClient::new(AddressPolicy::Any).deadline(Duration::from_millis(200));
    let response = response(impatient, &url).await.unwrap();
    assert_eq!((response.status, response.excerpt.as_deref()), (500, Some("first")));
    serving.await.unwrap();
}

#[tokio::test]
async fn garbage_is_no_status() {
    for answer in
        ["SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 two hundred\r\n\r\n", "\0\0\0\0", "HTTP/1.1 200 OK\r\nX"]
    {
        let (result, _) = answered_with(answer, "").await;
        let Err(CallbackError::Lost { why }) = result else { panic!("{answer:?}: {result:?}") };
        assert!(
            matches!(why, NetworkCause::NotHttp | NetworkCause::Closed | NetworkCause::Reset),
            "{answer:?}: {why:?}"
        );
    }
}

#[tokio::test]
async fn nobody_there_and_nothing_said() {
    let closed = listen().await.1;
    let result = post(NetworkCallbackClient::new(AddressPolicy::Any), &closed).await;
    let rejected = CallbackError::Connect { why: NetworkCause::Refused };
    assert_eq!(result, Err(rejected.clone()));
    assert_eq!(rejected.to_string(), "no connection: nothing listens on this port (connection refused)");
    assert_eq!(format!("{rejected:#}"), "连接失败：连接被拒绝，该端口没有程序在监听");

    // The kernel accepts the connection, but no program reads it.
    let (_silent, url) = listen().await;
    let impatient = NetworkCallbackClient::new(AddressPolicy::Any).deadline(Duration::from_millis(20));
    assert_eq!(post(impatient, &url).await, Err(CallbackError::Timeout));
}

/// Posts a callback to a socket that responds with these bytes to any request.
async fn speaks(bytes: &'static [u8], scheme: &str) -> Result<u16, CallbackError> {
    let (listener, url) = listen().await;
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(bytes).await;
    });
    let result = post(NetworkCallbackClient::new(AddressPolicy::Any), &url.replace("http", scheme)).await;
    serving.await.unwrap();
    result
}

#[tokio::test]
async fn a_port_that_speaks_another_protocol_is_named() {
    // A port with TLS sends this TLS alert to a plain HTTP client.
    let to_tls = speaks(b"\x15\x03\x03\x00\x02\x02\x32", "http").await;
    assert_eq!(to_tls, Err(CallbackError::Lost { why: NetworkCause::NotHttp }));
    let to_plain = speaks(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "https").await;
    assert_eq!(to_plain, Err(CallbackError::Connect { why: NetworkCause::NotTls }));
    let closed = speaks(b"", "http").await;
    assert!(
        matches!(closed, Err(CallbackError::Lost { why: NetworkCause::Closed | NetworkCause::Reset })),
        "{closed:?}"
    );
}

/// The receiver's certificate is a certification authority's own, or one from an untrusted authority.
#[tokio::test]
async fn a_certificate_that_this_machine_does_not_trust_is_named() {
    for (is_authority, wanted) in
        [(true, NetworkCause::CertificateSelfSigned), (false, NetworkCause::CertificateUntrusted)]
    {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        if is_authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let certificate = params.self_signed(&key).unwrap();
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.into()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .unwrap();
        let (listener, url) = listen().await;
        let serving = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            TlsAcceptor::from(Arc::new(config)).accept(stream).await.is_ok()
        });
        let url = url.replace("http://127.0.0.1", "https://localhost");
        let result = post(NetworkCallbackClient::new(AddressPolicy::Any), &url).await;
        assert_eq!(result, Err(CallbackError::Connect { why: wanted }));
        assert!(!serving.await.unwrap(), "the receiver saw a finished handshake");
    }
}

/// A host name may not have more than 253 characters, so no resolver gets this one.
#[tokio::test]
async fn a_name_without_an_address_is_named() {
    let result = post(
        NetworkCallbackClient::new(AddressPolicy::Any),
        &format!("http://{}invalid/notify", "a.".repeat(150)),
    )
    .await;
    assert_eq!(result, Err(CallbackError::Connect { why: NetworkCause::NameNotFound }));
}

#[tokio::test]
async fn only_a_sandbox_calls_private_addresses() {
    let (listener, url) = listen().await;
    let port = listener.local_addr().unwrap().port();
    for host in
        ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"]
    {
        let url = format!("http://{host}:{port}/notify");
        let result = post(NetworkCallbackClient::new(AddressPolicy::PublicOnly), &url).await;
        assert!(matches!(result, Err(CallbackError::NotPublic { .. })), "{host}: {result:?}");
    }
    for host in ["10.0.0.1", "169.254.169.254", "[fd00::1]"] {
        let url = format!("https://{host}/notify");
        let result = post(NetworkCallbackClient::new(AddressPolicy::PublicOnly), &url).await;
        assert!(matches!(result, Err(CallbackError::NotPublic { .. })), "{host}: {result:?}");
    }
    nobody_came(listener);

    let (listener, _) = (TcpListener::bind(("127.0.0.1", port)).await.unwrap(), url);
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
    });
    let by_name = format!("http://localhost:{port}/notify");
    assert_eq!(post(NetworkCallbackClient::new(AddressPolicy::Any), &by_name).await, Ok(200));
    serving.await.unwrap();
}

#[tokio::test]
async fn what_is_no_url_is_not_called() {
    for url in ["", "shop.example", "ftp://shop.example/", "http://", "file:///etc/passwd"] {
        assert_eq!(
            post(NetworkCallbackClient::new(AddressPolicy::Any), url).await,
            Err(CallbackError::BadUrl),
            "{url}"
        );
    }
}

fn nobody_came(listener: TcpListener) {
    let listener = listener.into_std().unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}
