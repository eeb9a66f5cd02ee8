//! Tests of the request log over real sockets: bytes as they went over the wire, the service's notes, filters, masks.

use crate::common::socket::*;
use crate::common::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ruhui_server::BusinessClock;
use ruhui_server::domain::Template;
use ruhui_server::http::{Limits, Listener, Tls};
use ruhui_server::start::{Stop, run};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::oneshot;

/// A sandbox's three listeners.
struct Sandbox {
    world: TestService,
    main: SocketAddr,
    operations: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Sandbox {
    async fn start() -> Self {
        Self::with_policy(|_| {}).await
    }

    async fn with_policy(change: impl FnOnce(&mut ruhui_server::Policy)) -> Self {
        let world = TestService::with_policy(change).await;
        let bind = || async { Listener::bind("127.0.0.1:0".parse().unwrap(), Tls::Off).await.unwrap() };
        let (main, backup, operations) = (bind().await, bind().await, bind().await);
        let addresses = (main.address().unwrap(), operations.address().unwrap());
        let clock = Some(Arc::new(BusinessClock::new(world.business.clone())));
        let (stop, stopped) = oneshot::channel::<()>();
        let told = async {
            let _ = stopped.await;
        };
        let stop_at = Stop { told, drained: std::future::ready(()) };
        let service = world.service.clone();
        tokio::spawn(run(service, [main, backup], (operations, clock, None), Limits::default(), stop_at));
        Self { world, main: addresses.0, operations: addresses.1, _stop: stop }
    }

    /// Sends bytes to the main host over a new connection, and returns the response.
    async fn send(&self, bytes: impl AsRef<[u8]>) -> WireResponse {
        let mut wire = Wire::to(self.main).await;
        wire.write(bytes).await;
        wire.response().await
    }

    async fn get(&self, target: &str) -> (u16, Value) {
        self.control("GET", target, "").await
    }

    async fn control(&self, method: &str, target: &str, body: &str) -> (u16, Value) {
        let mut wire = Wire::to(self.operations).await;
        let length = body.len();
        wire.write(format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
        .await;
        let response = wire.response().await;
        (response.status, serde_json::from_str(&response.body).unwrap_or_default())
    }

    async fn list(&self, query: &str) -> Vec<Value> {
        let (status, listed) = self.get(&format!("/sandbox/requests?{query}")).await;
        assert_eq!(status, 200, "{listed}");
        listed["data"].as_array().unwrap().clone()
    }

    async fn show(&self, id: u64) -> Value {
        let (status, shown) = self.get(&format!("/sandbox/requests/{id}?show_sensitive=true")).await;
        assert_eq!(status, 200, "{shown}");
        shown
    }
}

fn bytes(message: &Value) -> Vec<u8> {
    STANDARD.decode(message["bytes"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_token_is_logged_with_its_bytes_its_stages_and_its_records() {
    let sandbox = Sandbox::start().await;
    let request = written(&sandbox.world.current().sign());
    let response = sandbox.send(&request).await;
    assert_eq!(response.status, 200);
    let shown = sandbox.show(1).await;
    assert_eq!(bytes(&shown["request"]), request);
    assert_eq!(bytes(&shown["response"]), (response.head + &response.body).into_bytes());
    for (name, value) in [
        ("id", json!(1)),
        ("status", json!(200)),
        ("endpoint", json!("create_pre_auth_token")),
        ("caller", json!({ "mchid": "1900000001" })),
        ("listener", json!("main")),
        ("method", json!("POST")),
        ("target", json!("/v3/brand/partner/card-member/pre-auth-tokens")),
    ] {
        assert_eq!(shown[name], value, "{name}: {shown}");
    }
    let stages: Vec<_> =
        shown["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].clone()).collect();
    assert_eq!(json!(stages), json!(["received", "verified", "decided", "signed", "committed", "sent"]));
    let body: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(shown["written"], json!([{ "kind": "tokens", "id": body["token"] }]));
    assert_eq!(shown["document"]["page"], "4015336986", "{shown}");
    assert!(shown.get("rejection").is_none() && shown.get("diagnosis").is_none());
}

#[tokio::test]
async fn a_rejected_signature_is_logged_with_its_row_and_its_diagnosis() {
    let sandbox = Sandbox::start().await;
    let forged = sandbox.world.founding().with(|draft| draft.key = &BRAND).sign();
    assert_eq!(sandbox.send(written(&forged)).await.status, 401);
    let shown = sandbox.show(1).await;
    assert_eq!((&shown["status"], &shown["code"]), (&json!(401), &json!("SIGN_ERROR")));
    assert_eq!(shown["rejection"]["row"], "signature_mismatch");
    assert!(shown["rejection"]["message"]["zh"].as_str().unwrap().contains("签名"), "{shown}");
    assert_eq!(shown["diagnosis"]["verdict"], "explained", "{shown}");
    assert_eq!(shown["diagnosis"]["findings"][0]["id"], "key_foreign");
    assert_eq!(shown["written"], json!([]));
}

#[tokio::test]
async fn a_path_without_a_route_names_the_nearest_and_says_whether_its_signature_is_right() {
    let sandbox = Sandbox::start().await;
    let lost = sandbox.world.founding().with(|draft| _ = draft.target.pop());
    let response = sandbox.send(written(&lost.sign())).await;
    let nearest = "POST /v3/brand/partner/card-member/open-user-card-tokens";
    assert_eq!(response.status, 404);
    assert!(response.says(&format!("ruhui-nearest-path: {}", nearest.to_lowercase())), "{response:?}");
    let elsewhere = sandbox.world.founding().with(|draft| draft.target = "/v3/pay/transactions/jsapi".into());
    assert_eq!(sandbox.send(written(&elsewhere.sign())).await.status, 404);
    let wrong = elsewhere_forged(&sandbox);
    assert_eq!(sandbox.send(written(&wrong.sign())).await.status, 404);

    let shown = [sandbox.show(1).await, sandbox.show(2).await, sandbox.show(3).await];
    assert_eq!(shown[0]["nearest"], nearest);
    assert!(shown[1].get("nearest").is_none());
    let verdicts = shown.each_ref().map(|shown| shown["diagnosis"]["verdict"].clone());
    assert_eq!(verdicts, ["signature_right", "accepted", "explained"], "{shown:?}");
}

fn elsewhere_forged(sandbox: &Sandbox) -> Draft {
    let elsewhere = |draft: &mut Draft| draft.target = "/v3/pay/transactions/jsapi".into();
    sandbox.world.founding().with(elsewhere).with(|draft| draft.key = &BRAND)
}

#[tokio::test]
async fn what_the_http_library_rejects_is_logged_too() {
    let sandbox = Sandbox::start().await;
    let garbage = b"\x16\x03\x01\x02\x00\x01 this is TLS\r\n\r\n";
    assert_eq!(sandbox.send(garbage).await.status, 400);
    let large = format!("GET /v3/certificates HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n", "x".repeat(40 << 10));
    assert_eq!(sandbox.send(&large).await.status, 431);
    assert_eq!(sandbox.send("PUT /v3/certificates HTTP/1.1\r\nHost: h\r\n\r\n").await.status, 405);
    let listed = sandbox.list("").await;
    let statuses: Vec<_> = listed.iter().map(|line| line["status"].clone()).collect();
    assert_eq!(json!(statuses), json!([400, 431, 405]));
    assert_eq!(bytes(&sandbox.show(1).await["request"]), garbage);
    assert_eq!(listed[2]["nearest"], "GET /v3/certificates");
}

#[tokio::test]
async fn a_large_body_keeps_its_ends_its_length_and_its_digest() {
    let sandbox = Sandbox::start().await;
    let body = format!("{{\"brand_id\":\"1004\",\"x\":\"{}\"}}", "y".repeat(100_000));
    let request = sandbox.world.founding().body(body.as_str()).sign();
    sandbox.send(written(&request)).await;
    let shown = sandbox.show(1).await;
    let kept = &shown["request"]["body"];
    assert_eq!(kept["length"], body.len());
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body.as_bytes());
    assert_eq!(kept["sha256"], hex::encode(digest));
    assert!(body.starts_with(kept["head"]["text"].as_str().unwrap()));
    assert!(body.ends_with(kept["tail"]["text"].as_str().unwrap()));
    assert!(kept["head"]["text"].as_str().unwrap().len() >= 16 << 10);
}

#[tokio::test]
async fn filters_take_what_they_say() {
    let sandbox = Sandbox::start().await;
    let world = &sandbox.world;
    let forged = world.founding().with(|draft| draft.key = &BRAND).sign();
    for request in [world.current().sign(), forged, world.certificates().sign(), world.brand().sign()] {
        sandbox.send(written(&request)).await;
    }
    let ids = async |query: &str| {
        let listed = sandbox.list(query).await;
        listed.iter().map(|line| line["id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    for (query, taken) in [
        ("", &[1, 2, 3, 4][..]),
        ("status=401", &[2]),
        ("status=2xx", &[1, 3, 4]),
        ("code=SIGN_ERROR", &[2]),
        ("method=get", &[3]),
        ("path=certificates", &[3]),
        ("mchid=1900000001", &[1, 2, 3]),
        ("mchid=1004", &[4]),
        ("openid=obLatjnx9gnqzS4myYGmLZ7LgLBA", &[1, 2, 4]),
        ("text=expire_time", &[1, 3, 4]),
        ("text=nowhere", &[]),
        ("text=expire_time&without=expire_time", &[]),
        ("without=expire_time", &[2]),
        ("after=2", &[3, 4]),
        ("after=1&limit=1", &[2]),
        ("before=3", &[1, 2]),
        ("limit=2", &[3, 4]),
        ("kind=callback", &[]),
        ("status=none", &[]),
    ] {
        assert_eq!(ids(query).await, taken, "{query}");
    }
    for (query, message) in [
        (
            "status=abc",
            "`status`: it must be a status such as 401, a class such as 4xx, or none, not \"abc\"",
        ),
        (
            "status=6xx",
            "`status`: it must be a status such as 401, a class such as 4xx, or none, not \"6xx\"",
        ),
        ("limit=0", "`limit`: it must be a number from 1 to 1000, not \"0\""),
        ("limit=x", "/query/limit must be an unsigned 64-bit integer"),
        ("kind=event", "`kind`: it must be request, callback or all, not \"event\""),
        ("wait_seconds=31", "`wait_seconds`: it must be at most 30, not \"31\""),
        ("stat=401", "/query/stat is not a field here; the fields are after, before, limit"),
    ] {
        let (status, error) = sandbox.get(&format!("/sandbox/requests?{query}")).await;
        let said = error["message"].as_str().unwrap();
        assert_eq!((status, &error["code"]), (400, &json!("PARAM_ERROR")), "{query}: {error}");
        assert!(said.starts_with(message), "{query}: {said}");
    }
}

#[tokio::test]
async fn a_reader_waits_for_the_next_request() {
    let sandbox = Sandbox::start().await;
    let waiting = sandbox.list("after=0&wait_seconds=30");
    let sending = sandbox.send(written(&sandbox.world.current().sign()));
    let (listed, _) = within(async { tokio::join!(waiting, sending) }).await;
    assert_eq!(listed.len(), 1);
}

#[tokio::test]
async fn personal_data_is_masked_unless_it_is_asked_for() {
    let sandbox = Sandbox::start().await;
    let response = sandbox.send(written(&sandbox.world.current().sign())).await;
    let body: Value = serde_json::from_str(&response.body).unwrap();
    let token = body["token"].as_str().unwrap();
    for target in ["/sandbox/requests/1", "/sandbox/requests/har", "/sandbox/requests"] {
        let (_, masked) = sandbox.get(target).await;
        let text = masked.to_string();
        for secret in [OPENID, token] {
            assert!(!text.contains(secret), "{target}: {text}");
        }
        if target.ends_with("har") {
            let comment = masked["log"]["comment"].as_str().unwrap();
            assert!(comment.starts_with("masked"), "{comment}");
            assert_eq!(masked["log"]["entries"][0]["response"]["status"], 200);
        }
        let (_, shown) = sandbox.get(&format!("{target}?show_sensitive=true")).await;
        let text = shown.to_string();
        assert!(
            target == "/sandbox/requests" || text.contains(OPENID) && text.contains(token),
            "{target}: {text}"
        );
    }
}

#[tokio::test]
async fn an_id_is_a_number_or_a_request_id_and_one_that_has_left_is_told() {
    let sandbox = Sandbox::start().await;
    let (status, none) = sandbox.get("/sandbox/requests/1").await;
    assert_eq!((status, &none["code"]), (404, &json!("NOT_FOUND")));
    assert_eq!(none["message"], "there is no request 1: none has arrived since the start");
    let response = sandbox.send(written(&sandbox.world.current().sign())).await;
    let request_id = response.head.split("Request-Id: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    let (_, shown) = sandbox.get(&format!("/sandbox/requests/{request_id}")).await;
    assert_eq!((&shown["id"], &shown["request_id"]), (&json!(1), &json!(request_id)));

    assert_eq!(sandbox.control("DELETE", "/sandbox/requests", "").await.0, 200);
    let (status, left) = sandbox.get("/sandbox/requests/1").await;
    let said = left["message"].as_str().unwrap();
    assert_eq!(status, 404);
    assert!(said.starts_with("request 1 has left the log"), "{said}");
    let (_, unknown) = sandbox.get("/sandbox/requests/ABC-1").await;
    let said = unknown["message"].as_str().unwrap();
    assert!(said.starts_with("the log has no request with the number or the Request-ID \"ABC-1\""), "{said}");
}

#[tokio::test]
async fn acts_by_controls_are_logged_and_readers_are_not() {
    let sandbox = Sandbox::start().await;
    sandbox.get("/readyz").await;
    sandbox.get("/sandbox/clock").await;
    sandbox.control("POST", "/sandbox/clock", r#"{"advance_seconds":60}"#).await;
    let listed = sandbox.list("").await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["listener"], &listed[0]["target"]),
        (&json!("operations"), &json!("/sandbox/clock"))
    );
}

#[tokio::test]
async fn a_service_without_a_log_says_so() {
    let sandbox = Sandbox::with_policy(|policy| policy.request_log = false).await;
    sandbox.send(written(&sandbox.world.current().sign())).await;
    let (status, error) = sandbox.get("/sandbox/requests").await;
    let said = error["message"].as_str().unwrap();
    assert_eq!(status, 404);
    assert!(said.contains("request_log = \"on\""), "{said}");
}

/// An operator may switch the log on. The other controls of a sandbox do not come with it.
#[tokio::test]
async fn a_service_that_is_no_sandbox_has_the_controls_of_its_log_and_no_others() {
    for (request_log, requests) in [(true, 200), (false, 404)] {
        let world = TestService::with_policy(|policy| {
            (policy.diagnose, policy.request_log) = (false, request_log);
        })
        .await;
        let status = async |target: &str| {
            let router = ruhui_server::http::operations(world.service.clone(), None, None);
            let request = http::Request::builder().uri(target).header("host", "localhost");
            let request = request.body(axum::body::Body::empty()).unwrap();
            tower::ServiceExt::oneshot(router, request).await.unwrap().status().as_u16()
        };
        assert_eq!(status("/sandbox/requests").await, requests);
        let lost = world.founding().with(|draft| _ = draft.target.pop());
        let response = world.send(lost.sign()).await;
        assert_eq!((response.status.as_u16(), response.header("ruhui-nearest-path")), (404, ""));
        assert_eq!([status("/sandbox/clock").await, status("/sandbox/events").await], [404, 404]);
    }
}

#[tokio::test]
async fn a_resend_is_marked_as_replayed() {
    let sandbox = Sandbox::start().await;
    let request = written(&sandbox.world.current().sign());
    sandbox.send(&request).await;
    sandbox.send(&request).await;
    let listed = sandbox.list("").await;
    assert_eq!((listed[0].get("replayed"), &listed[1]["replayed"]), (None, &json!(true)));
}

/// The template's `notify_url` has no receiver here, so the attempt fails.
#[tokio::test]
async fn attempts_at_callbacks_are_in_the_same_log() {
    let sandbox = Sandbox::start().await;
    let closed = "http://127.0.0.1:1/notify".parse().unwrap();
    sandbox.world.change::<Template>(CARD_ID, |template| template.card.notify_url = closed).await;
    let probe = json!({ "card_id": CARD_ID }).to_string();
    assert_eq!(sandbox.control("POST", "/sandbox/probe", &probe).await.0, 502);
    let listed = sandbox.list("kind=callback").await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    let shown = sandbox.show(listed[0]["id"].as_u64().unwrap()).await;
    assert_eq!(
        (&shown["kind"], &shown["reason"], &shown["status"]),
        (&json!("callback"), &json!("probe"), &Value::Null)
    );
    assert_eq!(shown["event_type"], "BRAND_MEMBER_CARD_SP.USER_CARD.CREATE");
    let line = shown["request"]["start_line"].as_str().unwrap();
    assert_eq!(line, "POST /notify HTTP/1.1");
    let names: Vec<_> =
        shown["request"]["headers"].as_array().unwrap().iter().map(|header| header[0].clone()).collect();
    assert!(names.contains(&json!("wechatpay-signature")), "{names:?}");
    let body: Value = serde_json::from_str(shown["request"]["body"]["text"].as_str().unwrap()).unwrap();
    assert_eq!(body["resource"]["algorithm"], "AEAD_AES_256_GCM");
    let why = shown["failure"]["en"].as_str().unwrap();
    assert!(why.starts_with("no connection"), "{why}");
}
