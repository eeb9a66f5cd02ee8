//! Tests of the delivery of one event.

use super::fixture::*;
use crate::common::{BRAND_PUBLIC_KEY_ID, PUBLIC_KEY_ID};
use ruhui_core::api::event::EventKind;
use ruhui_core::sign::{Scheme, VerifyError};
use ruhui_core::types::Caller;
use ruhui_server::domain::Merchant;
use ruhui_server::outbox::{CallbackError, CallbackFailure, CallbackResponse};
use ruhui_server::store::SqliteStore;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const OPENED: EventKind = EventKind::UserCardCreated;

#[tokio::test]
async fn what_is_accepted_is_over() {
    let mut fixture = CallbackFixture::new().await;
    for status in [200, 204] {
        fixture.does(SHOP, Behavior::Answer(status));
        let event_id = fixture.happen(OPENED, SHOP).await;
        let attempts = fixture.round().await;
        assert_eq!(attempts.len(), 1);
        let attempt = &attempts[0];
        assert_eq!((attempt.event_id.as_str(), &attempt.outcome), (event_id.as_str(), &Ok(status)));
        assert_eq!((attempt.number, attempt.allowed), (1, 11));
        assert_eq!(fixture.waiting().await, []);
        fixture.pass(3600);
        assert_eq!(fixture.round().await, []);
        assert_eq!(fixture.came().len(), 1);
    }
}

#[tokio::test]
async fn a_callback_verifies_and_opens() {
    let mut fixture = CallbackFixture::new().await;
    let event_id = fixture.happen(OPENED, SHOP).await;
    fixture.round().await;
    let came = fixture.came().remove(0);
    assert_eq!(came.url, SHOP);
    assert_eq!(fixture.verify(&came, Scheme::Merchant), Ok(()));
    assert_eq!(came.header("wechatpay-serial"), PUBLIC_KEY_ID);
    assert_eq!(came.header("wechatpay-signature-type"), Scheme::Merchant.as_str());
    assert_eq!(came.header("content-type"), "application/json");
    assert_eq!(came.header("user-agent"), "Mozilla/4.0");
    assert!(came.header("request-id").ends_with("-0"));
    let body = came.json();
    assert_eq!(body["id"], event_id);
    assert_eq!(body["create_time"], "2027-02-26T08:00:00+08:00");
    assert_eq!(body["event_type"], "BRAND_MEMBER_CARD_SP.USER_CARD.CREATE");
    assert_eq!(body["resource_type"], "encrypt-resource");
    assert_eq!(body["resource"]["algorithm"], "AEAD_AES_256_GCM");
    assert_eq!(body["resource"]["original_type"], "user_card");
    assert_eq!(body["resource"]["associated_data"], "user_card");
    assert_eq!(came.resource()["phone_number"], "13900000000");
}

#[tokio::test]
async fn who_has_not_moved_to_the_public_key_gets_the_certificates_signature() {
    let mut fixture = CallbackFixture::new().await;
    fixture
        .provide::<Merchant>(json!({
            "mchid": MCHID, "certificates": [], "apiv3_key": APIV3_KEY, "reply_key": "certificate"
        }))
        .await;
    fixture.happen(OPENED, SHOP).await;
    fixture.round().await;
    let came = fixture.came().remove(0);
    assert_eq!(came.header("wechatpay-serial").len(), 40);
    assert_eq!(fixture.verify(&came, Scheme::Merchant), Ok(()));
}

#[tokio::test]
async fn each_minute_until_the_eleventh_and_then_no_more() {
    let mut fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Answer(500));
    let event_id = fixture.happen(OPENED, SHOP).await;
    let mut nonces = BTreeSet::new();
    for number in 1..=11 {
        let attempts = fixture.round().await;
        assert_eq!(attempts.len(), 1, "{number}");
        assert_eq!(attempts[0].outcome, Err(CallbackFailure::Rejected(CallbackResponse::of(500))));
        assert_eq!((attempts[0].number, &attempts[0].event_id), (number, &event_id));
        let came = fixture.came();
        assert_eq!((came.len(), &came[0].json()["id"]), (1, &json!(event_id)));
        // Each attempt has a new signature; otherwise the receiver would reject it as a replay.
        assert_eq!(fixture.verify(&came[0], Scheme::Merchant), Ok(()));
        nonces.insert(came[0].header("wechatpay-nonce").to_owned());
        nonces.insert(came[0].json()["resource"]["nonce"].as_str().unwrap().to_owned());
        fixture.pass(59);
        assert_eq!(fixture.round().await, []);
        fixture.pass(1);
    }
    assert_eq!(nonces.len(), 22);
    assert_eq!(fixture.waiting().await, []);
    fixture.pass(86_400);
    assert_eq!(fixture.round().await, []);
    assert_eq!(fixture.came().len(), 0);
}

#[tokio::test]
async fn an_event_that_waits_says_why_its_last_attempt_failed() {
    let fixture = CallbackFixture::new().await;
    fixture.happen(OPENED, SHOP).await;
    assert_eq!(fixture.waiting().await[0].last_failure, None);
    fixture.does(SHOP, Behavior::Answer(503));
    fixture.round().await;
    let failure = fixture.waiting().await.remove(0).last_failure.unwrap();
    assert_eq!(
        (failure.status, failure.en.as_str()),
        (Some(503), "the response was 503; 200 or 204 accepts")
    );
    assert_eq!(failure.zh, "应答 HTTP 503，应为 200 或 204");

    // The next failure replaces the first one. The schedule stays the same.
    fixture.pass(60);
    fixture.does(SHOP, Behavior::Fail(CallbackError::Timeout));
    let attempts = fixture.round().await;
    assert_eq!(attempts[0].number, 2);
    let waiting = fixture.waiting().await.remove(0);
    let failure = waiting.last_failure.unwrap();
    assert_eq!((failure.status, failure.zh.as_str()), (None, "未在 5 秒内应答"));
    assert_eq!(waiting.made, 2);

    fixture.pass(60);
    fixture.does(SHOP, Behavior::Answer(204));
    fixture.round().await;
    assert_eq!(fixture.waiting().await, []);
}

#[tokio::test]
async fn a_late_acceptance_ends_it() {
    let fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Answer(500));
    fixture.happen(OPENED, SHOP).await;
    for _ in 0..10 {
        assert_eq!(fixture.round().await.len(), 1);
        fixture.pass(60);
    }
    fixture.does(SHOP, Behavior::Answer(200));
    let last = fixture.round().await;
    assert_eq!((last[0].number, &last[0].outcome), (11, &Ok(200)));
    assert_eq!(fixture.waiting().await, []);
}

#[tokio::test]
async fn a_question_for_points_is_asked_once() {
    let mut fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Fail(CallbackError::Timeout));
    fixture.happen(EventKind::SyncUserPoint, SHOP).await;
    let attempts = fixture.round().await;
    assert_eq!((attempts[0].number, attempts[0].allowed), (1, 1));
    assert_eq!(attempts[0].outcome, Err(CallbackFailure::NoResponse(CallbackError::Timeout)));
    fixture.pass(600);
    assert_eq!(fixture.round().await, []);
    assert_eq!((fixture.came().len(), fixture.waiting().await.len()), (1, 0));
}

#[tokio::test]
async fn other_statuses_are_failures() {
    let fixture = CallbackFixture::new().await;
    for status in [100, 201, 202, 206, 301, 302, 400, 404, 500, 503] {
        fixture.does(SHOP, Behavior::Answer(status));
        fixture.happen(EventKind::SyncUserPoint, SHOP).await;
        assert_eq!(
            fixture.round().await[0].outcome,
            Err(CallbackFailure::Rejected(CallbackResponse::of(status)))
        );
    }
}

#[tokio::test]
async fn a_new_service_goes_on_where_the_old_one_ended() {
    let mut fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Answer(500));
    let event_id = fixture.happen(OPENED, SHOP).await;
    assert_eq!(fixture.round().await[0].number, 1);
    fixture.restart().await;
    assert_eq!(fixture.round().await, []);
    fixture.pass(60);
    let attempts = fixture.round().await;
    assert_eq!((attempts[0].number, &attempts[0].event_id), (2, &event_id));
    assert_eq!(fixture.came().len(), 2);
}

#[tokio::test]
async fn a_service_that_was_away_does_not_hurry() {
    let fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Answer(500));
    fixture.happen(OPENED, SHOP).await;
    fixture.pass(86_400);
    for number in 1..=3 {
        assert_eq!(fixture.round().await.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [number]);
        assert_eq!(fixture.round().await, []);
        fixture.pass(60);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_services_send_no_attempt_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path().join("store.db")).unwrap());
    let mut fixture = CallbackFixture::over(store.clone()).await;
    let other = fixture.beside(store).await;
    fixture.does(SHOP, Behavior::Answer(500));
    let mut events = BTreeSet::new();
    for _ in 0..30 {
        events.insert(fixture.happen(OPENED, SHOP).await);
    }
    let mut attempts = Vec::new();
    for _ in 0..12 {
        let (mine, others) =
            tokio::join!(fixture.service.outbox().deliver_due(), other.outbox().deliver_due());
        attempts.extend(mine.unwrap().into_iter().chain(others.unwrap()));
        fixture.pass(60);
    }
    let made: BTreeSet<_> = attempts.iter().map(|attempt| (&attempt.event_id, attempt.number)).collect();
    let all: BTreeSet<_> = events.iter().flat_map(|id| (1..=11).map(move |number| (id, number))).collect();
    assert_eq!((made, attempts.len()), (all, 330));
    assert_eq!(fixture.came().len(), 330);
}

#[tokio::test]
async fn one_endpoint_that_hangs_delays_no_other() {
    let mut fixture = CallbackFixture::new().await;
    let hanging = "https://slow.example/notify";
    fixture.does(hanging, Behavior::Hang);
    for number in 0..200 {
        // Other paths and spellings belong to the same endpoint.
        let url = format!("https://SLOW.example:443/{number}");
        fixture.does(&url, Behavior::Hang);
        fixture.happen(OPENED, &url).await;
    }
    for _ in 0..20 {
        fixture.happen(OPENED, SHOP).await;
    }
    let service = fixture.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await.unwrap() });
    let mut came = BTreeMap::<bool, usize>::new();
    while came.get(&true) != Some(&20) {
        let next = fixture.came.recv().await.unwrap();
        *came.entry(next.url == SHOP).or_default() += 1;
    }
    assert_eq!(came[&false], 8);
    assert!(!round.is_finished());
    // The round uses slots as they become free.
    fixture.let_go(200);
    assert_eq!(round.await.unwrap().len(), 220);
    assert_eq!(fixture.waiting().await, []);
}

#[tokio::test]
async fn the_owner_decides_scheme_and_names() {
    let mut fixture = CallbackFixture::new().await;
    let event = fixture.event(EventKind::PointExchange, brand(), SHOP);
    assert_eq!(event.event_type, "BRAND_MEMBER_CARD.POINT_EXCHANGE_COUPON");
    fixture.store.commit(vec![event.put()]).await.unwrap();
    assert_eq!(fixture.round().await[0].outcome, Ok(204));
    let came = fixture.came().remove(0);
    assert_eq!(fixture.verify(&came, Scheme::Brand), Ok(()));
    assert_eq!(came.header("wechatpay-serial"), BRAND_PUBLIC_KEY_ID);
    assert_eq!(came.json()["event_type"], event.event_type);
    assert_eq!(came.resource()["brand_id"], BRAND_ID);
}

#[tokio::test]
async fn without_a_key_attempts_go_by_until_one_is_set() {
    let mut fixture = CallbackFixture::new().await;
    fixture.provide::<Merchant>(json!({"mchid": MCHID, "certificates": [], "apiv3_key": null})).await;
    fixture.happen(OPENED, SHOP).await;
    assert_eq!(fixture.round().await[0].outcome, Err(CallbackFailure::NoKey(merchant())));
    assert_eq!((fixture.came().len(), fixture.waiting().await[0].made), (0, 1));
    fixture.provide::<Merchant>(json!({"mchid": MCHID, "certificates": [], "apiv3_key": APIV3_KEY})).await;
    fixture.pass(60);
    let attempts = fixture.round().await;
    assert_eq!((attempts[0].number, &attempts[0].outcome), (2, &Ok(204)));
    assert_eq!(fixture.came()[0].resource()["brand_id"], BRAND_ID);
}

#[tokio::test]
async fn a_probe_is_wrong_on_purpose_and_leaves_nothing() {
    let mut fixture = CallbackFixture::new().await;
    for (status, kind) in [(401, OPENED), (200, EventKind::PointExchange)] {
        fixture.does(SHOP, Behavior::Answer(status));
        let event = fixture.event(kind, merchant(), SHOP);
        assert_eq!(fixture.service.outbox().probe(&event).await, Ok(status));
        let came = fixture.came().remove(0);
        assert_eq!(fixture.verify(&came, Scheme::Merchant), Err(VerifyError::Probe));
        assert_eq!(came.header("wechatpay-signature").len(), 344);
        assert_eq!(came.json()["event_type"], event.event_type);
        assert_eq!(fixture.waiting().await, []);
    }
    let nobody = Caller::Brand("1005".parse().unwrap());
    let event = fixture.event(OPENED, nobody.clone(), SHOP);
    assert_eq!(fixture.service.outbox().probe(&event).await, Err(CallbackFailure::NoKey(nobody)));
}
