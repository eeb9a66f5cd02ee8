//! Tests of the controls of events and of the business clock over HTTP: states, attempts, acts, and rejected input.

use crate::common::*;
use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HOST};
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use ruhui_core::api::card_member::ImportUserCardByOpenid;
use ruhui_server::BusinessClock;
use ruhui_server::env::{Clock as _, Env};
use ruhui_server::outbox::{CallbackClient, CallbackError, CallbackResponse};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

const SHOP: &str = "http://127.0.0.1:7083/notify";
const OTHER: &str = "http://127.0.0.1:9000/callbacks";

/// A sandbox without a network, whose callbacks get the responses that the test sets for their URLs: 204 by default.
struct Sandbox {
    world: TestService,
    clock: Arc<BusinessClock>,
    receiver: Arc<Receiver>,
}

#[derive(Default)]
struct Receiver {
    statuses: Mutex<BTreeMap<String, u16>>,
    /// URL and event id of each callback, in order.
    received: Mutex<Vec<(String, String)>>,
    /// Permits for responses of a receiver that hangs; `None` if it responds at once.
    hangs: Mutex<Option<Arc<Semaphore>>>,
}

#[async_trait]
impl CallbackClient for Receiver {
    async fn post(&self, url: &str, _: HeaderMap, body: Bytes) -> Result<CallbackResponse, CallbackError> {
        let body: Value = serde_json::from_slice(&body).unwrap();
        self.received.lock().unwrap().push((url.to_owned(), text(&body, "id").to_owned()));
        let hangs = self.hangs.lock().unwrap().clone();
        if let Some(permits) = hangs {
            permits.acquire().await.unwrap().forget();
        }
        let status = self.statuses.lock().unwrap().get(url).copied().unwrap_or(204);
        Ok(CallbackResponse::of(status).with_body(b"{\"code\":\"FAIL\"}"))
    }
}

impl Sandbox {
    async fn new() -> Self {
        let world = TestService::new().await;
        let clock = Arc::new(BusinessClock::new(world.business.clone()));
        let mut sandbox = Self { world, clock, receiver: Arc::default() };
        sandbox.restart().await;
        sandbox
    }

    /// Starts the service over the store as it is, as after a crash.
    async fn restart(&mut self) {
        let clock = BusinessClock::load(self.world.business.clone(), &*self.world.store).await.unwrap();
        self.clock = Arc::new(clock);
        let (wire, business) = (self.world.wire.clone(), self.clock.clone());
        let env = Env { wire, business, entropy: self.world.entropy.clone() };
        self.world.service = self.world.start_beside(self.receiver.clone(), env).await;
    }

    async fn send(&self, request: Request<Body>) -> (u16, Value) {
        let router =
            ruhui_server::http::operations(self.world.service.clone(), Some(self.clock.clone()), None);
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status.as_u16(), serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(request(Method::POST, path, body)).await
    }

    async fn done(&self, path: &str, body: &Value) -> Value {
        let (status, response) = self.post(path, body).await;
        assert_eq!(status, 200, "{path}: {response}");
        response
    }

    async fn get(&self, target: &str) -> Value {
        let (status, response) = self.send(request(Method::GET, target, &Value::Null)).await;
        assert_eq!(status, 200, "{target}: {response}");
        response
    }

    /// Lets a user join, and returns the id of the event.
    async fn join(&self, number: u32) -> String {
        let openid = format!("oUser{number:023}");
        let asked = json!({ "card_id": CARD_ID, "openid": openid, "phone_number": PHONE });
        text(&self.done("/sandbox/user-cards/open", &asked).await, "event_id").to_owned()
    }

    /// Sends what is due, and returns the number of attempts.
    async fn round(&self) -> usize {
        self.world.service.outbox().deliver_due().await.unwrap().len()
    }

    async fn advance(&self, seconds: i64) {
        self.done("/sandbox/clock", &json!({ "advance_seconds": seconds })).await;
    }

    async fn event(&self, id: &str) -> Value {
        self.get(&format!("/sandbox/events/{id}")).await
    }

    async fn state(&self, id: &str) -> String {
        text(&self.event(id).await, "state").to_owned()
    }

    /// Ids of the listed events.
    async fn listed(&self, query: &str) -> Vec<String> {
        let listed = self.get(&format!("/sandbox/events?{query}")).await;
        listed["data"].as_array().unwrap().iter().map(|line| text(line, "event_id").to_owned()).collect()
    }

    async fn act(&self, id: &str, act: &str, body: Value) -> Value {
        self.done(&format!("/sandbox/events/{id}/{act}"), &body).await
    }

    fn responds(&self, url: &str, status: u16) {
        self.receiver.statuses.lock().unwrap().insert(url.to_owned(), status);
    }

    /// Returns the callbacks since the last call of this function.
    fn received(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.receiver.received.lock().unwrap())
    }
}

fn request(method: Method, target: &str, body: &Value) -> Request<Body> {
    let builder = Request::builder().method(&method).uri(target).header(HOST, "127.0.0.1:7082");
    match method {
        Method::GET => builder.body(Body::empty()).unwrap(),
        _ => builder.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap(),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn to(url: &str) -> Value {
    json!({ "notify_url": url })
}

#[tokio::test]
async fn an_event_is_shown_with_each_attempt_until_it_is_accepted() {
    let sandbox = Sandbox::new().await;
    let id = sandbox.join(1).await;
    let event = sandbox.event(&id).await;
    assert_eq!((text(&event, "state"), &event["attempts"]), ("waiting", &json!([])));
    assert_eq!((&event["attempts_made"], &event["attempts_allowed"]), (&json!(0), &json!(11)));

    sandbox.responds(SHOP, 500);
    assert_eq!(sandbox.round().await, 1);
    let event = sandbox.event(&id).await;
    assert_eq!((text(&event, "state"), &event["attempts_made"]), ("waiting", &json!(1)));
    let attempt = &event["attempts"][0];
    assert_eq!((text(attempt, "kind"), &attempt["number"]), ("scheduled", &json!(1)));
    assert_eq!(
        (text(attempt, "url"), &attempt["status"], &attempt["accepted"]),
        (SHOP, &json!(500), &json!(false))
    );
    assert_eq!(text(&attempt["failure"], "message"), "应答 HTTP 500，应为 200 或 204");
    assert_eq!(text(&event["last_failure"], "body"), "{\"code\":\"FAIL\"}");
    assert!(text(&event, "due") > text(&event, "create_time"));

    sandbox.responds(SHOP, 200);
    assert_eq!(sandbox.round().await, 0, "the next attempt is due in a minute");
    sandbox.advance(60).await;
    assert_eq!(sandbox.round().await, 1);
    let event = sandbox.event(&id).await;
    assert_eq!((text(&event, "state"), event.get("due")), ("accepted", None));
    let second = &event["attempts"][1];
    assert_eq!(
        (&second["number"], &second["status"], &second["accepted"]),
        (&json!(2), &json!(200), &json!(true))
    );
    assert!(text(second, "business_time") > text(&event["attempts"][0], "business_time"));
}

#[tokio::test]
async fn personal_data_of_a_resource_is_shown_on_demand_only() {
    let sandbox = Sandbox::new().await;
    let id = sandbox.join(1).await;
    let openid = format!("oUser{:023}", 1);
    for _ in 0..2 {
        let masked = sandbox.event(&id).await;
        assert_eq!(text(&masked["resource"], "card_id"), CARD_ID);
        assert!(!masked.to_string().contains(PHONE) && !masked.to_string().contains(&openid), "{masked}");
        let whole = sandbox.get(&format!("/sandbox/events/{id}?show_sensitive=true")).await;
        assert_eq!(
            (text(&whole["resource"], "phone_number"), text(&whole["resource"], "openid")),
            (PHONE, &*openid)
        );
        assert_eq!(
            (text(&whole, "original_type"), text(&whole, "summary")),
            ("user_card", "用户开通会员卡通知")
        );
        let listed = sandbox.get("/sandbox/events").await;
        assert_eq!(listed["data"][0].get("resource"), None);
        // The second time the event is accepted, and only the history has it.
        sandbox.round().await;
    }
}

#[tokio::test]
async fn events_are_listed_newest_first_and_filtered() {
    let sandbox = Sandbox::new().await;
    let first = sandbox.join(1).await;
    sandbox.round().await;
    let second = sandbox.join(2).await;
    let about = json!({ "card_id": CARD_ID, "openid": format!("oUser{:023}", 3) });
    let imported = merged(&about, &json!({ "brand_id": BRAND_ID, "user_card_code": "M3" }));
    sandbox.world.done::<ImportUserCardByOpenid>(&imported).await;
    let left = sandbox.done("/sandbox/user-cards/delete", &about).await;
    let third = text(&left, "event_id").to_owned();
    assert_eq!(sandbox.listed("").await, [&*third, &second, &first]);
    assert_eq!(sandbox.listed("limit=2").await, [&*third, &second]);
    assert_eq!(sandbox.listed("state=accepted").await, [&*first]);
    assert_eq!(sandbox.listed("state=waiting").await, [&*third, &second]);
    assert_eq!(sandbox.listed("event_type=USER_CARD.DELETE").await, [&*third]);
    assert_eq!(
        sandbox.listed("event_type=BRAND_MEMBER_CARD_SP.USER_CARD.CREATE&state=waiting").await,
        [&*second]
    );
    assert_eq!(sandbox.listed(&format!("openid=oUser{:023}", 1)).await, [&*first]);
    assert_eq!(sandbox.listed(&format!("card_id={CARD_ID}")).await.len(), 3);
    assert!(sandbox.listed("card_id=pOther").await.is_empty());
}

#[tokio::test]
async fn an_accepted_event_is_sent_again_as_often_as_asked() {
    let sandbox = Sandbox::new().await;
    let id = sandbox.join(1).await;
    sandbox.round().await;
    sandbox.received();
    let resent = sandbox.act(&id, "resend", json!({ "times": 3 })).await;
    let numbers: Vec<&Value> =
        resent["attempts"].as_array().unwrap().iter().map(|made| &made["number"]).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(text(&resent["attempts"][0], "kind"), "resent");
    assert_eq!(sandbox.received(), vec![(SHOP.to_owned(), id.clone()); 3]);
    sandbox.responds(SHOP, 503);
    let failed = sandbox.act(&id, "resend", json!({})).await;
    assert_eq!(
        (&failed["attempts"][0]["number"], &failed["attempts"][0]["status"]),
        (&json!(4), &json!(503))
    );
    assert_eq!(text(&failed["event"], "state"), "accepted", "an acceptance is not taken back");
    assert_eq!(failed["event"]["attempts"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn an_accepted_resend_takes_a_waiting_event_out_of_the_queue() {
    let sandbox = Sandbox::new().await;
    let id = sandbox.join(1).await;
    sandbox.responds(SHOP, 500);
    let failed = sandbox.act(&id, "resend", json!({})).await;
    assert_eq!((text(&failed["event"], "state"), &failed["event"]["attempts_made"]), ("waiting", &json!(0)));
    sandbox.responds(SHOP, 204);
    let accepted = sandbox.act(&id, "resend", json!({})).await;
    assert_eq!(text(&accepted["event"], "state"), "accepted");
    assert_eq!(sandbox.round().await, 0);
    assert!(sandbox.get("/sandbox/deliveries").await["data"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn events_are_sent_out_of_order_while_the_schedule_is_paused() {
    let sandbox = Sandbox::new().await;
    assert_eq!(
        sandbox.done("/sandbox/events/pause", &json!({})).await,
        json!({ "paused": true, "sending": 0 })
    );
    let (first, second) = (sandbox.join(1).await, sandbox.join(2).await);
    assert_eq!(sandbox.round().await, 0);
    assert_eq!(sandbox.get("/sandbox/events").await["paused"], true);
    for id in [&second, &first] {
        sandbox.act(id, "resend", json!({})).await;
    }
    let third = sandbox.join(3).await;
    assert_eq!(sandbox.done("/sandbox/events/resume", &json!({})).await["paused"], false);
    assert_eq!(sandbox.round().await, 1);
    let order: Vec<String> = sandbox.received().into_iter().map(|(_, id)| id).collect();
    assert_eq!(order, [second, first, third]);
}

#[tokio::test]
async fn a_redirected_event_goes_to_its_new_url() {
    let sandbox = Sandbox::new().await;
    let (first, second, accepted) = (sandbox.join(1).await, sandbox.join(2).await, sandbox.join(3).await);
    sandbox.act(&accepted, "resend", json!({})).await;
    sandbox.received();
    let event = sandbox.act(&first, "redirect", to(OTHER)).await;
    assert_eq!((text(&event, "notify_url"), text(&event, "state")), (OTHER, "waiting"));
    sandbox.round().await;
    let mut received = sandbox.received();
    received.sort();
    assert_eq!(received, [(SHOP.to_owned(), second), (OTHER.to_owned(), first)]);

    // An event that has ended is redirected for its resends.
    sandbox.act(&accepted, "redirect", to(OTHER)).await;
    sandbox.act(&accepted, "resend", json!({})).await;
    assert_eq!(sandbox.received(), [(OTHER.to_owned(), accepted)]);

    let (third, fourth) = (sandbox.join(4).await, sandbox.join(5).await);
    let all = sandbox.done("/sandbox/events/redirect", &to(OTHER)).await;
    assert_eq!(all["redirected"], json!([third, fourth]));
    sandbox.round().await;
    assert!(sandbox.received().iter().all(|(url, _)| url == OTHER));
}

#[tokio::test]
async fn a_dropped_event_is_never_sent_by_schedule() {
    let sandbox = Sandbox::new().await;
    let id = sandbox.join(1).await;
    assert_eq!(text(&sandbox.act(&id, "drop", json!({})).await, "state"), "dropped");
    sandbox.advance(600).await;
    assert_eq!(sandbox.round().await, 0);
    let (status, error) = sandbox.post(&format!("/sandbox/events/{id}/drop"), &json!({})).await;
    assert_eq!((status, text(&error, "code")), (409, "NOT_WAITING"));
    assert_eq!(sandbox.listed("state=dropped").await, [&*id]);
    sandbox.act(&id, "resend", json!({})).await;
    assert_eq!(sandbox.state(&id).await, "accepted");
}

#[tokio::test]
async fn an_event_ends_after_its_last_attempt_and_can_be_sent_again() {
    let sandbox = Sandbox::new().await;
    let id = sandbox.join(1).await;
    sandbox.responds(SHOP, 500);
    for _ in 0..11 {
        assert_eq!(sandbox.round().await, 1);
        sandbox.advance(60).await;
    }
    assert_eq!(sandbox.round().await, 0);
    let event = sandbox.event(&id).await;
    assert_eq!((text(&event, "state"), event["attempts"].as_array().unwrap().len()), ("ended", 11));
    sandbox.responds(SHOP, 204);
    sandbox.act(&id, "resend", json!({})).await;
    assert_eq!(sandbox.state(&id).await, "accepted");
}

/// An act on an event waits for the attempt in progress, so it neither sends twice at once nor changes a record that
/// the attempt is about to change.
#[tokio::test]
async fn acts_wait_for_the_attempt_in_progress() {
    let sandbox = Arc::new(Sandbox::new().await);
    let id = sandbox.join(1).await;
    let permits = Arc::new(Semaphore::new(0));
    *sandbox.receiver.hangs.lock().unwrap() = Some(permits.clone());
    let sending = tokio::spawn({
        let sandbox = sandbox.clone();
        async move { sandbox.round().await }
    });
    while sandbox.state(&id).await != "sending" {
        tokio::task::yield_now().await;
    }
    let dropping = tokio::spawn({
        let (sandbox, path) = (sandbox.clone(), format!("/sandbox/events/{id}/drop"));
        async move { sandbox.post(&path, &json!({})).await }
    });
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert!(!dropping.is_finished());
    permits.add_permits(1);
    assert_eq!(sending.await.unwrap(), 1);
    let (status, error) = dropping.await.unwrap();
    assert_eq!((status, text(&error, "code")), (409, "NOT_WAITING"));
    assert_eq!(sandbox.state(&id).await, "accepted");
}

#[tokio::test]
async fn waiting_events_of_an_earlier_process_are_listed() {
    let mut sandbox = Sandbox::new().await;
    let id = sandbox.join(1).await;
    sandbox.responds(SHOP, 500);
    sandbox.round().await;
    sandbox.done("/sandbox/events/pause", &json!({})).await;
    sandbox.restart().await;
    let listed = sandbox.get("/sandbox/events").await;
    assert_eq!(listed["paused"], false);
    let event = &listed["data"][0];
    assert_eq!(
        (text(event, "event_id"), &event["attempts_made"], &event["attempts"]),
        (&*id, &json!(1), &json!([]))
    );
    assert_eq!(event["last_failure"]["status"], 500);
}

#[tokio::test]
async fn the_beginning_of_an_id_names_an_event() {
    let sandbox = Sandbox::new().await;
    let id = sandbox.join(1).await;
    assert_eq!(text(&sandbox.event(&id[..8]).await, "event_id"), id);
    for (wrong, status, code) in
        [(&id[..3], 404, "NOT_FOUND"), ("00000000", 404, "NOT_FOUND"), ("ffff-", 404, "NOT_FOUND")]
    {
        for act in ["resend", "drop"] {
            let (found, error) = sandbox.post(&format!("/sandbox/events/{wrong}/{act}"), &json!({})).await;
            assert_eq!((found, text(&error, "code")), (status, code), "{error}");
        }
    }
}

#[tokio::test]
async fn impossible_input_is_named_with_field_value_and_reason_and_changes_nothing() {
    let sandbox = Sandbox::new().await;
    let id = sandbox.join(1).await;
    let (resend, redirect) =
        (format!("/sandbox/events/{id}/resend"), format!("/sandbox/events/{id}/redirect"));
    let clock = "/sandbox/clock";
    for (path, body, said) in [
        (&*resend, json!({ "times": 0 }), "`times`: 0 is not possible; it is a number from 1 to 10"),
        (&resend, json!({ "times": 11 }), "`times`: 11 is not possible"),
        (&resend, json!({ "times": -1 }), "times"),
        (&resend, json!({ "time": 1 }), "time is not a field here"),
        (&redirect, json!({}), "notify_url is required"),
        (&redirect, json!({ "notify_url": "nowhere" }), "notify_url"),
        ("/sandbox/events/redirect", json!({ "notify_url": "http://a/?b" }), "notify_url"),
        ("/sandbox/events/pause", json!({ "seconds": 1 }), "seconds is not a field here"),
        (clock, json!({}), "exactly one of"),
        (clock, json!({ "advance_seconds": 1, "freeze": true }), "exactly one of"),
        (
            clock,
            json!({ "advance_seconds": -60 }),
            "`advance_seconds`: -60 is not possible: the business time is",
        ),
        (clock, json!({ "advance_seconds": -60 }), "goes back only by restore and reset"),
        (clock, json!({ "advance_seconds": 63_158_401 }), "at most 731 days"),
        (clock, json!({ "advance_seconds": i64::MAX }), "at most 731 days"),
        (clock, json!({ "set": "tomorrow" }), "`set`: tomorrow is not possible: it is a time as in RFC 3339"),
        (clock, json!({ "set": "2026-01-01T00:00:00+08:00" }), "goes back only by restore and reset"),
        (clock, json!({ "set": "2099-01-01T00:00:00Z" }), "at most 731 days"),
        (clock, json!({ "freeze": false }), "`freeze`: false is not possible: `resume` lets the clock go on"),
        (clock, json!({ "resume": false }), "`resume`: false is not possible: `freeze` stops the clock"),
    ] {
        for (language, is_english) in [("en", true), ("zh-CN", false)] {
            let mut asked = request(Method::POST, path, &body);
            asked.headers_mut().insert(ACCEPT_LANGUAGE, language.parse().unwrap());
            let (status, error) = sandbox.send(asked).await;
            assert_eq!((status, text(&error, "code")), (400, "PARAM_ERROR"), "{path} {body}: {error}");
            let message = text(&error, "message");
            assert!(message.contains(said) || !is_english, "{path} {body}: {message}");
            assert_eq!(message.chars().any(|c| c > '\u{2E7F}'), !is_english, "{message}");
        }
    }
    for query in ["state=done", "event_type=USER_CARD", "limit=0", "limit=1001", "page=1"] {
        let (status, error) =
            sandbox.send(request(Method::GET, &format!("/sandbox/events?{query}"), &Value::Null)).await;
        assert_eq!((status, text(&error, "code")), (400, "PARAM_ERROR"), "{query}: {error}");
    }
    assert_eq!(sandbox.state(&id).await, "waiting");
    assert_eq!(text(&sandbox.event(&id).await, "notify_url"), SHOP);
    assert_eq!(sandbox.clock.offset(), SignedDuration::ZERO);
    assert!(sandbox.received().is_empty());
}

#[tokio::test]
async fn the_clock_is_set_frozen_and_resumed_and_signatures_do_not_notice() {
    let sandbox = Sandbox::new().await;
    let clock = sandbox.get("/sandbox/clock").await;
    assert_eq!(
        clock,
        json!({ "now": "2027-01-15T16:00:00.000+08:00", "ahead_seconds": 0, "frozen": false, "machine_time": "2027-01-15T16:00:00.000+08:00" })
    );
    let set = sandbox.done("/sandbox/clock", &json!({ "set": "2027-01-16T10:00:00Z" })).await;
    assert_eq!((text(&set, "now"), &set["ahead_seconds"]), ("2027-01-16T18:00:00.000+08:00", &json!(93_600)));
    let frozen = sandbox.done("/sandbox/clock", &json!({ "freeze": true })).await;
    assert_eq!(frozen["frozen"], true);
    sandbox.world.pass(100);
    let later = sandbox.get("/sandbox/clock").await;
    assert_eq!((&later["now"], text(&later, "machine_time")), (&set["now"], "2027-01-15T16:01:40.000+08:00"));
    // The request is signed by the wire clock.
    let response = sandbox.world.send(sandbox.world.founding().sign()).await;
    assert_eq!(response.status, 200, "{}", response.text());
    let expiry = sandbox.world.tokens().await[0].expire_time.timestamp();
    assert_eq!(expiry, sandbox.clock.now() + SignedDuration::from_hours(1), "tokens expire by business time");
    let resumed = sandbox.done("/sandbox/clock", &json!({ "resume": true })).await;
    assert_eq!((&resumed["now"], &resumed["frozen"]), (&set["now"], &json!(false)));
    sandbox.world.pass(5);
    assert_eq!(text(&sandbox.get("/sandbox/clock").await, "now"), "2027-01-16T18:00:05.000+08:00");
}

#[tokio::test]
async fn after_a_restart_due_times_follow_the_clock() {
    let mut sandbox = Sandbox::new().await;
    sandbox.advance(86_400).await;
    let id = sandbox.join(1).await;
    sandbox.responds(SHOP, 500);
    sandbox.round().await;
    sandbox.done("/sandbox/clock", &json!({ "freeze": true })).await;
    let before = sandbox.get("/sandbox/clock").await;
    sandbox.restart().await;
    sandbox.world.pass(60);
    let after = sandbox.get("/sandbox/clock").await;
    assert_eq!((&after["now"], &after["frozen"]), (&before["now"], &json!(true)));
    assert_eq!(sandbox.round().await, 0, "the clock stands still");
    sandbox.done("/sandbox/clock", &json!({ "resume": true })).await;
    assert_eq!(sandbox.round().await, 0, "it goes on from where it stood");
    sandbox.world.pass(60);
    assert_eq!(sandbox.round().await, 1);
    assert_eq!(sandbox.event(&id).await["attempts_made"], 2);
}
