//! Tests of faults in callbacks, without a network: the bytes, the order, the time, and what is known of an attempt.

use crate::common::*;
use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HOST};
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use ruhui_core::sign::{Scheme, VerifyError, verify_response};
use ruhui_server::BusinessClock;
use ruhui_server::config::FileProvisioning;
use ruhui_server::env::{Clock as _, Env};
use ruhui_server::outbox::{CallbackClient, CallbackError, CallbackResponse};
use ruhui_server::sandbox_state::SandboxFolder;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;
use tower::ServiceExt as _;

/// A sandbox whose callbacks are recorded and accepted.
struct Sandbox {
    world: TestService,
    clock: Arc<BusinessClock>,
    receiver: Arc<Receiver>,
    state: SandboxFolder,
    _folder: tempfile::TempDir,
}

#[derive(Default)]
struct Receiver(Mutex<Vec<(HeaderMap, Bytes)>>);

#[async_trait]
impl CallbackClient for Receiver {
    async fn post(
        &self,
        _: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<CallbackResponse, CallbackError> {
        self.0.lock().unwrap().push((headers, body));
        Ok(CallbackResponse::of(204))
    }
}

impl Receiver {
    /// The ids of the events of the callbacks so far, in order.
    fn ids(&self) -> Vec<String> {
        let id =
            |body: &Bytes| serde_json::from_slice::<Value>(body).unwrap()["id"].as_str().unwrap().to_owned();
        self.0.lock().unwrap().iter().map(|(_, body)| id(body)).collect()
    }

    fn last(&self) -> (HeaderMap, Bytes) {
        self.0.lock().unwrap().last().unwrap().clone()
    }
}

impl Sandbox {
    async fn new() -> Self {
        let mut world = TestService::new().await;
        let clock = Arc::new(BusinessClock::new(world.business.clone()));
        let receiver = Arc::<Receiver>::default();
        let (wire, business) = (world.wire.clone(), clock.clone());
        let env = Env { wire, business, entropy: world.entropy.clone() };
        world.service = world.start_beside(receiver.clone(), env).await;
        let folder = tempfile::tempdir().unwrap();
        let provisioning = FileProvisioning::new(sandbox_folder(folder.path(), ""));
        let state = SandboxFolder::new(folder.path(), Arc::new(provisioning));
        Self { world, clock, receiver, state, _folder: folder }
    }

    async fn control(&self, method: Method, target: &str, body: Value) -> Value {
        let (service, clock) = (self.world.service.clone(), Some(self.clock.clone()));
        let router = ruhui_server::http::operations(service, clock, Some(self.state.clone()));
        let request = Request::builder().method(method).uri(format!("/sandbox/{target}"));
        let request = request.header(HOST, "localhost").header(ACCEPT_LANGUAGE, "en");
        let request = request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string()));
        let response = router.oneshot(request.unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = serde_json::from_slice(&body.collect().await.unwrap().to_bytes()).unwrap();
        assert_eq!(parts.status, 200, "{target}: {body}");
        body
    }

    async fn fault(&self, rule: Value) {
        self.control(Method::POST, "faults", rule).await;
    }

    /// Lets a user join, and returns the id of the event.
    async fn join(&self, number: u32) -> String {
        let asked = json!({ "card_id": CARD_ID, "openid": openid(number), "phone_number": PHONE });
        let joined = self.control(Method::POST, "user-cards/open", asked).await;
        joined["event_id"].as_str().unwrap().to_owned()
    }

    /// Sends what is due.
    async fn round(&self) -> usize {
        self.world.service.outbox().deliver_due().await.unwrap().len()
    }

    async fn attempts(&self, event: &str) -> Vec<Value> {
        let event = self.control(Method::GET, &format!("events/{event}"), json!({})).await;
        event["attempts"].as_array().unwrap().clone()
    }

    fn verified(&self, (headers, body): &(HeaderMap, Bytes)) -> Result<(), VerifyError> {
        let keys = PROVISION.platform.partner.platform_keys();
        verify_response(headers, body, Scheme::Merchant, &keys, self.world.wire.now())
    }
}

fn openid(number: u32) -> String {
    format!("oUser{number:023}")
}

#[tokio::test]
async fn a_callback_is_deformed_and_its_retry_is_right() {
    type IsIt = fn(&VerifyError) -> bool;
    let cases: [(&str, IsIt); 6] = [
        ("callback-unsigned", |error| matches!(error, VerifyError::MissingHeader(_))),
        ("callback-forged", |error| matches!(error, VerifyError::Forged)),
        ("callback-altered", |error| matches!(error, VerifyError::Forged)),
        ("callback-stale", |error| matches!(error, VerifyError::TooOld { .. })),
        ("callback-ahead", |error| matches!(error, VerifyError::TooFarAhead { .. })),
        ("callback-unknown-serial", |error| matches!(error, VerifyError::UnknownSerial { .. })),
    ];
    for (fault, is_expected) in cases {
        let sandbox = Sandbox::new().await;
        sandbox.fault(json!({ "fault": fault, "times": 1 })).await;
        let event = sandbox.join(1).await;
        sandbox.round().await;
        let error = sandbox.verified(&sandbox.receiver.last()).unwrap_err();
        assert!(is_expected(&error), "{fault}: {error:?}");
        assert_eq!(sandbox.receiver.ids()[0] == event, fault != "callback-altered", "{fault}");
        let attempts = sandbox.attempts(&event).await;
        assert_eq!(
            attempts[0]["fault"],
            json!({ "id": "f1", "fault": fault, "rule": { "fault": fault, "times": 1 } })
        );
        sandbox.control(Method::POST, &format!("events/{event}/resend"), json!({})).await;
        assert_eq!(sandbox.verified(&sandbox.receiver.last()), Ok(()), "{fault}");
    }
}

#[tokio::test]
async fn the_event_type_the_owner_and_the_user_choose_the_callback() {
    let sandbox = Sandbox::new().await;
    sandbox.fault(json!({ "fault": "callback-lost", "event_type": "USER_CARD.DELETE" })).await;
    sandbox.fault(json!({ "fault": "callback-lost", "caller": "1900000009" })).await;
    sandbox.fault(json!({ "fault": "callback-lost", "openid": openid(2), "caller": MCHID })).await;
    let (one, two) = (sandbox.join(1).await, sandbox.join(2).await);
    sandbox.round().await;
    assert_eq!(sandbox.receiver.ids(), [one]);
    let lost = sandbox.attempts(&two).await.remove(0);
    assert_eq!((&lost["accepted"], &lost["fault"]["id"]), (&json!(false), &json!("f3")));
    assert_eq!(lost["failure"]["message"], "not sent: the rule f3 plays the fault callback-lost");
    // A lost attempt is none that the receiver has seen, but one of the eleven.
    let event = sandbox.control(Method::GET, &format!("events/{two}"), json!({})).await;
    assert_eq!((&event["state"], &event["attempts_made"]), (&json!("waiting"), &json!(1)));
    // Nothing was sent, so the log has no request.
    let logged = sandbox.control(Method::GET, "requests?kind=callback&fault=callback-lost", json!({})).await;
    let id = &logged["data"][0]["id"];
    let whole = sandbox.control(Method::GET, &format!("requests/{id}"), json!({})).await;
    assert_eq!((&whole["request"], &whole["fault"]["fault"]), (&Value::Null, &json!("callback-lost")));
}

#[tokio::test]
async fn a_resend_has_the_fault_and_a_probe_has_not() {
    let sandbox = Sandbox::new().await;
    let event = sandbox.join(1).await;
    sandbox.round().await;
    sandbox.fault(json!({ "fault": "callback-twice" })).await;
    sandbox.control(Method::POST, "probe", json!({ "card_id": CARD_ID })).await;
    assert_eq!(sandbox.receiver.ids().len(), 2);
    let resent = sandbox.control(Method::POST, &format!("events/{event}/resend"), json!({})).await;
    assert_eq!(sandbox.receiver.ids().len(), 4);
    let attempts = resent["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 2);
    assert!(attempts.iter().all(|attempt| attempt["fault"]["fault"] == "callback-twice"), "{resent}");
}

#[tokio::test(start_paused = true)]
async fn a_late_callback_is_held_for_its_delay() {
    let sandbox = Sandbox::new().await;
    sandbox.fault(json!({ "fault": "callback-late", "delay_ms": 90_000, "times": 1 })).await;
    let event = sandbox.join(1).await;
    let began = Instant::now();
    sandbox.round().await;
    assert_eq!(began.elapsed().as_secs(), 90);
    assert_eq!(sandbox.receiver.ids(), [event]);
}

#[tokio::test(start_paused = true)]
async fn a_callback_changes_places_with_the_next_one_of_its_owner() {
    let sandbox = Sandbox::new().await;
    sandbox.fault(json!({ "fault": "callback-out-of-order" })).await;
    let events = [sandbox.join(1).await, sandbox.join(2).await];
    let began = Instant::now();
    assert_eq!(sandbox.round().await, 2);
    assert!(began.elapsed() < Duration::from_secs(1), "neither waits for the other in vain");
    let mut sent = sandbox.receiver.ids();
    assert_ne!(sent, events);
    sent.reverse();
    assert_eq!(sent, events);

    // Without a next one it is sent after ten seconds.
    let alone = sandbox.join(3).await;
    let began = Instant::now();
    sandbox.round().await;
    assert_eq!(began.elapsed().as_secs(), 10);
    assert_eq!(sandbox.receiver.ids().last(), Some(&alone));
}

#[tokio::test(start_paused = true)]
async fn a_held_callback_is_not_sent_once_the_state_is_reset() {
    let sandbox = Sandbox::new().await;
    sandbox.fault(json!({ "fault": "callback-late", "delay_ms": 600_000 })).await;
    sandbox.join(1).await;
    let outbox = sandbox.world.service.outbox().clone();
    let began = Instant::now();
    let sending = tokio::spawn(async move { outbox.deliver_due().await });
    while sandbox.control(Method::GET, "faults", json!({})).await["data"][0]["played"] == 0 {
        tokio::task::yield_now().await;
    }
    sandbox.control(Method::POST, "reset", json!({})).await;
    sending.await.unwrap().unwrap();
    assert!(began.elapsed() < Duration::from_secs(600), "the hold has ended");
    assert_eq!(sandbox.receiver.ids(), Vec::<String>::new());
    let listed = sandbox.control(Method::GET, "events", json!({})).await;
    assert_eq!(listed["data"], json!([]), "the new history knows nothing of it");
}
