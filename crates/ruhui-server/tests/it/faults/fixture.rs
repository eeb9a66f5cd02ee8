//! A sandbox's three listeners, and clients that see every byte and the end of the connection.

use crate::common::socket::{Wire, within, written};
use crate::common::*;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use jiff::Timestamp;
use ruhui_core::sign::{Scheme, VerifyError, verify_response};
use ruhui_server::config::FileProvisioning;
use ruhui_server::env::Clock as _;
use ruhui_server::http::{Limits, Listener, Tls};
use ruhui_server::sandbox_state::SandboxFolder;
use ruhui_server::start::{Stop, run};
use ruhui_server::{BusinessClock, Policy};
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

pub(crate) struct Sandbox {
    pub(crate) world: TestService,
    pub(crate) main: SocketAddr,
    pub(crate) backup: SocketAddr,
    operations: SocketAddr,
    _folder: tempfile::TempDir,
    stop: Mutex<Option<oneshot::Sender<()>>>,
}

/// The end of a connection, as the client sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Closed,
    Reset,
}

/// All bytes that came by a connection, and its end.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: End,
    pub(crate) now: Timestamp,
}

impl Sandbox {
    pub(crate) async fn start() -> Self {
        Self::with(Tls::Off, |_| {}).await
    }

    pub(crate) async fn with(tls: Tls, change: impl FnOnce(&mut Policy)) -> Self {
        let world = TestService::with_policy(change).await;
        let folder = tempfile::tempdir().unwrap();
        let provisioning = FileProvisioning::new(sandbox_folder(folder.path(), ""));
        let state = SandboxFolder::new(folder.path(), Arc::new(provisioning));
        let bind = |tls| async { Listener::bind("127.0.0.1:0".parse().unwrap(), tls).await.unwrap() };
        let (main, backup, operations) = (bind(tls).await, bind(Tls::Off).await, bind(Tls::Off).await);
        let [at_main, at_backup, at_operations] =
            [&main, &backup, &operations].map(|listener| listener.address().unwrap());
        let clock = Some(Arc::new(BusinessClock::new(world.business.clone())));
        let (stop, stopped) = oneshot::channel::<()>();
        let told = async {
            let _ = stopped.await;
        };
        let stop_at = Stop { told, drained: std::future::ready(()) };
        let service = world.service.clone();
        let operations = (operations, clock, Some(state));
        tokio::spawn(run(service, [main, backup], operations, Limits::default(), stop_at));
        Self {
            world,
            main: at_main,
            backup: at_backup,
            operations: at_operations,
            _folder: folder,
            stop: Mutex::new(Some(stop)),
        }
    }

    /// Begins the graceful shutdown.
    pub(crate) fn stop(&self) {
        drop(self.stop.lock().unwrap().take());
    }

    /// Calls a control, and returns status and body.
    pub(crate) async fn control(&self, method: &str, target: &str, body: Value) -> (u16, Value) {
        let mut wire = Wire::to(self.operations).await;
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let length = body.len();
        wire.write(format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
        .await;
        let response = wire.response().await;
        (response.status, serde_json::from_str(&response.body).unwrap())
    }

    /// Adds a rule.
    pub(crate) async fn fault(&self, rule: Value) -> Value {
        let (status, added) = self.control("POST", "/sandbox/faults", rule).await;
        assert_eq!(status, 200, "{added}");
        added
    }

    /// The rules in force.
    pub(crate) async fn rules(&self) -> Vec<Value> {
        let (status, listed) = self.control("GET", "/sandbox/faults", Value::Null).await;
        assert_eq!(status, 200, "{listed}");
        listed["data"].as_array().unwrap().clone()
    }

    /// The matches and plays of each rule.
    pub(crate) async fn counts(&self) -> Vec<(u64, u64)> {
        let number = |value: &Value| value.as_u64().unwrap();
        self.rules().await.iter().map(|rule| (number(&rule["matched"]), number(&rule["played"]))).collect()
    }

    /// Sends a request to the main host over a connection of its own.
    pub(crate) async fn send(&self, request: &Request<Vec<u8>>) -> Received {
        self.send_to(self.main, request).await
    }

    pub(crate) async fn send_to(&self, address: SocketAddr, request: &Request<Vec<u8>>) -> Received {
        self.over(TcpStream::connect(address).await.unwrap(), request).await
    }

    /// Sends a request over a connection, and reads it to its end.
    pub(crate) async fn over(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        request: &Request<Vec<u8>>,
    ) -> Received {
        let mut request = request.clone();
        request.headers_mut().insert(http::header::CONNECTION, HeaderValue::from_static("close"));
        within(async {
            stream.write_all(&written(&request)).await.unwrap();
            stream.flush().await.unwrap();
            let mut bytes = Vec::new();
            let end = match stream.read_to_end(&mut bytes).await {
                // rustls reports an end without its alert as an error of this kind; none of the tests has that.
                Ok(_) => End::Closed,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => End::Reset,
                Err(error) => panic!("{error}"),
            };
            Received { bytes, end, now: self.world.wire.now() }
        })
        .await
    }

    /// A token request, and the number of tokens that exist.
    pub(crate) async fn tokens(&self) -> usize {
        self.world.tokens().await.len()
    }
}

impl Received {
    /// The status, headers and body. They may be cut.
    pub(crate) fn response(&self) -> (u16, HeaderMap, &[u8]) {
        let end = self.bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head") + 4;
        let (head, body) = self.bytes.split_at(end);
        let head = std::str::from_utf8(head).unwrap();
        let mut headers = HeaderMap::new();
        for line in head.lines().skip(1).filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(": ").unwrap();
            headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        (head[9..12].parse().unwrap(), headers, body)
    }

    pub(crate) fn status(&self) -> u16 {
        self.response().0
    }

    pub(crate) fn header(&self, name: &str) -> String {
        self.response().1.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(self.response().2).unwrap()
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Verifies the signature over the body as it came.
    pub(crate) fn verified(&self) -> Result<(), VerifyError> {
        let (_, headers, body) = self.response();
        let keys = PROVISION.platform.partner.platform_keys();
        verify_response(&headers, body, Scheme::Merchant, &keys, self.now)
    }

    /// Asserts that the response is a signed 200 with a token.
    pub(crate) fn token(&self) -> String {
        assert_eq!((self.status(), self.end), (200, End::Closed), "{self:?}");
        self.verified().unwrap();
        self.json()["token"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn with_header(request: &Request<Vec<u8>>, text: &str) -> Request<Vec<u8>> {
    let mut request = request.clone();
    request.headers_mut().insert("ruhui-fault", HeaderValue::from_str(text).unwrap());
    request
}

pub(crate) fn nothing() -> Value {
    json!({})
}
