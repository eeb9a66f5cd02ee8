//! A sandbox that serves over TCP, with the test's clocks.

use crate::common::*;
use http::Method;
use ruhui::Client;
use ruhui_core::api::Partner;
use ruhui_server::BusinessClock;
use ruhui_server::domain::AddressPolicy;
use ruhui_server::env::Env;
use ruhui_server::http::{Limits, Listener, Tls};
use ruhui_server::outbox::NetworkCallbackClient;
use ruhui_server::start::{Stop, run};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running sandbox.
pub(crate) struct Sandbox {
    pub(crate) world: TestService,
    pub(crate) main: String,
    pub(crate) backup: String,
    operations: String,
    http: reqwest::Client,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Sandbox {
    pub(crate) async fn start() -> Self {
        let mut world = TestService::with_policy(|policy| policy.request_log = true).await;
        let clock = Arc::new(BusinessClock::new(world.business.clone()));
        let env = Env { wire: world.wire.clone(), business: clock.clone(), entropy: world.entropy.clone() };
        let callbacks = Arc::new(NetworkCallbackClient::new(AddressPolicy::Any));
        world.service = world.start_beside(callbacks, env).await;
        let bind = || Listener::bind("127.0.0.1:0".parse().unwrap(), Tls::Off);
        let listeners = [bind().await.unwrap(), bind().await.unwrap(), bind().await.unwrap()];
        let [main, backup, operations] =
            listeners.each_ref().map(|listener| format!("http://{}", listener.address().unwrap()));
        let [first, second, third] = listeners;
        let (stop, stopped) = oneshot::channel();
        let told = async {
            let _ = stopped.await;
        };
        let stop_of_run = Stop { told, drained: std::future::ready(()) };
        let serving = run(
            world.service.clone(),
            [first, second],
            (third, Some(clock), None),
            Limits::default(),
            stop_of_run,
        );
        let serving = tokio::spawn(serving);
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        Self { world, main, backup, operations, http, stop, serving }
    }

    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        self.serving.await.unwrap();
    }

    /// A client of this sandbox that has made no connection yet, and waits so long for a response.
    pub(crate) fn client(&self, patience: Duration) -> Client<Partner> {
        Client::partner(MCHID, SERIAL_NO, MERCHANT_KEY, PUBLIC_KEY_ID, PLATFORM_PUB)
            .unwrap()
            .hosts(self.main.as_str(), self.backup.as_str())
            .clock(self.world.wire.clone())
            .timeout(patience)
            .build()
            .unwrap()
    }

    /// Sends a request to a control, and returns the status and the response.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let mut request = self.http.request(method, format!("{}/sandbox/{path}", self.operations));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, response) = self.control(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {response}");
        response
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, response) = self.control(Method::POST, path, Some(&body)).await;
        assert_eq!(status, 200, "{path}: {response}");
        response
    }

    /// Adds a rule, and returns its id.
    pub(crate) async fn add(&self, rule: Value) -> String {
        self.post("faults", rule).await["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn remove(&self, id: &str) {
        let (status, response) = self.control(Method::DELETE, &format!("faults/{id}"), None).await;
        assert_eq!(status, 200, "{response}");
    }

    /// How often the rule was played.
    pub(crate) async fn played(&self, id: &str) -> u64 {
        let listed = self.get("faults").await;
        let rule = listed["data"].as_array().unwrap().iter().find(|rule| rule["id"] == id).unwrap();
        rule["played"].as_u64().unwrap()
    }

    /// The requests to the API in the log, by the order of their ends, each as the host and the status.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let logged = self.get("requests?kind=request&limit=100").await;
        let line = |exchange: &Value| {
            let listener = exchange["listener"].as_str().filter(|name| *name != "operations")?;
            let status = exchange["status"].as_u64();
            let status = status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
            Some((exchange["id"].as_u64(), format!("{listener} {status}")))
        };
        let mut lines: Vec<_> = logged["data"].as_array().unwrap().iter().filter_map(line).collect();
        lines.sort();
        lines.into_iter().map(|(_, line)| line).collect()
    }

    /// Waits until `get` gives something, which it must soon.
    pub(crate) async fn until<T, F: Future<Output = Option<T>>>(&self, get: impl Fn() -> F) -> T {
        for _ in 0..500 {
            if let Some(found) = get().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it does not happen: {:#}", self.get("events").await)
    }
}

/// A rule of this kind.
pub(crate) fn rule(fault: &str, members: Value) -> Value {
    let mut rule = json!({ "fault": fault });
    for (name, value) in members.as_object().unwrap() {
        rule[name.as_str()] = value.clone();
    }
    rule
}
