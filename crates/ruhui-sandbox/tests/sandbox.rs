//! One sandbox and its parts: client, controls, kit, options.

#![allow(clippy::unwrap_used, reason = "functions of a test")]

use ruhui::api::CallersOwn;
use ruhui::api::card_member::CreatePreAuthToken;
use ruhui::types::OpenId;
use ruhui_sandbox::controls::{ControlError, Controls, EventFilter, FaultKind, FaultRule, RequestFilter};
use ruhui_sandbox::{Sandbox, StartError};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

const PHONE: &str = "13900000000";

fn request(sandbox: &Sandbox, openid: &OpenId) -> CreatePreAuthToken {
    CreatePreAuthToken { brand_id: sandbox.brand_id(), card_id: sandbox.card_id(), openid: openid.clone() }
}

async fn join(sandbox: &Sandbox, openid: &OpenId) -> ruhui_sandbox::controls::Outcome {
    let token = sandbox.client().create_pre_auth_token(&request(sandbox, openid)).await.unwrap();
    sandbox.controls().join(&token.token, PHONE).await.unwrap()
}

#[tokio::test]
async fn a_user_joins_and_a_reset_forgets_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let (controls, openid) = (sandbox.controls(), sandbox.new_openid());
    let joined = join(&sandbox, &openid).await;
    assert_eq!(joined.user_card.openid, openid);

    let filter = EventFilter { openid: Some(openid.as_str().to_owned()), ..EventFilter::default() };
    let events = controls.events().list(&filter).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event_id, joined.event_id);
    let shown = controls.events().show(&joined.event_id).await.unwrap();
    assert!(shown.resource.is_some());

    let logged = controls.requests().list(&RequestFilter::default()).await.unwrap();
    assert_eq!(logged[0].target, "/v3/brand/partner/card-member/pre-auth-tokens");
    assert_eq!(logged[0].status, Some(200));
    assert_eq!(controls.requests().show(&logged[0].id.to_string()).await.unwrap()["id"], logged[0].id);

    let state = controls.reset().await.unwrap();
    assert_eq!((state.records["tokens"], state.records["deliveries"]), (0, 0));
    assert!(controls.events().list(&EventFilter::default()).await.unwrap().is_empty());
    join(&sandbox, &openid).await;
}

#[tokio::test]
async fn snapshots_are_in_memory() {
    let sandbox = Sandbox::start().await.unwrap();
    let (controls, openid) = (sandbox.controls(), sandbox.new_openid());
    join(&sandbox, &openid).await;
    let kept = controls.snapshot("joined").await.unwrap();
    assert_eq!(kept.records["members"], 2);
    controls.reset().await.unwrap();
    assert_eq!(controls.restore("joined").await.unwrap().records, kept.records);
    assert_eq!(controls.snapshots().await.unwrap()[0].name, "joined");
    controls.delete_snapshot("joined").await.unwrap();
    let error = controls.restore("joined").await.unwrap_err();
    assert_eq!(error.rejection().unwrap().code(), "NOT_FOUND");
    assert!(controls.snapshots().await.unwrap().is_empty());
}

/// Any thread of a test may wait without its runtime, and the sandbox still responds.
#[tokio::test(flavor = "current_thread")]
async fn a_test_may_block_the_only_thread_of_its_runtime() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.operations_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
}

/// A sandbox that several tests share is used from several runtimes.
#[test]
fn one_sandbox_serves_the_runtimes_of_several_tests() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sandbox = runtime().block_on(Sandbox::start()).unwrap();
    for _ in 0..3 {
        runtime().block_on(async {
            join(&sandbox, &sandbox.new_openid()).await;
            sandbox.controls().reset().await.unwrap();
        });
    }
}

/// No executor is needed to start.
#[test]
fn a_sandbox_starts_without_a_runtime() {
    let (send, receive) = std::sync::mpsc::channel();
    let mut start = Box::pin(Sandbox::start());
    let waker = std::task::Waker::from(std::sync::Arc::new(Notify(send)));
    let mut context = std::task::Context::from_waker(&waker);
    let sandbox = loop {
        match start.as_mut().poll(&mut context) {
            std::task::Poll::Ready(sandbox) => break sandbox.unwrap(),
            std::task::Poll::Pending => receive.recv().unwrap(),
        }
    };
    assert!(TcpStream::connect(sandbox.base_url().strip_prefix("http://").unwrap()).is_ok());
}

struct Notify(std::sync::mpsc::Sender<()>);

impl std::task::Wake for Notify {
    fn wake(self: std::sync::Arc<Self>) {
        let _ = self.0.send(());
    }
}

#[tokio::test]
async fn a_fixed_business_time_comes_back_with_a_reset() {
    let time = "2027-01-15T08:00:00Z".parse().unwrap();
    let sandbox = Sandbox::builder().business_time(time).start().await.unwrap();
    let controls = sandbox.controls();
    let token =
        sandbox.client().create_pre_auth_token(&request(&sandbox, &sandbox.new_openid())).await.unwrap();
    assert_eq!(token.expire_time.to_string(), "2027-01-15T17:00:00.000+08:00");
    let clock = controls.advance_clock(Duration::from_secs(90 * 60)).await.unwrap();
    assert_eq!(clock.now.to_string(), "2027-01-15T17:30:00.000+08:00");
    let error = controls.join(&token.token, PHONE).await.unwrap_err();
    assert_eq!(error.rejection().unwrap().code(), "TOKEN_EXPIRED", "{error}");
    let state = controls.reset().await.unwrap();
    assert_eq!(state.business_time.to_string(), "2027-01-15T16:00:00.000+08:00");
}

#[tokio::test]
async fn entries_are_provisioned_and_a_mistake_is_named_in_both_languages() {
    let user = "[[users]]\nname = \"broken\"\nopenid = \"oBroken000000000000000000000\"\nappid = \"wxea9c30890f48d5ae\"\nrefusal = \"system_error\"\n";
    let sandbox = Sandbox::builder().provision(user).start().await.unwrap();
    let openid = OpenId::new("oBroken000000000000000000000").unwrap();
    let error = sandbox.client().create_pre_auth_token(&request(&sandbox, &openid)).await.unwrap_err();
    assert!(matches!(&error, ruhui::Error::Api(rejection) if rejection.status() == 500), "{error}");

    let config = Sandbox::default_config().replace("certificates = \"on\"", "certificates = \"maybe\"");
    let error = Sandbox::builder().config(config).start().await.unwrap_err();
    let (english, chinese) = (format!("{error}"), format!("{error:#}"));
    assert!(english.starts_with("ruhui.toml, line 12, `service.certificates`"), "{english}");
    assert!(chinese.starts_with("ruhui.toml 第 12 行 `service.certificates`"), "{chinese}");
    let error = Sandbox::builder().notify_url("nowhere").start().await.unwrap_err();
    assert!(matches!(error, StartError::NotifyUrl(_)), "{error}");
}

#[tokio::test]
async fn https_is_trusted_by_the_client() {
    let sandbox = Sandbox::builder().tls(true).start().await.unwrap();
    assert!(sandbox.base_url().starts_with("https://"));
    join(&sandbox, &sandbox.new_openid()).await;
    assert!(sandbox.ca_certificate().unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(sandbox.value("RUHUI_CA_CERTIFICATE").contains(r"\n"));
}

#[tokio::test]
async fn callbacks_reach_the_receiver_of_the_test_and_nobody_otherwise() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/notify", listener.local_addr().unwrap());
    let sandbox = Sandbox::builder().notify_url(&url).start().await.unwrap();
    let receiver = sandbox.receiver();
    let received = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = read_request(&mut stream);
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        let (headers, body) = request;
        receiver.receive(&headers, &body).unwrap()
    });
    let joined = join(&sandbox, &sandbox.new_openid()).await;
    assert_eq!(received.join().unwrap().id.as_str(), joined.event_id);

    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.notify_url().strip_prefix("http://").unwrap().strip_suffix("/notify").unwrap();
    assert!(TcpStream::connect(address).is_err(), "nothing listens");
    assert!(TcpListener::bind(address).is_err(), "and no other program can");
    let joined = join(&sandbox, &sandbox.new_openid()).await;
    let sent = sandbox.controls().events().resend(&joined.event_id, 1).await.unwrap();
    assert!(!sent.attempts[0].accepted);
    assert!(sent.attempts[0].failure.is_some());
}

/// Reads one request: its headers and body.
fn read_request(stream: &mut TcpStream) -> (ruhui::http::HeaderMap, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let read = stream.read(&mut part).unwrap();
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let mut headers = ruhui::http::HeaderMap::new();
        for (name, value) in head.lines().skip(1).filter_map(|line| line.split_once(": ")) {
            let name: ruhui::http::HeaderName = name.to_ascii_lowercase().parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        let length: usize = headers["content-length"].to_str().unwrap().parse().unwrap();
        if body.len() == length {
            return (headers, body.as_bytes().to_vec());
        }
    }
}

#[tokio::test]
async fn the_kit_is_written_for_programs_that_read_files() {
    let sandbox = Sandbox::builder().tls(true).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    sandbox.write_kit(folder.path()).unwrap();
    let text = std::fs::read_to_string(folder.path().join("kit.env")).unwrap();
    for (name, value) in sandbox.variables() {
        assert!(text.contains(&format!("{name}='{value}'\n")), "{name}");
    }
    let client = ruhui::Client::partner(
        sandbox.mchid().as_str(),
        sandbox.value("RUHUI_SERIAL_NO"),
        folder.path().join("apiclient_key.pem").as_path(),
        sandbox.value("RUHUI_WECHATPAY_PUBLIC_KEY_ID"),
        folder.path().join("wxp_pub.pem").as_path(),
    );
    let client = client.unwrap().hosts(sandbox.base_url(), sandbox.backup_url());
    let client = client.ca_certificate(folder.path().join("ca.pem").as_path()).build().unwrap();
    client.create_pre_auth_token(&request(&sandbox, &sandbox.new_openid())).await.unwrap();
}

#[tokio::test]
async fn controls_say_what_is_wrong_with_an_address() {
    let sandbox = Sandbox::start().await.unwrap();
    let foreign = Controls::new(sandbox.base_url()).unwrap().clock().await.unwrap_err();
    assert!(matches!(foreign, ControlError::Foreign { status: 404, .. }), "{foreign}");
    assert!(matches!(Controls::new("somewhere"), Err(ControlError::NoUrl { .. })));
    let controls = sandbox.controls().clone();
    drop(sandbox);
    let error = controls.clock().await.unwrap_err();
    assert!(matches!(error, ControlError::NoConnection { .. }), "{error}");
    assert!(format!("{error:#}").contains("连接失败"));
}

#[tokio::test]
async fn the_brand_calls_in_its_own_name() {
    let sandbox = Sandbox::start().await.unwrap();
    let call = CreatePreAuthToken::<ruhui::api::Brand> {
        brand_id: CallersOwn,
        card_id: sandbox.card_id(),
        openid: sandbox.new_openid(),
    };
    sandbox.brand_client().create_pre_auth_token(&call).await.unwrap();
}

#[tokio::test]
async fn a_fault_is_played_and_a_reset_removes_its_rule() {
    let sandbox = Sandbox::start().await.unwrap();
    let (client, faults) = (sandbox.client(), sandbox.controls().faults());
    let call = request(&sandbox, &sandbox.new_openid());
    let mut rule = FaultRule::new(FaultKind::SystemError);
    rule.times = Some(1);
    let added = faults.add(&rule).await.unwrap();
    assert_eq!((added.id.as_str(), added.source.as_str(), added.played), ("f1", "api", 0));
    let error = client.create_pre_auth_token(&call).await.unwrap_err();
    assert!(matches!(&error, ruhui::Error::Api(rejection) if rejection.status() == 500), "{error}");
    client.create_pre_auth_token(&call).await.unwrap();
    let listed = faults.list().await.unwrap();
    assert_eq!((listed[0].matched, listed[0].played, listed[0].is_spent), (2, 1, true));
    let logged = sandbox.controls().requests().list(&RequestFilter::default()).await.unwrap();
    assert_eq!(logged.iter().filter(|request| request.fault.is_some()).count(), 1);

    let error = faults.add(&serde_json::json!({ "fault": "reset", "delay_ms": 5 })).await.unwrap_err();
    assert_eq!(error.rejection().unwrap().status(), 400, "{error}");
    sandbox.controls().reset().await.unwrap();
    assert!(faults.list().await.unwrap().is_empty());
    faults.add(&serde_json::json!({ "fault": "close" })).await.unwrap();
    faults.remove("f1").await.unwrap_err();
    faults.clear().await.unwrap();
    assert!(faults.list().await.unwrap().is_empty());
}

/// Returns a token, a card and an event's id after one user has joined, in a new sandbox of this seed.
async fn logged(seed: u64) -> String {
    let time = "2027-01-15T08:00:00Z".parse().unwrap();
    let sandbox = Sandbox::builder().seed(seed).wire_time(time).business_time(time).start().await.unwrap();
    let openid = sandbox.new_openid();
    let joined = join(&sandbox, &openid).await;
    let token = &sandbox.controls().requests().list(&RequestFilter::default()).await.unwrap()[0];
    let logged = sandbox.controls().requests().show(&token.id.to_string()).await.unwrap();
    let card = serde_json::to_string(&joined.user_card).unwrap();
    format!("{} {} {card} {}", logged["time"], logged["response"]["body"], joined.event_id)
}

#[tokio::test]
async fn the_same_seed_and_time_give_the_same_tokens_codes_and_ids() {
    let first = logged(7).await;
    assert!(first.contains("2027-01-15T16:00:00"), "{first}");
    assert_eq!(first, logged(7).await);
    assert_ne!(first, logged(8).await);
}
