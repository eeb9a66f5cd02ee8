//! Tests of the default transport against real sockets of this machine.

use crate::support::*;
use bytes::Bytes;
use http::{Method, Response};
use ruhui::transport::{NetworkCause, Phase, TransportError};
use ruhui::{Client, Error};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(crate) async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Returns an address on which no program listens.
async fn closed() -> String {
    listen().await.1
}

fn client(host: &str) -> Client {
    builder().host(host).build().unwrap()
}

/// Reads one request: its headers and its body.
pub(crate) async fn read_request(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned)
                })
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return text.into_owned();
            }
        }
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.unwrap();
        assert_ne!(count, 0, "the client closed early");
        request.extend_from_slice(&chunk[..count]);
    }
}

pub(crate) fn written(response: &Response<Bytes>) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {}\r\nContent-Length: {}\r\n", response.status(), response.body().len());
    for (name, value) in response.headers() {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    let mut bytes = (text + "\r\n").into_bytes();
    bytes.extend_from_slice(response.body());
    bytes
}

async fn accept(listener: &TcpListener) -> TcpStream {
    listener.accept().await.unwrap().0
}

/// Time limit that even a busy machine does not reach.
const PATIENCE: Duration = Duration::from_secs(60);

/// Requests a token from one host, whose connections `serve` handles, and returns the transport error.
async fn failure(timeout: Duration, serve: impl AsyncFn(TcpStream)) -> TransportError {
    let (listener, url) = listen().await;
    let client = builder().host(url).timeout(timeout).build().unwrap();
    let serving = async {
        loop {
            serve(accept(&listener).await).await;
        }
    };
    let asked = call();
    let error = tokio::select! {
        result = client.create_pre_auth_token(&asked) => { result.unwrap_err() }
        () = serving => unreachable!(),
    };
    match error {
        Error::Transport(mut failures) => failures.remove(0).error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_named_as_such() {
    let host = closed().await;
    let error = client(&host).create_pre_auth_token(&call()).await.unwrap_err();
    let Error::Transport(failures) = &error else { panic!("{error:?}") };
    assert_eq!(failures[0].error, TransportError::connect(NetworkCause::Refused));
    assert_eq!(
        error.to_string(),
        format!("no response: {host}: no connection: nothing listens on this port (connection refused)")
    );
    assert_eq!(
        format!("{error:#}"),
        format!("未收到应答：{host}：连接失败：连接被拒绝，该端口没有程序在监听")
    );
    assert!(!error.may_have_taken_effect());
    // The library's own error is kept for logs, without the URL.
    let source = std::error::Error::source(&failures[0].error).unwrap();
    assert!(!format!("{source} {source:?}").contains("card-member"), "{source:?}");
}

/// A name of more than 253 characters is not valid, so no resolver is asked to look it up.
#[tokio::test]
async fn a_name_without_an_address_is_named_as_such() {
    let host = format!("http://{}invalid", "a.".repeat(150));
    let error = client(&host).create_pre_auth_token(&call()).await.unwrap_err();
    let Error::Transport(failures) = &error else { panic!("{error:?}") };
    assert_eq!(failures[0].error, TransportError::connect(NetworkCause::NameNotFound));
    assert!(!error.may_have_taken_effect() && error.is_retryable());
}

#[tokio::test]
async fn a_silent_server_times_out() {
    let failure = failure(Duration::from_millis(200), async |mut stream| {
        read_request(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    assert_eq!(failure, TransportError::Timeout { phase: Phase::Waiting });
}

#[tokio::test]
async fn an_answer_that_stops_in_the_middle_times_out() {
    let failure = failure(Duration::from_millis(200), async |mut stream| {
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{").await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    assert_eq!(failure, TransportError::Timeout { phase: Phase::Reading });
}

/// Returns the error of a request whose response is these bytes. The connection is closed after them.
async fn answered(bytes: &[u8]) -> TransportError {
    failure(PATIENCE, async |mut stream| {
        read_request(&mut stream).await;
        stream.write_all(bytes).await.unwrap();
    })
    .await
}

#[tokio::test]
async fn a_connection_that_ends_before_or_inside_the_response_says_which() {
    let before = answered(b"").await;
    assert_eq!(before, TransportError::lost(NetworkCause::Closed));
    for inside in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"[..],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\"",
    ] {
        let cut = answered(inside).await;
        assert_eq!(cut, TransportError::lost(NetworkCause::Cut), "{}", inside.escape_ascii());
        assert_eq!(cut.to_string(), "the other end closed the connection before its response was complete");
    }
}

#[tokio::test]
async fn a_reset_connection_is_named_as_such() {
    let failure = failure(PATIENCE, async |mut stream| {
        read_request(&mut stream).await;
        // A connection that is closed with a linger of zero is reset.
        stream.set_zero_linger().unwrap();
        drop(stream);
    })
    .await;
    assert_eq!(failure, TransportError::lost(NetworkCause::Reset));
}

#[tokio::test]
async fn a_port_that_does_not_speak_http_is_named_as_such() {
    for bytes in [
        &b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n"[..],
        b"220 mail.example ESMTP\r\n",
        b"+PONG\r\n",
        b"\x4a\x00\x00\x00\x0a8.0.36\x00",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
        b"HTTP/1.1 abc OK\r\n\r\n",
        // A port with TLS sends this TLS alert to a plain HTTP client.
        b"\x15\x03\x03\x00\x02\x02\x46",
    ] {
        let failure = answered(bytes).await;
        assert_eq!(failure, TransportError::lost(NetworkCause::NotHttp), "{}", bytes.escape_ascii());
        assert!(failure.to_string().starts_with("the data received is not HTTP"), "{failure}");
    }
}

#[tokio::test]
async fn a_port_that_does_not_speak_tls_is_named_as_such() {
    let (listener, url) = listen().await;
    let serving = async {
        let mut stream = accept(&listener).await;
        let mut hello = [0; 1024];
        assert_ne!(stream.read(&mut hello).await.unwrap(), 0);
        let page = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(page).await.unwrap();
        stream
    };
    let client = builder().host(url.replace("http://", "https://")).build().unwrap();
    let asked = call();
    let (result, _stream) = tokio::join!(client.create_pre_auth_token(&asked), serving);
    let Err(Error::Transport(failures)) = result else { panic!("{result:?}") };
    assert_eq!(failures[0].error, TransportError::connect(NetworkCause::NotTls));
    assert!(failures[0].to_string().ends_with("use http if the port speaks plain HTTP"), "{}", failures[0]);
    assert!(
        format!("{:#}", failures[0]).ends_with("如果该端口使用明文 HTTP，请改用 http"),
        "{}",
        failures[0]
    );
}

#[tokio::test]
async fn an_over_large_answer_is_not_taken() {
    const LIMIT: usize = 8 << 20;
    let announced = failure(PATIENCE, async |mut stream| {
        read_request(&mut stream).await;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", LIMIT + 1);
        stream.write_all(head.as_bytes()).await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    assert_eq!(announced, TransportError::TooLarge { limit: LIMIT });
}

#[tokio::test]
async fn an_over_large_answer_of_unknown_length_is_not_taken() {
    let (listener, url) = listen().await;
    let serving = async {
        let mut stream = accept(&listener).await;
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await.unwrap();
        let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 0x10000], b"\r\n".to_vec()].concat();
        // Writes until the client closes the connection.
        while stream.write_all(&chunk).await.is_ok() {}
    };
    let client = client(&url);
    let asked = call();
    let (result, ()) = tokio::join!(client.create_pre_auth_token(&asked), serving);
    let Err(Error::Transport(failures)) = result else { panic!("{result:?}") };
    assert_eq!(failures[0].error, TransportError::TooLarge { limit: 8 << 20 });
}

#[tokio::test]
async fn a_request_goes_over_the_wire_as_it_was_signed() {
    let (listener, url) = listen().await;
    let serving = async {
        let mut stream = accept(&listener).await;
        let request = read_request(&mut stream).await;
        stream.write_all(&written(&signed(200, "{}"))).await.unwrap();
        request
    };
    let client = client(&url);
    let target = "/v3/a//b;c=1/it's/%E4%BC%9A?x=%20&y=a+b&x=[".replace('[', "%5B");
    let (response, request) = tokio::join!(client.call(Method::POST, &target, "{ \"a\": 1 }\n"), serving);
    response.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(head.lines().next().unwrap(), format!("POST {target} HTTP/1.1"));
    assert_eq!(body, "{ \"a\": 1 }\n");
    let mut names: Vec<&str> = head.lines().skip(1).map(|line| line.split(':').next().unwrap()).collect();
    names.sort_unstable();
    let wanted = [
        "accept",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "wechatpay-serial",
    ];
    assert_eq!(names, wanted);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let (listener, url) = listen().await;
    let serving = async {
        let mut stream = accept(&listener).await;
        read_request(&mut stream).await;
        let moved = format!("HTTP/1.1 302 Found\r\nLocation: {url}/other\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(moved.as_bytes()).await.unwrap();
        stream
    };
    let client = client(&url);
    let asked = call();
    let (result, _stream) = tokio::join!(client.create_pre_auth_token(&asked), serving);
    assert_eq!(result.unwrap_err().status().unwrap(), 302);
}

#[tokio::test]
async fn a_connection_is_used_again_and_its_death_leads_to_the_backup() {
    let (main, main_url) = listen().await;
    let (backup, backup_url) = listen().await;
    let response = written(&signed(200, TOKEN));
    let serving = async {
        let mut stream = accept(&main).await;
        for _ in 0..2 {
            read_request(&mut stream).await;
            stream.write_all(&response).await.unwrap();
        }
        // The connection ends with the third request, before any byte of a response.
        read_request(&mut stream).await;
        drop(stream);
        let mut stream = accept(&backup).await;
        read_request(&mut stream).await;
        stream.write_all(&response).await.unwrap();
    };
    let client = builder().hosts(main_url, backup_url).build().unwrap();
    let calling = async {
        for _ in 0..3 {
            client.create_pre_auth_token(&call()).await.unwrap();
        }
    };
    tokio::join!(calling, serving);
}

#[tokio::test]
async fn an_unreachable_main_leads_to_the_backup() {
    let (backup, backup_url) = listen().await;
    let serving = async {
        let mut stream = accept(&backup).await;
        read_request(&mut stream).await;
        stream.write_all(&written(&signed(200, TOKEN))).await.unwrap();
    };
    let client = builder().hosts(closed().await, backup_url).build().unwrap();
    let asked = call();
    let (result, ()) = tokio::join!(client.create_pre_auth_token(&asked), serving);
    result.unwrap();
}
