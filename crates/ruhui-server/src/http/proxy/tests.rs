//! Tests of the proxy on real sockets: every limit ends in a response or a closed connection, never in a hang. Limits of
//! time are a tenth of a second here.

use super::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const NAMES: [&str; 3] = ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com", "localhost"];
const CONNECT: &str = "CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\r\nHost: api.mch.weixin.qq.com:443\r\n\r\n";

/// A proxy, and the listener of the main host behind it. The port of the backup host is closed.
struct Fixture {
    address: SocketAddr,
    main: TcpListener,
    log: Arc<RequestLog>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Fixture {
    async fn start() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let (main, closed) = (TcpListener::bind(any).await.unwrap(), bound(any).unwrap());
        let upstream = Upstream { main: main.local_addr().unwrap(), backup: closed.local_addr().unwrap() };
        let socket = TcpListener::bind(any).await.unwrap();
        let address = socket.local_addr().unwrap();
        let proxy = ForwardProxy { socket, hosts: Hosts::among(&NAMES), upstream };
        let log = RequestLog::new(Arc::new(crate::env::SystemClock), Default::default());
        let tenth = Duration::from_millis(100);
        let limits = Limits { idle: tenth, write: tenth, linger: tenth, ..Limits::default() };
        let (stop, stopped) = oneshot::channel();
        let served = log.clone();
        let serving = tokio::spawn(async move {
            let _closed = closed;
            let until = async {
                let _ = stopped.await;
            };
            proxy.serve(Some(served), limits, until).await;
        });
        Self { address, main, log, stop, serving }
    }

    /// Sends bytes, and returns all that the proxy answers until it closes.
    async fn answer(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut client = TcpStream::connect(self.address).await.unwrap();
        let _ = client.write_all(bytes.as_ref()).await;
        read_all(&mut client).await
    }

    /// Opens a tunnel. Returns the client's end, and the end of the main host.
    async fn tunnel(&self) -> (TcpStream, TcpStream) {
        let mut client = TcpStream::connect(self.address).await.unwrap();
        client.write_all(CONNECT.as_bytes()).await.unwrap();
        let head = read_head(&mut client).await;
        assert!(head.starts_with("HTTP/1.1 200 Connection established\r\n"), "{head}");
        (client, self.main.accept().await.unwrap().0)
    }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(5), future).await.expect("it hangs")
}

async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = within(stream.read_to_end(&mut bytes)).await;
    String::from_utf8(bytes).unwrap()
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(within(stream.read_u8()).await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

#[tokio::test]
async fn bytes_go_both_ways_and_each_end_may_close_first() {
    let fixture = Fixture::start().await;
    let (mut client, mut server) = fixture.tunnel().await;
    client.write_all(b"request").await.unwrap();
    let mut arrived = [0; 7];
    within(server.read_exact(&mut arrived)).await.unwrap();
    assert_eq!(&arrived, b"request");
    // The log knows the client, whose connection is not the one that the listener sees.
    let peer = server.peer_addr().unwrap();
    assert_eq!(fixture.log.proxied_client(peer), Some(client.local_addr().unwrap()));

    // A client that has closed its sending side still gets the response.
    client.shutdown().await.unwrap();
    assert_eq!(read_all(&mut server).await, "");
    server.write_all(b"response").await.unwrap();
    drop(server);
    assert_eq!(read_all(&mut client).await, "response");

    // A client that keeps a closed connection open is cut off: its note goes while it still has the connection.
    let (mut client, server) = fixture.tunnel().await;
    let peer = server.peer_addr().unwrap();
    drop(server);
    assert_eq!(read_all(&mut client).await, "");
    within(async {
        while fixture.log.proxied_client(peer).is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    drop(client);
}

#[tokio::test]
async fn bytes_that_come_with_the_request_are_a_part_of_the_tunnel() {
    let fixture = Fixture::start().await;
    let mut client = TcpStream::connect(fixture.address).await.unwrap();
    client.write_all(format!("{CONNECT}hello").as_bytes()).await.unwrap();
    let (mut server, _) = within(fixture.main.accept()).await.unwrap();
    let mut arrived = [0; 5];
    within(server.read_exact(&mut arrived)).await.unwrap();
    assert_eq!(&arrived, b"hello");
}

#[tokio::test]
async fn a_reset_of_the_sandbox_is_a_reset_for_the_client() {
    let fixture = Fixture::start().await;
    let (mut client, server) = fixture.tunnel().await;
    server.set_zero_linger().unwrap();
    drop(server);
    let error = within(client.read_u8()).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off() {
    let fixture = Fixture::start().await;
    let (_client, mut server) = fixture.tunnel().await;
    let chunk = vec![0; 1 << 20];
    let sending = async { while server.write_all(&chunk).await.is_ok() {} };
    within(sending).await;
}

#[tokio::test]
async fn a_host_that_is_down_is_502_with_the_reason_in_the_status_line() {
    let fixture = Fixture::start().await;
    let answer = fixture.answer(CONNECT.replace("api.", "api2.")).await;
    let (line, body) = answer.split_once("\r\n").unwrap();
    assert!(
        line.starts_with("HTTP/1.1 502 Bad Gateway: the backup host of the sandbox refuses connections; ")
    );
    assert!(body.contains("沙箱的备域名拒绝连接"), "{body}");
}

#[tokio::test]
async fn every_other_request_has_a_response_that_names_the_hosts() {
    let fixture = Fixture::start().await;
    let hosts = "api.mch.weixin.qq.com, api2.mch.weixin.qq.com on port 443";
    for (request, status) in [
        ("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n", 403),
        ("CONNECT api.mch.weixin.qq.com:80 HTTP/1.1\r\nHost: a\r\n\r\n", 403),
        ("CONNECT localhost:443 HTTP/1.0\r\n\r\n", 403),
        ("CONNECT api.mch.weixin.qq.com HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("POST https://api.mch.weixin.qq.com/v3 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", 403),
        ("GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n", 403),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1:7084\r\n\r\n", 400),
    ] {
        let answer = fixture.answer(request).await;
        let (line, rest) = answer.split_once("\r\n").unwrap_or_else(|| panic!("no response to {request}"));
        assert!(
            line.split(' ').nth(1) == Some(status.to_string().as_str()) && line.contains(hosts),
            "{answer}"
        );
        assert!(rest.contains(hosts) && rest.contains("沙箱"), "{answer}");
    }
    let answer = fixture.answer("POST https://api.mch.weixin.qq.com/v3 HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(answer.contains("https-proxy-agent") && answer.contains("Allow: CONNECT"), "{answer}");
}

#[tokio::test]
async fn bytes_that_are_no_request_and_heads_that_are_slow_or_large_end_the_connection() {
    let fixture = Fixture::start().await;
    for bytes in [&b"\x16\x03\x01\x02\x00\x01"[..], b"SSH-2.0-client\r\n", b"CONNECT  HTTP/1.1\r\n\r\n"] {
        let answer = fixture.answer(bytes).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    assert_eq!(fixture.answer("").await, "");
    assert!(!fixture.answer("CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\r\nHost").await.contains(" 200 "));
    let large = format!("CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(64 << 10));
    let answer = fixture.answer(large).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn a_stop_ends_connections_without_a_tunnel_at_once_and_waits_for_the_others() {
    let fixture = Fixture::start().await;
    let (mut client, mut server) = fixture.tunnel().await;
    let mut silent = TcpStream::connect(fixture.address).await.unwrap();
    silent.write_all(b"CONNECT").await.unwrap();
    // Connections are accepted in their order, so a later tunnel shows that the silent one was accepted.
    drop(fixture.tunnel().await);
    fixture.stop.send(()).unwrap();
    assert_eq!(read_all(&mut silent).await, "");
    server.write_all(b"the response in flight").await.unwrap();
    drop(server);
    assert_eq!(read_all(&mut client).await, "the response in flight");
    within(fixture.serving).await.unwrap();
}

#[test]
fn only_a_proxy_for_any_machine_may_leave_loopback() {
    for (address, is_loopback) in [
        ("127.0.0.1:7084", true),
        ("127.8.8.8:0", true),
        ("[::1]:7084", true),
        ("0.0.0.0:7084", false),
        ("[::]:1", false),
        ("192.0.2.1:1", false),
    ] {
        let address = address.parse().unwrap();
        assert_eq!(ProxyClients::ThisMachine.may_use(address), is_loopback, "{address}");
        assert!(ProxyClients::AnyMachine.may_use(address));
    }
}
