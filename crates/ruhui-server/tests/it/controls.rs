//! Tests of the sandbox's controls over HTTP: acts of users, the clock, waiting events, and rejected origins.

use crate::common::*;
use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HOST, ORIGIN, RETRY_AFTER};
use http::{HeaderMap, Method, Request, Response};
use http_body_util::BodyExt as _;
use ruhui_core::api::card_member::{CreatePayViewToken, CreatePreAuthToken};
use ruhui_server::BusinessClock;
use ruhui_server::domain::Template;
use ruhui_server::env::{Clock as _, Env};
use ruhui_server::outbox::{CallbackClient, CallbackError, CallbackResponse};
use ruhui_server::sandbox::{self, Options};
use ruhui_server::start::Addresses;
use ruhui_server::store::MemoryStore;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use tower::ServiceExt as _;

/// A sandbox's operations listener without a network, whose callbacks all get the same response.
struct ControlsFixture {
    world: TestService,
    clock: Arc<BusinessClock>,
    answer: Arc<FixedStatus>,
}

struct FixedStatus(AtomicU16);

#[async_trait]
impl CallbackClient for FixedStatus {
    async fn post(&self, _: &str, _: HeaderMap, _: Bytes) -> Result<CallbackResponse, CallbackError> {
        Ok(CallbackResponse::of(self.0.load(Ordering::SeqCst))
            .with_location(b"/login")
            .with_body(b"<p>no</p>"))
    }
}

impl ControlsFixture {
    async fn new() -> Self {
        Self::of(TestService::new().await).await
    }

    async fn of(mut world: TestService) -> Self {
        let clock = Arc::new(BusinessClock::new(world.business.clone()));
        let env = Env { wire: world.wire.clone(), business: clock.clone(), entropy: world.entropy.clone() };
        let answer = Arc::new(FixedStatus(AtomicU16::new(204)));
        world.service = world.start_beside(answer.clone(), env).await;
        Self { world, clock, answer }
    }

    async fn response(&self, request: Request<Body>) -> Response<Body> {
        let router =
            ruhui_server::http::operations(self.world.service.clone(), Some(self.clock.clone()), None);
        router.oneshot(request).await.unwrap()
    }

    async fn send(&self, request: Request<Body>) -> (u16, Value) {
        let (parts, body) = self.response(request).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status.as_u16(), serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(request(Method::POST, path, body)).await
    }

    async fn done(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn get(&self, target: &str) -> (u16, Value) {
        self.send(request(Method::GET, target, &Value::Null)).await
    }

    async fn token<E: ruhui_core::api::Endpoint>(&self, openid: &str) -> Value {
        let asked = json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": openid });
        self.world.done::<E>(&asked).await["token"].clone()
    }
}

fn request(method: Method, target: &str, body: &Value) -> Request<Body> {
    let builder = Request::builder().method(&method).uri(target).header(HOST, "127.0.0.1:7082");
    match method {
        Method::GET => builder.body(Body::empty()).unwrap(),
        _ => builder.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap(),
    }
}

fn about(openid: &str) -> Value {
    json!({ "card_id": CARD_ID, "openid": openid })
}

#[tokio::test]
async fn a_user_joins_and_leaves() {
    let fixture = ControlsFixture::new().await;
    let token = fixture.token::<CreatePreAuthToken>(OPENID).await;
    let (status, form) = fixture.get(&format!("/sandbox/join?token={}", token.as_str().unwrap())).await;
    assert_eq!((status, &form["openid"], &form["card"]["card_id"]), (200, &json!(OPENID), &json!(CARD_ID)));

    let answers = json!({ "token": token, "openid": OPENID, "phone_number": PHONE });
    let joined = fixture.done("/sandbox/join", &answers).await;
    assert_eq!(joined["user_card"]["user_card_state"], "UNACTIVATED");
    assert_eq!(
        joined["extra_data"],
        json!({ "errcode": 0, "msg": "", "data": { "hasJoinCardMember": true } })
    );
    let (status, again) = fixture.post("/sandbox/join", &answers).await;
    assert_eq!(
        (status, &again["code"], &again["extra_data"]["errcode"]),
        (409, &json!("TOKEN_SPENT"), &json!(1003))
    );

    let code = &joined["user_card"]["user_card_code"];
    let confirmation = json!({ "brand_id": BRAND_ID, "user_card_code": code, "user_card_confirm_state": "CREATE_CARD_SUCCESS" });
    fixture
        .world
        .done::<ruhui_core::api::card_member::ConfirmUserCard>(&merged(&about(OPENID), &confirmation))
        .await;
    let left = fixture.done("/sandbox/user-cards/delete", &about(OPENID)).await;
    assert_eq!(left["user_card"]["user_card_state"], "INVALID");

    let (_, listed) = fixture.get("/sandbox/deliveries").await;
    let listed = listed["data"].as_array().unwrap();
    let mut types: Vec<&str> = listed.iter().map(|line| line["event_type"].as_str().unwrap()).collect();
    types.sort_unstable();
    assert_eq!(types, ["BRAND_MEMBER_CARD_SP.USER_CARD.CREATE", "BRAND_MEMBER_CARD_SP.USER_CARD.DELETE"]);
    for line in listed {
        assert!([&joined["event_id"], &left["event_id"]].contains(&&line["event_id"]));
        assert_eq!(
            (&line["owner"], &line["attempts_made"], &line["attempts_allowed"]),
            (&json!(format!("mchid {MCHID}")), &json!(0), &json!(11))
        );
        assert_eq!((line.get("resource"), line["due"].is_string()), (None, true));
    }
    assert_eq!(fixture.world.service.outbox().deliver_due().await.unwrap().len(), 2);
    assert_eq!(fixture.get("/sandbox/deliveries").await.1["data"], json!([]));
}

/// The endpoint redirects to its login page, as in Abp.WeChat#33.
#[tokio::test]
async fn an_event_that_waits_says_what_its_endpoint_responded() {
    let fixture = ControlsFixture::new().await;
    fixture.answer.0.store(302, Ordering::SeqCst);
    fixture
        .done("/sandbox/user-cards/open", &merged(&about(OPENID), &json!({ "phone_number": PHONE })))
        .await;
    let first = |listed: Value| listed["data"][0].clone();
    assert_eq!(first(fixture.get("/sandbox/deliveries").await.1).get("last_failure"), None);
    fixture.world.service.outbox().deliver_due().await.unwrap();
    let line = first(fixture.get("/sandbox/deliveries").await.1);
    assert_eq!(
        line["last_failure"],
        json!({
            "time": line["last_failure"]["time"],
            "message": "应答 HTTP 302，重定向到 /login（不会跟随），应为 200 或 204",
            "status": 302,
            "location": "/login",
            "body": "<p>no</p>",
        })
    );
}

#[tokio::test]
async fn a_user_opens_a_card_without_a_token() {
    let fixture = ControlsFixture::new().await;
    let open = merged(&about(OPENID), &json!({ "phone_number": PHONE }));
    let opened = fixture.done("/sandbox/user-cards/open", &open).await;
    assert_eq!(opened["user_card"]["phone_number"], PHONE);
    let (status, again) = fixture.post("/sandbox/user-cards/open", &open).await;
    assert_eq!((status, &again["code"]), (409, &json!("CARD_PENDING")));
    let (_, missing) = fixture.post("/sandbox/user-cards/open", &about("o000000000000000000000000000")).await;
    assert_eq!(missing["code"], "PHONE_MISSING");
}

#[tokio::test]
async fn a_user_looks_at_points_and_redeems_them() {
    let fixture = ControlsFixture::new().await;
    let viewed = fixture.done("/sandbox/points/view", &about(MEMBER)).await;
    assert_eq!((viewed["event_id"].is_string(), viewed.get("point_balance")), (true, None));
    let redeem = merged(&about(MEMBER), &json!({ "deduct_points": 100 }));
    let redemption = fixture.done("/sandbox/points/redeem", &redeem).await;
    assert_eq!(
        (&redemption["deduct_points"], redemption["record_id"].as_str().unwrap().len()),
        (&json!(100), 32)
    );
    let (status, rejected) = fixture.post("/sandbox/points/view", &about(OPENID)).await;
    assert_eq!((status, &rejected["code"]), (409, &json!("NOT_A_MEMBER")));
}

#[tokio::test]
async fn a_user_shows_the_payment_code() {
    let fixture = ControlsFixture::new().await;
    let token = fixture.token::<CreatePayViewToken>(MEMBER).await;
    // A look at what would open leaves the token unused.
    for _ in 0..2 {
        let (status, offer) =
            fixture.get(&format!("/sandbox/pay-view?token={}", token.as_str().unwrap())).await;
        assert_eq!((status, &offer["user_card"]["openid"]), (200, &json!(MEMBER)), "{offer}");
        assert!(offer["expire_time"].is_string());
    }
    let shown = fixture.done("/sandbox/pay-view", &json!({ "token": token })).await;
    assert_eq!((&shown["user_card"]["openid"], &shown["extra_data"]["errcode"]), (&json!(MEMBER), &json!(0)));
    let (_, again) = fixture.post("/sandbox/pay-view", &json!({ "token": token })).await;
    assert_eq!(again["code"], "TOKEN_SPENT");
    let (status, offer) = fixture.get(&format!("/sandbox/pay-view?token={}", token.as_str().unwrap())).await;
    assert_eq!((status, &offer["code"]), (409, &json!("TOKEN_SPENT")));
    let join = fixture.token::<CreatePreAuthToken>(OPENID).await;
    let (_, offer) = fixture.get(&format!("/sandbox/pay-view?token={}", join.as_str().unwrap())).await;
    assert_eq!(offer["extra_data"]["errcode"], 1005);
}

#[tokio::test]
async fn the_clock_goes_forward_and_takes_business_with_it() {
    let fixture = ControlsFixture::new().await;
    let start = "2027-01-15T16:00:00.000+08:00";
    let clock = |now: &str, ahead: i64| json!({ "now": now, "ahead_seconds": ahead, "frozen": false, "machine_time": start });
    let (_, before) = fixture.get("/sandbox/clock").await;
    assert_eq!(before, clock(start, 0));
    let token = fixture.token::<CreatePreAuthToken>(OPENID).await;
    let after = fixture.done("/sandbox/clock", &json!({ "advance_seconds": 3600 })).await;
    assert_eq!(after, clock("2027-01-15T17:00:00.000+08:00", 3600));
    let (_, late) = fixture.post("/sandbox/join", &json!({ "token": token, "phone_number": PHONE })).await;
    assert_eq!(late["code"], "TOKEN_EXPIRED");
    // No client is locked out, because signatures use wire time.
    fixture.token::<CreatePreAuthToken>(OPENID).await;
    assert_eq!(fixture.world.wire.now(), at(NOW));
    for wrong in [json!({ "advance_seconds": -1 }), json!({ "advance_seconds": "1" }), json!({})] {
        assert_eq!(fixture.post("/sandbox/clock", &wrong).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn an_event_that_nobody_accepts_waits() {
    let fixture = ControlsFixture::new().await;
    fixture.answer.0.store(500, Ordering::SeqCst);
    fixture.done("/sandbox/points/redeem", &merged(&about(MEMBER), &json!({ "deduct_points": 1 }))).await;
    fixture.world.service.outbox().deliver_due().await.unwrap();
    let (_, listed) = fixture.get("/sandbox/deliveries").await;
    let line = &listed["data"][0];
    assert_eq!((&line["attempts_made"], &line["due"]), (&json!(1), &json!("2027-01-15T16:01:00.000+08:00")));
    fixture.answer.0.store(200, Ordering::SeqCst);
    assert!(fixture.world.service.outbox().deliver_due().await.unwrap().is_empty());
    fixture.done("/sandbox/clock", &json!({ "advance_seconds": 60 })).await;
    assert_eq!(fixture.world.service.outbox().deliver_due().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_probe_tells_whether_signatures_are_checked() {
    let fixture = ControlsFixture::new().await;
    for (status, is_checked) in [(204, false), (200, false), (401, true), (500, true)] {
        fixture.answer.0.store(status, Ordering::SeqCst);
        let told = fixture.done("/sandbox/probe", &json!({ "card_id": CARD_ID })).await;
        assert_eq!(told, json!({ "status": status, "signature_checked": is_checked }));
    }
    let (_, unknown) = fixture.post("/sandbox/probe", &json!({ "card_id": "unknown" })).await;
    assert_eq!(unknown["code"], "TEMPLATE_NOT_FOUND");
    assert_eq!(fixture.get("/sandbox/deliveries").await.1["data"], json!([]), "a probe is in no store");

    let nobody = ruhui_core::types::Caller::Brand("1006".parse().unwrap());
    fixture.world.change::<Template>(CARD_ID, |it| it.owner = nobody).await;
    let (status, failed) = fixture.post("/sandbox/probe", &json!({ "card_id": CARD_ID })).await;
    assert_eq!((status, &failed["code"]), (502, &json!("NO_ANSWER")));
}

#[tokio::test]
async fn errors_speak_both_languages() {
    let fixture = ControlsFixture::new().await;
    let mut spoken = request(Method::POST, "/sandbox/points/view", &about(OPENID));
    assert_eq!(
        fixture.post("/sandbox/points/view", &about(OPENID)).await.1["message"],
        "用户没有已激活的会员卡"
    );
    spoken.headers_mut().insert(ACCEPT_LANGUAGE, "en".parse().unwrap());
    let (_, english) = fixture.send(spoken).await;
    assert_eq!(english["message"], "the user has no effective card");
    assert_eq!(english["extra_data"], json!({ "errcode": 1205, "msg": english["message"] }));
}

/// Returns each control with a body that it accepts, and the JSON Pointer and a value of a wrong type for one of its
/// members.
fn bodies() -> [(&'static str, Value, &'static str, Value); 8] {
    let filled = || {
        let name = json!([{ "name": "USER_FORM_FLAG_NAME", "value": "小会" }]);
        json!({ "phone_number": PHONE, "user_information": { "common_field_list": name } })
    };
    let name = "/user_information/common_field_list/0/value";
    [
        ("/sandbox/join", merged(&json!({ "token": "t" }), &filled()), name, json!(7)),
        ("/sandbox/user-cards/open", merged(&about(OPENID), &filled()), name, json!(["小会"])),
        ("/sandbox/user-cards/delete", about(OPENID), "/openid", json!(1)),
        ("/sandbox/points/view", about(OPENID), "/card_id", json!({})),
        (
            "/sandbox/points/redeem",
            merged(&about(OPENID), &json!({ "deduct_points": 1 })),
            "/deduct_points",
            json!("1"),
        ),
        ("/sandbox/pay-view", json!({ "token": "t" }), "/token", json!(true)),
        ("/sandbox/probe", json!({ "card_id": CARD_ID }), "/card_id", json!(1.5)),
        ("/sandbox/clock", json!({ "advance_seconds": 1 }), "/advance_seconds", json!(-1)),
    ]
}

/// Returns the object with its first member renamed, or removed.
fn renamed(body: &Value, name: Option<&str>) -> Value {
    let mut members = body.as_object().unwrap().clone();
    let first = members.keys().next().unwrap().clone();
    let value = members.remove(&first).unwrap();
    members.extend(name.map(|name| (name.to_owned(), value)));
    members.into()
}

/// Returns requests that no control can parse.
fn unreadable() -> Vec<Request<Body>> {
    let post = |path: &str, body: &[u8]| {
        let mut request = request(Method::POST, path, &Value::Null);
        *request.body_mut() = Body::from(body.to_vec());
        request
    };
    let mut all = Vec::new();
    for (path, good, pointer, wrong) in bodies() {
        let mut mistyped = good.clone();
        *mistyped.pointer_mut(pointer).unwrap() = wrong;
        let first = good.as_object().unwrap().keys().next().unwrap();
        all.extend([
            post(path, b"{\"card_id\": "),
            post(path, b"[]"),
            post(path, mistyped.to_string().as_bytes()),
            post(path, renamed(&good, None).to_string().as_bytes()),
            post(path, renamed(&good, Some(&format!("{first}s"))).to_string().as_bytes()),
            post(path, merged(&good, &json!({ "other": 1 })).to_string().as_bytes()),
        ]);
    }
    let probe = |body: &[u8]| post("/sandbox/probe", body);
    all.extend([
        probe(b""),
        probe(b"\xEF\xBB\xBF{}"),
        probe(b"{\"card_id\":\"\xFF\"}"),
        probe("[".repeat(200).as_bytes()),
        probe(b"{\"card_id\":\"c\",\"card_id\":\"d\"}"),
        probe(b"{\"card_id\":\"\"}"),
        probe(b"{\"card_id\":\"c\",\"other\":null}"),
        probe(json!({ "card_id": "x".repeat(129) }).to_string().as_bytes()),
        post("/sandbox/clock", b"{\"advance_seconds\":4294967296}"),
        post(
            "/sandbox/points/redeem",
            merged(&about(OPENID), &json!({ "deduct_points": 1, "product_coupon_stock_type": "FREE" }))
                .to_string()
                .as_bytes(),
        ),
        post(
            "/sandbox/user-cards/open",
            merged(&about(OPENID), &json!({ "phone_number": "1".repeat(600) })).to_string().as_bytes(),
        ),
    ]);
    let queries = ["", "?token=", "?token=t&tokne=u", "?token=t&token=u", "?token=t&openid="];
    all.extend(queries.map(|query| request(Method::GET, &format!("/sandbox/join{query}"), &Value::Null)));
    all
}

#[tokio::test]
async fn what_cannot_be_read_is_told_in_both_languages() {
    let fixture = ControlsFixture::new().await;
    let mut page = String::new();
    for (request, mut english) in unreadable().into_iter().zip(unreadable()) {
        english.headers_mut().insert(ACCEPT_LANGUAGE, "en".parse().unwrap());
        let target = request.uri().to_string();
        let (status, chinese) = fixture.send(request).await;
        assert_eq!((status, &chinese["code"]), (400, &json!("PARAM_ERROR")), "{target}: {chinese}");
        let (_, english) = fixture.send(english).await;
        let [chinese, english] = [chinese, english].map(|it| it["message"].as_str().unwrap().to_owned());
        assert!(english.is_ascii() && !chinese.is_ascii(), "{chinese} / {english}");
        for foreign in ["expected", "missing", "unknown", "invalid", "duplicate", "EOF", "recursion"] {
            assert!(!english.contains(foreign) && !chinese.contains(foreign), "{chinese} / {english}");
        }
        page.push_str(&format!("{target}\n{english}\n{chinese}\n\n"));
    }
    insta::assert_snapshot!(page);
}

/// Clients send null for a member without a value.
#[tokio::test]
async fn null_is_as_good_as_missing() {
    let fixture = ControlsFixture::new().await;
    let open =
        json!({ "card_id": CARD_ID, "openid": OPENID, "phone_number": PHONE, "user_information": null });
    fixture.done("/sandbox/user-cards/open", &open).await;
    let token = fixture.token::<CreatePayViewToken>(MEMBER).await;
    fixture.done("/sandbox/pay-view", &json!({ "token": token, "openid": null })).await;
}

#[tokio::test]
async fn what_is_no_control_is_not_found_and_large_bodies_are_rejected() {
    let fixture = ControlsFixture::new().await;
    assert_eq!(fixture.get("/sandbox/nothing").await.0, 404);
    assert_eq!(fixture.get("/sandbox/probe").await.0, 405);
    let large = "x".repeat(1 << 20);
    let (_, answer) = fixture.post("/sandbox/points/view", &json!({ "card_id": large })).await;
    assert_eq!(answer["code"], "INVALID_REQUEST");
}

#[tokio::test]
async fn a_store_that_is_away_is_told_as_the_api_tells_it() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let fixture = ControlsFixture::of(TestService::over(store.clone()).await).await;
    store.fail_loads(1);
    let response = fixture.response(request(Method::POST, "/sandbox/points/view", &about(OPENID))).await;
    assert_eq!(response.status().as_u16(), 500);
    assert_eq!(response.headers()[RETRY_AFTER], "1");
    assert_eq!(fixture.post("/sandbox/points/view", &about(OPENID)).await.0, 409);
}

/// A page of a website in a browser on this machine must not use the controls.
#[tokio::test]
async fn pages_of_websites_are_kept_out() {
    let fixture = ControlsFixture::new().await;
    let good = || request(Method::POST, "/sandbox/clock", &json!({ "advance_seconds": 1 }));
    let with = |name: http::HeaderName, value: &str| {
        let mut request = good();
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    for (request, status) in [
        (with(ORIGIN, "https://evil.example"), 403),
        (with(ORIGIN, "null"), 403),
        (with(HOST, "evil.example:7082"), 403),
        (with(CONTENT_TYPE, "text/plain"), 415),
        (with(CONTENT_TYPE, "application/x-www-form-urlencoded"), 415),
        (with(ORIGIN, "http://127.0.0.1:7082"), 200),
        (with(HOST, "localhost:7082"), 200),
    ] {
        let (answered, body) = fixture.send(request).await;
        assert_eq!(answered, status, "{body}");
    }
    assert_eq!(fixture.clock.offset().as_secs(), 2);
    let mut read = request(Method::GET, "/sandbox/deliveries", &Value::Null);
    read.headers_mut().insert(HOST, "evil.example:7082".parse().unwrap());
    assert_eq!(fixture.send(read).await.0, 403);
    for (language, said) in
        [("en", "Host must be localhost or an IP address, and Origin the same"), ("zh", "Origin 须与其一致")]
    {
        let mut request = with(ORIGIN, "https://evil.example");
        request.headers_mut().insert(ACCEPT_LANGUAGE, language.parse().unwrap());
        let message = fixture.send(request).await.1["message"].to_string();
        assert!(message.contains(said), "{message}");
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_told_which_type_it_has() {
    let fixture = ControlsFixture::new().await;
    let (is_json, text) = ("application/json", "text/plain");
    for (types, chinese, english) in [
        (&[][..], "缺少 Content-Type", "it is missing"),
        (&[text], "收到 text/plain", "received text/plain"),
        (
            &[is_json, text],
            "Content-Type 重复，收到 application/json | text/plain",
            "it occurs more than once: application/json | text/plain",
        ),
    ] {
        for (language, message) in [
            ("zh-CN", format!("Http头Content-Type须为application/json（{chinese}）")),
            ("en", format!("the header Content-Type must be application/json: {english}")),
        ] {
            let mut asked = request(Method::POST, "/sandbox/clock", &json!({ "advance_seconds": 1 }));
            asked.headers_mut().insert(ACCEPT_LANGUAGE, language.parse().unwrap());
            asked.headers_mut().remove(CONTENT_TYPE);
            for kind in types {
                asked.headers_mut().append(CONTENT_TYPE, kind.parse().unwrap());
            }
            let (status, answer) = fixture.send(asked).await;
            assert_eq!((status, &answer["message"]), (415, &json!(message)));
        }
    }
}

/// A service that is not a sandbox has no controls, and neither has the API's own port.
#[tokio::test]
async fn controls_are_in_a_sandbox_and_on_its_operations_listener_only() {
    let world = TestService::new().await;
    for router in [
        ruhui_server::http::operations(world.service.clone(), None, None),
        ruhui_server::http::api(world.service.clone()),
    ] {
        let request = request(Method::GET, "/sandbox/clock", &Value::Null);
        assert_eq!(router.oneshot(request).await.unwrap().status(), 404);
    }
}

/// A sandbox that users start has its controls, over the clock of its business time.
#[tokio::test]
async fn a_sandbox_has_its_controls() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let any = Some("127.0.0.1:0".parse().unwrap());
    let options = Options {
        addresses: Addresses { main: any, backup: any, operations: any, ..Addresses::default() },
        ..Options::default()
    };
    let sandbox = sandbox::open(folder.path(), Env::system(), options).await.unwrap();
    let url = format!("{}/sandbox/clock", sandbox.kit().value("RUHUI_OPERATIONS_URL").unwrap());
    let service = sandbox.service().clone();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(sandbox.run(async {
        let _ = stopped.await;
    }));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({ "advance_seconds": 86_400 }).to_string();
    let sent = client.post(&url).header(CONTENT_TYPE, "application/json").body(body).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    let shown: Value =
        serde_json::from_slice(&client.get(&url).send().await.unwrap().bytes().await.unwrap()).unwrap();
    assert_eq!(shown["ahead_seconds"], 86_400);
    drop(service);
    stop.send(()).unwrap();
    running.await.unwrap();
}
