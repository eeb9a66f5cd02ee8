//! A sandbox that serves over a folder of its own, with the keys of the tests.

use crate::common::*;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HOST};
use ruhui::{Client, ClientBuilder};
use ruhui_core::api::{Endpoint, Partner};
use ruhui_core::key::PrivateKey;
use ruhui_core::wire;
use ruhui_server::env::Env;
use ruhui_server::sandbox::{self, Kit, Options, Sandbox};
use ruhui_server::start::Addresses;
use ruhui_server::store::StoreLocation;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running sandbox.
pub(crate) struct Served {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) kit: Kit,
    pub(crate) service: Arc<Service>,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) running: JoinHandle<()>,
}

/// Where the records of a sandbox are.
#[derive(Clone, Copy)]
pub(crate) enum StoreKind {
    Memory,
    /// The file of the folder's `ruhui.toml`.
    File,
}

/// The options of a sandbox at free ports, with its records in memory.
pub(crate) fn anywhere() -> Options {
    let any = Some("127.0.0.1:0".parse().unwrap());
    let addresses = Addresses { main: any, backup: any, operations: any, ..Addresses::default() };
    Options { addresses, store: Some(StoreLocation::Memory), ..Options::default() }
}

pub(crate) async fn open(root: &Path) -> Sandbox {
    sandbox::open(root, Env::system(), anywhere()).await.unwrap()
}

impl Served {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        furnish(folder.path());
        Self::over(folder, StoreKind::Memory).await
    }

    pub(crate) async fn over(folder: tempfile::TempDir, store: StoreKind) -> Self {
        let options = match store {
            StoreKind::Memory => anywhere(),
            StoreKind::File => Options { store: None, ..anywhere() },
        };
        let sandbox = sandbox::open(folder.path(), Env::system(), options).await.unwrap();
        let (kit, service) = (sandbox.kit().clone(), sandbox.service().clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(sandbox.run(async {
            let _ = stopped.await;
        }));
        Self { folder, kit, service, stop, running }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Replaces a text of `ruhui.toml`.
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let path = self.path("ruhui.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }

    pub(crate) fn append(&self, entry: &str) {
        let path = self.path("ruhui.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text + entry).unwrap();
    }

    /// A client with the keys of `kit.env` as it is now.
    pub(crate) fn client(&self) -> Client {
        self.client_with(|builder| builder)
    }

    pub(crate) fn client_with(
        &self,
        change: impl FnOnce(ClientBuilder<Partner>) -> ClientBuilder<Partner>,
    ) -> Client {
        let kit = env_of(&self.path("kit/kit.env"));
        let value = |name: &str| kit.iter().find(|(known, _)| known == name).unwrap().1.clone();
        let builder = Client::partner(
            value("RUHUI_MCHID"),
            value("RUHUI_SERIAL_NO"),
            value("RUHUI_PRIVATE_KEY"),
            value("RUHUI_WECHATPAY_PUBLIC_KEY_ID"),
            value("RUHUI_WECHATPAY_PUBLIC_KEY"),
        );
        let builder = builder.unwrap().hosts(value("RUHUI_BASE_URL"), value("RUHUI_BACKUP_URL"));
        change(builder).build().unwrap()
    }

    /// Encodes a request as the SDK would. It is signed when it is sent.
    pub(crate) fn draft<E: Endpoint>(&self, call: &E) -> Draft {
        let platform = PrivateKey::from_pem(PLATFORM_KEY).unwrap().public_key();
        let encoded = wire::encode(call, Some(&platform)).unwrap();
        let env = Env::system();
        let mut nonce = [0; 16];
        env.entropy.fill(&mut nonce);
        let (nonce, now) = (hex::encode_upper(nonce), env.wire.now().as_second());
        Draft::new(E::METHOD, &encoded.target, nonce, now, encoded.body)
    }

    /// Sends a request to the main host.
    pub(crate) async fn send(&self, draft: &Draft) -> reqwest::Response {
        let (parts, body) = draft.sign().into_parts();
        let url = format!("{}{}", self.kit.value("RUHUI_BASE_URL").unwrap(), draft.target);
        let request = http_client().request(parts.method, url).headers(parts.headers).body(body);
        request.send().await.unwrap()
    }

    /// Sends a request to the controls.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        self.ask_under(None, method, path, &body.map(|body| body.to_string()).unwrap_or_default()).await
    }

    /// Sends a request to the controls under a host name.
    pub(crate) async fn ask_under(
        &self,
        host: Option<&str>,
        method: &str,
        path: &str,
        body: &str,
    ) -> (u16, Value) {
        let url = format!("{}{path}", self.kit.value("RUHUI_OPERATIONS_URL").unwrap());
        let mut request = http_client()
            .request(method.parse().unwrap(), url)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT_LANGUAGE, "en");
        if let Some(host) = host {
            request = request.header(HOST, host);
        }
        let response = request.body(body.to_owned()).send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
    }

    /// Sends a request to the controls that succeeds, and returns the response.
    pub(crate) async fn done(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.ask(method, path, body).await;
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    pub(crate) async fn reload(&self) -> Value {
        self.done("POST", "/sandbox/reload", Some(serde_json::json!({}))).await
    }

    /// Stops the sandbox, and returns its folder.
    pub(crate) async fn stop(self) -> tempfile::TempDir {
        drop(self.service);
        self.stop.send(()).unwrap();
        self.running.await.unwrap();
        self.folder
    }
}

pub(crate) fn http_client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Reads the lines `NAME='value'`, as any reader of such files does.
pub(crate) fn env_of(path: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.split_once('=').unwrap();
            let value = value.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect()
}
