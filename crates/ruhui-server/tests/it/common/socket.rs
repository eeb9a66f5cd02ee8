//! A listener in a task, and raw connections to it.

use super::TestService;
use http::Request;
use ruhui_server::http::{Limits, Listener, Tls, api};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const SOON: Duration = Duration::from_millis(100);

/// Fails a test that would hang.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("it hangs")
}

pub(crate) fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

/// A listener that runs in a task.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) task: JoinHandle<()>,
}

pub(crate) async fn serve(world: &TestService, limits: Limits) -> Served {
    serve_router(api(world.service.clone()), limits).await
}

pub(crate) async fn serve_router(router: axum::Router, limits: Limits) -> Served {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), Tls::Off).await.unwrap();
    let address = listener.address().unwrap();
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(listener.serve(router, limits, async move {
        let _ = stopped.await;
    }));
    Served { address, stop, task }
}

/// A raw connection, on which the test writes bytes.
pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    pub(crate) read: Vec<u8>,
}

/// A response that was read from a connection.
#[derive(Debug)]
pub(crate) struct WireResponse {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl WireResponse {
    pub(crate) fn says(&self, header: &str) -> bool {
        self.head.to_ascii_lowercase().contains(header)
    }
}

impl Wire {
    pub(crate) async fn connect(served: &Served) -> Self {
        Self::to(served.address).await
    }

    pub(crate) async fn to(address: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(address).await.unwrap(), read: Vec::new() }
    }

    /// Writes the bytes. The other side may close the connection before it has read all of them.
    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    pub(crate) async fn more(&mut self) -> bool {
        self.stream.read_buf(&mut self.read).await.is_ok_and(|count| count > 0)
    }

    pub(crate) async fn response(&mut self) -> WireResponse {
        within(async {
            let end = loop {
                if let Some(end) = self.read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                    break end + 4;
                }
                assert!(self.more().await, "closed without an answer");
            };
            let head = String::from_utf8(self.read.drain(..end).collect()).unwrap();
            let length = head.to_ascii_lowercase();
            let length = length.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            while self.read.len() < length {
                assert!(self.more().await, "closed inside the answer");
            }
            let body = String::from_utf8(self.read.drain(..length).collect()).unwrap();
            WireResponse { status: head[9..12].parse().unwrap(), head, body }
        })
        .await
    }

    /// Waits until the other side closes the connection without sending another byte.
    pub(crate) async fn closed(mut self) {
        within(async { while self.more().await {} }).await;
        assert!(self.read.is_empty(), "{}", String::from_utf8_lossy(&self.read));
    }
}

/// Returns the request line and the headers, without the final empty line.
pub(crate) fn head(request: &Request<Vec<u8>>) -> String {
    let mut head =
        format!("{} {} HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        head += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    head
}

pub(crate) fn written(request: &Request<Vec<u8>>) -> Vec<u8> {
    let head = format!("{}Content-Length: {}\r\n\r\n", head(request), request.body().len());
    [head.as_bytes(), request.body()].concat()
}
