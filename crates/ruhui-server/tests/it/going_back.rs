//! Tests of reset, snapshot and restore over HTTP: what comes back, what stays, and that no request sees half of it.

use crate::common::socket::within;
use crate::common::*;
use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HOST};
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use ruhui_core::api::Partner;
use ruhui_core::api::card_member::{CreatePreAuthToken, ListUserCards};
use ruhui_server::BusinessClock;
use ruhui_server::config::FileProvisioning;
use ruhui_server::env::{Clock as _, Env};
use ruhui_server::outbox::{CallbackClient, CallbackError, CallbackResponse, Delivery};
use ruhui_server::sandbox_state::SandboxFolder;
use ruhui_server::store::{
    Batch, CommitError, Key, Kind, MemoryStore, Row, Sharing, SqliteStore, Store, StoreError, StoreExt as _,
    Stored,
};
use ruhui_server::{Policy, RateLimit};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

/// A user of no card.
const STRANGER: &str = "obLatStranger000000000000000";

/// A sandbox over a folder, whose callbacks wait for a response until the test gives one.
struct Fixture {
    world: TestService,
    clock: Arc<BusinessClock>,
    receiver: Arc<SlowReceiver>,
    place: TempDir,
    folder: SandboxFolder,
}

struct SlowReceiver {
    came: AtomicU32,
    responses: Semaphore,
}

#[async_trait]
impl CallbackClient for SlowReceiver {
    async fn post(&self, _: &str, _: HeaderMap, _: Bytes) -> Result<CallbackResponse, CallbackError> {
        self.came.fetch_add(1, Ordering::SeqCst);
        self.responses.acquire().await.unwrap().forget();
        Ok(CallbackResponse::of(204))
    }
}

impl Fixture {
    async fn new() -> Self {
        Self::over(fresh().await).await
    }

    async fn over(store: Arc<dyn Store>) -> Self {
        Self::of(TestService::over(store).await).await
    }

    async fn of(mut world: TestService) -> Self {
        let place = tempfile::tempdir().unwrap();
        let config = FileProvisioning::new(sandbox_folder(place.path(), ""));
        let folder = SandboxFolder::new(place.path(), Arc::new(config));
        let clock = Arc::new(BusinessClock::new(world.business.clone()));
        let env = Env { wire: world.wire.clone(), business: clock.clone(), entropy: world.entropy.clone() };
        let receiver = Arc::new(SlowReceiver { came: AtomicU32::new(0), responses: Semaphore::new(0) });
        world.service = world.start_beside(receiver.clone(), env).await;
        Self { world, clock, receiver, place, folder }
    }

    fn config(&self) -> PathBuf {
        self.place.path().join("ruhui.toml")
    }

    fn snapshot(&self, name: &str) -> PathBuf {
        self.place.path().join(format!("snapshots/{name}.json"))
    }

    async fn send(&self, request: Request<Body>) -> (u16, Value) {
        let (service, folder) = (self.world.service.clone(), self.folder.clone());
        let router = ruhui_server::http::operations(service, Some(self.clock.clone()), Some(folder));
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status.as_u16(), serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(request(Method::POST, path, &body)).await
    }

    async fn done(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.send(request(Method::GET, path, &Value::Null)).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// Asserts that a request to a control is rejected, and that nothing has changed. Returns the message.
    async fn rejected(&self, path: &str, body: Value, status: u16, code: &str) -> String {
        let before = self.rows().await;
        let (found, answer) = self.post(path, body.clone()).await;
        assert_eq!((found, &answer["code"]), (status, &json!(code)), "{path} {body}: {answer}");
        assert_eq!(self.rows().await, before, "{path} {body}");
        answer["message"].as_str().unwrap().to_owned()
    }

    async fn rows(&self) -> Vec<Row> {
        self.world.store.export().await.unwrap()
    }

    /// All records but the service's internal ones.
    async fn state(&self) -> Vec<Row> {
        self.rows().await.into_iter().filter(|row| row.key.kind != Kind::Internal).collect()
    }

    /// A user opens a card from the business card, which queues an event.
    async fn join(&self, openid: &str) {
        let asked = json!({ "card_id": CARD_ID, "openid": openid, "phone_number": PHONE });
        self.done("/sandbox/user-cards/open", asked).await;
    }

    async fn token(&self, openid: &str) -> String {
        let asked = json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": openid });
        self.world.done::<CreatePreAuthToken>(&asked).await["token"].as_str().unwrap().to_owned()
    }

    async fn cards(&self, openid: &str) -> usize {
        let asked = json!({ "brand_id": BRAND_ID, "openid": openid, "offset": 0, "limit": 10 });
        let listed = self.world.done::<ListUserCards<Partner>>(&asked).await;
        listed["data"].as_array().map_or(0, Vec::len)
    }
}

fn request(method: Method, target: &str, body: &Value) -> Request<Body> {
    let builder = Request::builder().method(&method).uri(target).header(HOST, "127.0.0.1:7082");
    match body {
        Value::Null => builder.body(Body::empty()).unwrap(),
        body => builder.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap(),
    }
}

#[tokio::test]
async fn a_reset_brings_the_beginning_back_and_keeps_the_keys() {
    let fixture = Fixture::new().await;
    fixture.done("/sandbox/reset", json!({})).await;
    let beginning = fixture.state().await;
    let secret = |rows: Vec<Row>| rows.into_iter().find(|row| row.key.id == "token_secret").unwrap().value;
    let before = secret(fixture.rows().await);

    fixture.token(STRANGER).await;
    fixture.join(STRANGER).await;
    fixture.world.create_template(&json!({})).await;
    fixture.done("/sandbox/clock", json!({ "advance_seconds": 86_400 })).await;
    assert_ne!(fixture.state().await, beginning);

    let reset = fixture.done("/sandbox/reset", json!({})).await;
    assert_eq!(fixture.state().await, beginning);
    assert_eq!(secret(fixture.rows().await), before, "derived names stay the same");
    let templates = beginning.iter().filter(|row| row.key.kind == Kind::Template).count();
    assert_eq!(
        (&reset["records"]["tokens"], &reset["records"]["templates"], &reset["records"]["deliveries"]),
        (&json!(0), &json!(templates), &json!(0))
    );
    assert!(reset["took_ms"].is_u64() && reset["records"].get("internals").is_none(), "{reset}");
    assert_eq!(reset["business_time"], fixture.get("/sandbox/clock").await["now"]);
    assert_eq!(fixture.clock.now(), fixture.world.business.now(), "the clock shows the machine's time");

    // A client with the keys of before continues, and the user joins again.
    assert_eq!(fixture.cards(STRANGER).await, 0);
    fixture.token(STRANGER).await;
    fixture.join(STRANGER).await;
    assert_eq!(fixture.cards(STRANGER).await, 1);
}

#[tokio::test]
async fn a_reset_reads_the_file_as_it_is_now() {
    let fixture = Fixture::new().await;
    let text = std::fs::read_to_string(fixture.config()).unwrap();
    let user = format!(
        "\n[[users]]\nname = \"new\"\nopenid = \"{STRANGER}\"\nappid = \"{APPID}\"\nstate = \"invalid\"\n"
    );
    std::fs::write(fixture.config(), text.clone() + &user).unwrap();
    fixture.token(STRANGER).await;
    fixture.done("/sandbox/reset", json!({})).await;
    let asked = json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": STRANGER });
    let rejected = fixture.world.send(fixture.world.by_hand::<CreatePreAuthToken>(&asked).sign()).await;
    assert_eq!(rejected.status, 400, "{}", rejected.text());

    std::fs::write(fixture.config(), text + "\n[[users]]\nname = 7\n").unwrap();
    let message = fixture.rejected("/sandbox/reset", json!({}), 409, "CONFIG_INVALID").await;
    for part in ["ruhui.toml 第", "行", "users"] {
        assert!(message.contains(part), "{message}");
    }
}

#[tokio::test]
async fn a_reset_forgets_what_was_counted() {
    let policy = |policy: &mut Policy| policy.rate_limit = RateLimit::DOCUMENTED;
    let fixture = Fixture::of(TestService::with_policy(policy).await).await;
    let mut statuses = Vec::new();
    for number in 0..30 {
        if number == 15 {
            fixture.done("/sandbox/reset", json!({})).await;
        }
        statuses.push(fixture.world.send(fixture.world.current().sign()).await.status.as_u16());
    }
    assert_eq!(statuses[14], 429, "{statuses:?}");
    assert_eq!(statuses[15], 200, "{statuses:?}");
}

#[tokio::test]
async fn a_restore_brings_tokens_cards_and_waiting_events_back() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Arc::new(SqliteStore::open(folder.path().join("ruhui.db")).unwrap());
    for store in [Arc::new(MemoryStore::new()) as Arc<dyn Store>, sqlite] {
        let fixture = Fixture::over(store).await;
        // The test's merchants are more than the file's.
        fixture.done("/sandbox/reset", json!({})).await;
        let first = fixture.world.current().sign();
        let token = fixture.world.token(first.clone()).await;
        fixture.join(STRANGER).await;
        fixture.done("/sandbox/clock", json!({ "advance_seconds": 60 })).await;
        let before = fixture.rows().await;
        let kept = fixture.done("/sandbox/snapshots", json!({ "name": "two-members" })).await;
        assert_eq!((&kept["name"], &kept["records"]["tokens"]), (&json!("two-members"), &json!(1)));

        fixture.join("obLatOther000000000000000000").await;
        fixture.done("/sandbox/reset", json!({})).await;
        assert_ne!(fixture.rows().await, before);

        let restored = fixture.done("/sandbox/restore", json!({ "name": "two-members" })).await;
        assert_eq!(restored["records"], kept["records"]);
        assert_eq!((&restored["name"], &restored["create_time"]), (&kept["name"], &kept["create_time"]));
        let mut after = fixture.rows().await;
        after.retain(|row| row.key.kind != Kind::Internal);
        assert_eq!(
            after,
            before.into_iter().filter(|row| row.key.kind != Kind::Internal).collect::<Vec<_>>()
        );
        assert_eq!(fixture.get("/sandbox/clock").await["ahead_seconds"], 60);
        assert_eq!(fixture.get("/sandbox/deliveries").await["data"].as_array().unwrap().len(), 1);
        assert_eq!(fixture.cards(STRANGER).await, 1);
        let form = fixture.get(&format!("/sandbox/join?token={token}")).await;
        assert_eq!(form["openid"], OPENID);
        assert_eq!(fixture.world.token(first).await, token, "a resend gets the first response");
    }
}

#[tokio::test]
async fn the_clock_and_the_events_go_back_with_the_state() {
    let fixture = Fixture::new().await;
    fixture.receiver.responses.add_permits(100);
    fixture.join(STRANGER).await;
    fixture.done("/sandbox/clock", json!({ "advance_seconds": 86_400 })).await;
    let frozen = fixture.done("/sandbox/clock", json!({ "freeze": true })).await;
    fixture.done("/sandbox/snapshots", json!({ "name": "frozen" })).await;

    fixture.world.service.outbox().deliver_due().await.unwrap();
    assert_eq!(fixture.get("/sandbox/events").await["data"][0]["state"], "accepted");
    fixture.done("/sandbox/clock", json!({ "resume": true })).await;
    fixture.done("/sandbox/clock", json!({ "advance_seconds": 3600 })).await;
    fixture.world.pass(10);

    fixture.done("/sandbox/restore", json!({ "name": "frozen" })).await;
    let clock = fixture.get("/sandbox/clock").await;
    assert_eq!((&clock["now"], &clock["frozen"]), (&frozen["now"], &json!(true)));
    let event = &fixture.get("/sandbox/events").await["data"][0];
    assert_eq!((&event["state"], &event["attempts_made"]), (&json!("waiting"), &json!(0)));
    assert_eq!(event["attempts"].as_array().unwrap().len(), 1, "the history goes on: {event}");
    assert_eq!(fixture.world.service.outbox().deliver_due().await.unwrap().len(), 1, "it is sent again");

    fixture.done("/sandbox/events/pause", json!({})).await;
    fixture.done("/sandbox/reset", json!({})).await;
    assert_eq!(fixture.get("/sandbox/events").await, json!({ "data": [], "paused": false }));
    let clock = fixture.get("/sandbox/clock").await;
    assert_eq!((&clock["now"], &clock["frozen"]), (&clock["machine_time"], &json!(false)));
}

#[tokio::test]
async fn a_restore_applies_entries_that_were_edited_since() {
    let fixture = Fixture::new().await;
    fixture.done("/sandbox/reset", json!({})).await;
    fixture.done("/sandbox/snapshots", json!({ "name": "early" })).await;
    let text = std::fs::read_to_string(fixture.config()).unwrap();
    let user = format!("\n[[users]]\nname = \"new\"\nopenid = \"{STRANGER}\"\nappid = \"{APPID}\"\n");
    std::fs::write(fixture.config(), text + &user).unwrap();
    let restored = fixture.done("/sandbox/restore", json!({ "name": "early" })).await;
    let kept = &fixture.get("/sandbox/snapshots").await["data"][0];
    let users = |counts: &Value| counts["records"]["users"].as_u64().unwrap();
    assert_eq!(users(&restored), users(kept) + 1);
}

/// A store whose replacement happens in two steps that others could see, and that counts those who look in between.
struct InTwoSteps {
    inner: MemoryStore,
    is_half: AtomicBool,
    seen: AtomicU32,
    replaced: AtomicU32,
}

impl InTwoSteps {
    fn look(&self) {
        self.seen.fetch_add(u32::from(self.is_half.load(Ordering::SeqCst)), Ordering::SeqCst);
    }
}

#[async_trait]
impl Store for InTwoSteps {
    fn sharing(&self) -> Sharing {
        self.inner.sharing()
    }

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.look();
        tokio::task::yield_now().await;
        self.inner.load(keys).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        self.look();
        tokio::task::yield_now().await;
        self.inner.commit(batch).await
    }

    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        self.look();
        self.inner.scan(kind, prefix, after, limit).await
    }

    async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.look();
        self.inner.expire(now, limit).await
    }

    async fn export(&self) -> Result<Vec<Row>, StoreError> {
        self.look();
        self.inner.export().await
    }

    async fn replace(&self, rows: Vec<Row>) -> Result<(), StoreError> {
        self.is_half.store(true, Ordering::SeqCst);
        self.inner.replace(Vec::new()).await?;
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        self.inner.replace(rows).await?;
        self.is_half.store(false, Ordering::SeqCst);
        self.replaced.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_sees_half_of_a_reset() {
    let store = Arc::new(InTwoSteps {
        inner: MemoryStore::new(),
        is_half: AtomicBool::new(false),
        seen: AtomicU32::new(0),
        replaced: AtomicU32::new(0),
    });
    let fixture = Arc::new(Fixture::over(store.clone()).await);
    fixture.done("/sandbox/snapshots", json!({ "name": "empty" })).await;
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..8 {
        let fixture = fixture.clone();
        tasks.spawn(async move {
            for number in 0..12 {
                let openid = format!("obLatCaller{caller:02}User{number:011}");
                // Signed again each time: a resend would only get the first response.
                assert_eq!(fixture.token(&openid).await.len(), 32);
                fixture.join(&openid).await;
                assert!(fixture.cards(&openid).await <= 1);
                fixture.world.service.delete_expired(10).await.unwrap();
            }
        });
    }
    let resetting = fixture.clone();
    tasks.spawn(async move {
        for number in 0..12 {
            match number % 2 {
                0 => resetting.done("/sandbox/reset", json!({})).await,
                _ => resetting.done("/sandbox/restore", json!({ "name": "empty" })).await,
            };
            tokio::task::yield_now().await;
        }
    });
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    assert_eq!(store.replaced.load(Ordering::SeqCst), 12);
    assert_eq!(store.seen.load(Ordering::SeqCst), 0, "nobody looks during a replacement");
}

#[tokio::test]
async fn a_reset_waits_for_a_request_and_not_for_a_body() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let fixture = Fixture::over(store.clone()).await;
    // The body of this request never arrives.
    let signed = fixture
        .world
        .current()
        .sign()
        .map(|_| Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>()));
    let service = fixture.world.service.clone();
    let mut bodiless = pin!(ruhui_server::http::api(service).oneshot(signed));
    assert!(bodiless.as_mut().now_or_never().is_none());
    let control = request(Method::POST, "/sandbox/user-cards/open", &json!({}))
        .map(|_| Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>()));
    let mut control = pin!(fixture.send(control));
    assert!(control.as_mut().now_or_never().is_none());
    within(fixture.done("/sandbox/reset", json!({}))).await;

    store.hang(true);
    let mut inside = Box::pin(fixture.world.send(fixture.world.current().sign()));
    assert!(inside.as_mut().now_or_never().is_none());
    store.hang(false);
    let mut reset = pin!(fixture.done("/sandbox/reset", json!({})));
    // The reset first reads its file, on another thread. Requests go on until it reaches the gate.
    let next = loop {
        assert!(reset.as_mut().now_or_never().is_none(), "a request is still inside");
        let mut next = Box::pin(fixture.world.send(fixture.world.current().sign()));
        match next.as_mut().now_or_never() {
            Some(response) => assert_eq!(response.status, 200),
            None => break next,
        }
        tokio::task::yield_now().await;
    };
    drop(inside);
    within(reset).await;
    assert_eq!(within(next).await.status, 200, "it has waited and not failed");
}

#[tokio::test]
async fn an_attempt_of_before_changes_nothing_after() {
    let fixture = Fixture::new().await;
    fixture.join(STRANGER).await;
    fixture.done("/sandbox/snapshots", json!({ "name": "waiting" })).await;
    let outbox = fixture.world.service.outbox().clone();
    let sending = tokio::spawn(async move { outbox.deliver_due().await.unwrap() });
    while fixture.receiver.came.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    // The receiver may call the API while it receives: nobody waits for it.
    within(fixture.done("/sandbox/restore", json!({ "name": "waiting" }))).await;
    let before = fixture.rows().await;
    assert_eq!(before.iter().filter(|row| row.key.kind == Kind::Delivery).count(), 1);
    fixture.receiver.responses.add_permits(1);
    // The event is due again, so that it is sent until the receiver accepts it.
    while fixture.receiver.came.load(Ordering::SeqCst) == 1 {
        tokio::task::yield_now().await;
    }
    let made: Vec<u32> = deliveries(&fixture).await.into_iter().map(|delivery| delivery.made).collect();
    assert_eq!(
        made,
        [1],
        "the first response has not removed the event, and the second attempt is the first"
    );
    fixture.receiver.responses.add_permits(1);
    let attempts = within(sending).await.unwrap();
    assert_eq!(attempts.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [1, 1]);
    assert!(deliveries(&fixture).await.is_empty());
}

async fn deliveries(fixture: &Fixture) -> Vec<Delivery> {
    let all = fixture.world.store.read_all::<Delivery>().await.unwrap();
    all.into_iter().map(|loaded| loaded.record).collect()
}

#[tokio::test]
async fn a_damaged_snapshot_is_reported_and_nothing_changes() {
    let fixture = Fixture::new().await;
    fixture.join(STRANGER).await;
    fixture.done("/sandbox/snapshots", json!({ "name": "good" })).await;
    let text = std::fs::read_to_string(fixture.snapshot("good")).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    };
    let damages = [
        ("SNAPSHOT_DAMAGED", String::new()),
        ("SNAPSHOT_DAMAGED", "{}".to_owned()),
        ("SNAPSHOT_DAMAGED", text[..text.len() / 2].to_owned()),
        ("SNAPSHOT_DAMAGED", text.clone() + "x"),
        ("SNAPSHOT_DAMAGED", changed(STRANGER, "obLatAnother0000000000000000")),
        ("SNAPSHOT_DAMAGED", changed("\"business_time\":\"2", "\"business_time\":\"1")),
        ("SNAPSHOT_DAMAGED", changed("\"kind\":\"members\"", "\"kind\":\"strangers\"")),
        ("SNAPSHOT_UNKNOWN", changed("\"ruhui_snapshot\":1", "\"ruhui_snapshot\":2")),
        ("SNAPSHOT_UNKNOWN", "{\"ruhui_snapshot\":2,\"all\":\"else is new\"}".to_owned()),
    ];
    for (code, text) in damages {
        std::fs::write(fixture.snapshot("bad"), &text).unwrap();
        let message = fixture.rejected("/sandbox/restore", json!({ "name": "bad" }), 409, code).await;
        assert!(message.contains("bad.json") && message.contains("未作任何更改"), "{message}");
        assert!(!message.contains(STRANGER), "{message}");
        let listed = fixture.get("/sandbox/snapshots").await;
        assert_eq!(listed["data"][1]["name"], "good", "{listed}");
        assert_eq!(listed["data"][0]["bytes"], text.len(), "{listed}");
    }
    assert!(fixture.get("/sandbox/snapshots").await["data"][0]["problem"].is_string());
    fixture.done("/sandbox/restore", json!({ "name": "good" })).await;
}

#[tokio::test]
async fn a_snapshot_has_a_name_of_its_own() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.get("/sandbox/snapshots").await, json!({ "data": [] }));
    let none = fixture.rejected("/sandbox/restore", json!({ "name": "none" }), 404, "NOT_FOUND").await;
    assert!(none.contains("ruhui sandbox snapshot none"), "{none}");

    let kept = fixture.done("/sandbox/snapshots", json!({ "name": "b" })).await;
    let bytes = std::fs::metadata(fixture.snapshot("b")).unwrap().len();
    assert_eq!(kept["bytes"], bytes);
    #[cfg(unix)]
    for (path, expected) in [("snapshots", 0o700), ("snapshots/b.json", 0o600)] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(fixture.place.path().join(path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, expected, "{path}");
    }
    fixture.done("/sandbox/snapshots", json!({ "name": "a.1", "overwrite": false })).await;
    let names = |listed: Value| {
        let data = listed["data"].as_array().unwrap().clone();
        data.into_iter().map(|line| line["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(fixture.get("/sandbox/snapshots").await), ["a.1", "b"]);
    assert_eq!(fixture.get("/sandbox/snapshots").await["data"][1], kept);

    let exists = fixture.rejected("/sandbox/snapshots", json!({ "name": "b" }), 409, "EXISTS").await;
    assert!(exists.contains("--overwrite"), "{exists}");
    fixture.join(STRANGER).await;
    let again = fixture.done("/sandbox/snapshots", json!({ "name": "b", "overwrite": true })).await;
    assert_eq!(again["records"]["deliveries"], 1);
    let missing = fixture.rejected("/sandbox/restore", json!({ "name": "c" }), 404, "NOT_FOUND").await;
    assert!(missing.ends_with("a.1、b"), "{missing}");

    for name in ["", "../ruhui", "a/b", ".a", "会员", &"a".repeat(65)] {
        for path in ["/sandbox/snapshots", "/sandbox/restore"] {
            let message = fixture.rejected(path, json!({ "name": name }), 400, "PARAM_ERROR").await;
            assert!(
                message.starts_with("`name`：")
                    && message.contains(&format!("{name:?}")[..4.min(name.len())]),
                "{message}"
            );
        }
    }
    for body in [json!({}), json!({ "name": 7 }), json!({ "name": "d", "force": true })] {
        fixture.rejected("/sandbox/snapshots", body, 400, "PARAM_ERROR").await;
    }
    fixture.rejected("/sandbox/reset", json!({ "really": true }), 400, "PARAM_ERROR").await;

    let delete = |name: &str| request(Method::DELETE, &format!("/sandbox/snapshots/{name}"), &Value::Null);
    assert_eq!(fixture.send(delete("b")).await, (200, json!({ "name": "b" })));
    assert_eq!(fixture.send(delete("b")).await.0, 404);
    assert_eq!(fixture.send(delete("..%2Fruhui")).await.0, 400);
    assert_eq!(names(fixture.get("/sandbox/snapshots").await), ["a.1"]);
    assert!(fixture.config().exists());
}

#[tokio::test]
async fn of_two_snapshots_with_one_name_one_is_made() {
    let fixture = Fixture::new().await;
    let keep = || fixture.post("/sandbox/snapshots", json!({ "name": "one" }));
    let ((first, _), (second, _), (third, _)) = tokio::join!(keep(), keep(), keep());
    let mut statuses = [first, second, third];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
}

#[tokio::test]
async fn a_store_that_fails_leaves_everything_as_it_was() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let fixture = Fixture::over(store.clone()).await;
    fixture.token(STRANGER).await;
    fixture.done("/sandbox/snapshots", json!({ "name": "one" })).await;
    fixture.join(STRANGER).await;
    for (path, body) in [("/sandbox/reset", json!({})), ("/sandbox/restore", json!({ "name": "one" }))] {
        store.fail_commits(1);
        fixture.rejected(path, body, 500, "SYSTEM_ERROR").await;
        assert_eq!(fixture.cards(STRANGER).await, 1);
    }
    fixture.done("/sandbox/reset", json!({})).await;
    assert_eq!(fixture.cards(STRANGER).await, 0);
}

/// A store that other services may share, as PostgreSQL is.
struct OfMany(MemoryStore);

#[async_trait]
impl Store for OfMany {
    fn sharing(&self) -> Sharing {
        Sharing::Replicas
    }

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.0.load(keys).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        self.0.commit(batch).await
    }

    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        self.0.scan(kind, prefix, after, limit).await
    }

    async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.0.expire(now, limit).await
    }

    async fn export(&self) -> Result<Vec<Row>, StoreError> {
        self.replace(Vec::new()).await.map(|()| Vec::new())
    }

    async fn replace(&self, _: Vec<Row>) -> Result<(), StoreError> {
        let why = ("others use it: use a file", "其他服务正在使用：请改用文件").into();
        Err(StoreError::NotSupported { place: "postgres://db/ruhui".to_owned(), why })
    }
}

#[tokio::test]
async fn a_store_of_many_services_rejects_it_in_both_languages() {
    let fixture = Fixture::over(Arc::new(OfMany(MemoryStore::new()))).await;
    fixture.token(STRANGER).await;
    for (language, wanted) in [("en", "use a file"), ("zh-CN", "请改用文件")] {
        for (path, body) in [("/sandbox/reset", json!({})), ("/sandbox/snapshots", json!({ "name": "a" }))] {
            let mut asked = request(Method::POST, path, &body);
            asked.headers_mut().insert(ACCEPT_LANGUAGE, language.parse().unwrap());
            let (status, answer) = fixture.send(asked).await;
            assert_eq!((status, &answer["code"]), (409, &json!("NOT_SUPPORTED")), "{answer}");
            assert!(answer["message"].as_str().unwrap().contains(wanted), "{answer}");
        }
    }
    assert_eq!(fixture.world.tokens().await.len(), 1);
    assert_eq!(fixture.get("/sandbox/snapshots").await["data"], json!([]));
}
