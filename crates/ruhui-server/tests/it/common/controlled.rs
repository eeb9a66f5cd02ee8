//! A running sandbox, and its controls over a socket.

use super::socket::Wire;
use ruhui_server::env::Env;
use ruhui_server::sandbox::{self, Kit, Options};
use ruhui_server::start::Addresses;
use ruhui_server::store::StoreLocation;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running sandbox in a folder of its own.
pub(crate) struct Controlled {
    pub(crate) kit: Kit,
    operations: SocketAddr,
    folder: tempfile::TempDir,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Controlled {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let any: Option<SocketAddr> = Some("127.0.0.1:0".parse().unwrap());
        let addresses = Addresses { main: any, backup: any, operations: any, ..Addresses::default() };
        let options = Options { addresses, store: Some(StoreLocation::Memory), ..Options::default() };
        let sandbox = sandbox::open(folder.path(), Env::system(), options).await.unwrap();
        let kit = sandbox.kit().clone();
        let url = kit.value("RUHUI_OPERATIONS_URL").unwrap();
        let operations = url.strip_prefix("http://").unwrap().parse().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(sandbox.run(async {
            let _ = stopped.await;
        }));
        Self { kit, operations, folder, stop, running }
    }

    /// The address of the main host.
    pub(crate) fn main(&self) -> SocketAddr {
        self.kit.value("RUHUI_BASE_URL").unwrap().strip_prefix("http://").unwrap().parse().unwrap()
    }

    /// The number of the newest request in the log, once the log has one that is newer than those known before.
    pub(crate) async fn newest(&self) -> u64 {
        // A client may read a response before the log has the exchange.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let listed = self.good("GET", "/sandbox/requests?limit=1", None).await;
        listed["newest"].as_u64().unwrap()
    }

    /// Sends a request to the controls, and returns status and body of the response.
    pub(crate) async fn send_in(
        &self,
        language: &str,
        method: &str,
        target: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let mut wire = Wire::to(self.operations).await;
        let body = body.map(Value::to_string).unwrap_or_default();
        let length = body.len();
        wire.write(format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: {language}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
        .await;
        let response = wire.response().await;
        (response.status, serde_json::from_str(&response.body).unwrap())
    }

    /// Sends a request to the controls, which must have the status 200, and returns the body of the response.
    pub(crate) async fn good(&self, method: &str, target: &str, body: Option<Value>) -> Value {
        let (status, response) = self.send_in("en", method, target, body.as_ref()).await;
        assert_eq!(status, 200, "{method} {target}: {response}");
        response
    }

    /// Sends a request to the API by the control, in Chinese.
    pub(crate) async fn call(&self, call: Value) -> Value {
        self.call_in("zh", call).await
    }

    pub(crate) async fn call_in(&self, language: &str, call: Value) -> Value {
        let (status, response) = self.send_in(language, "POST", "/sandbox/call", Some(&call)).await;
        assert_eq!(status, 200, "{call}: {response}");
        response
    }

    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        self.running.await.unwrap();
    }
}

/// A page of the console, or the response to a form.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn is(&self, status: u16) {
        assert_eq!(self.status, status, "{}", self.text);
    }
}

impl Controlled {
    /// The folder of the sandbox.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Opens a page.
    pub(crate) async fn page(&self, language: &str, target: &str) -> Page {
        self.browse(&format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\nAccept-Language: {language}\r\n\r\n",
            self.operations
        ))
        .await
    }

    /// Sends a form of a page, as a browser does.
    pub(crate) async fn form(&self, language: &str, target: &str, fields: &[(&str, &str)]) -> Page {
        self.send_form(language, &format!("http://{}", self.operations), target, fields).await
    }

    /// Sends a form from a page of another origin.
    pub(crate) async fn form_from(&self, origin: &str, target: &str, fields: &[(&str, &str)]) -> Page {
        self.send_form("en", origin, target, fields).await
    }

    async fn send_form(&self, language: &str, origin: &str, target: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.browse(&format!(
            "POST {target} HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nAccept: text/html\r\nAccept-Language: {language}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.operations,
            body.len()
        ))
        .await
    }

    async fn browse(&self, request: &str) -> Page {
        let mut wire = Wire::to(self.operations).await;
        wire.write(request).await;
        let response = wire.response().await;
        let lines = response.head.lines().filter_map(|line| line.split_once(": "));
        let mut locations = lines.filter(|(name, _)| name.eq_ignore_ascii_case("location"));
        let location = locations.next().map(|(_, value)| value.to_owned());
        Page { status: response.status, location, text: response.body }
    }
}
