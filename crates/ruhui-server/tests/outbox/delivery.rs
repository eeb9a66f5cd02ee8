//! One event on its way.

use super::common::{BRAND_PUBLIC_KEY_ID, PUBLIC_KEY_ID};
use super::desk::*;
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
    let mut desk = Desk::new().await;
    for status in [200, 204] {
        desk.does(SHOP, Does::CallbackResponse(status));
        let event_id = desk.happen(OPENED, SHOP).await;
        let attempts = desk.round().await;
        assert_eq!(attempts.len(), 1);
        let attempt = &attempts[0];
        assert_eq!((attempt.event_id.as_str(), &attempt.outcome), (event_id.as_str(), &Ok(status)));
        assert_eq!((attempt.number, attempt.allowed), (1, 11));
        assert_eq!(desk.waiting().await, []);
        desk.pass(3600);
        assert_eq!(desk.round().await, []);
        assert_eq!(desk.came().len(), 1);
    }
}

#[tokio::test]
async fn a_callback_verifies_and_opens() {
    let mut desk = Desk::new().await;
    let event_id = desk.happen(OPENED, SHOP).await;
    desk.round().await;
    let came = desk.came().remove(0);
    assert_eq!(came.url, SHOP);
    assert_eq!(desk.verify(&came, Scheme::Merchant), Ok(()));
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
    let mut desk = Desk::new().await;
    desk.provide::<Merchant>(json!({
        "mchid": MCHID, "certificates": [], "apiv3_key": APIV3_KEY, "response_key": "certificate"
    }))
    .await;
    desk.happen(OPENED, SHOP).await;
    desk.round().await;
    let came = desk.came().remove(0);
    assert_eq!(came.header("wechatpay-serial").len(), 40);
    assert_eq!(desk.verify(&came, Scheme::Merchant), Ok(()));
}

#[tokio::test]
async fn each_minute_until_the_eleventh_and_then_no_more() {
    let mut desk = Desk::new().await;
    desk.does(SHOP, Does::CallbackResponse(500));
    let event_id = desk.happen(OPENED, SHOP).await;
    let mut nonces = BTreeSet::new();
    for number in 1..=11 {
        let attempts = desk.round().await;
        assert_eq!(attempts.len(), 1, "{number}");
        assert_eq!(attempts[0].outcome, Err(CallbackFailure::Rejected(CallbackResponse::of(500))));
        assert_eq!((attempts[0].number, &attempts[0].event_id), (number, &event_id));
        let came = desk.came();
        assert_eq!((came.len(), &came[0].json()["id"]), (1, &json!(event_id)));
        // Each attempt has a signature of its own moment, or the receiver would take it for a replay.
        assert_eq!(desk.verify(&came[0], Scheme::Merchant), Ok(()));
        nonces.insert(came[0].header("wechatpay-nonce").to_owned());
        nonces.insert(came[0].json()["resource"]["nonce"].as_str().unwrap().to_owned());
        desk.pass(59);
        assert_eq!(desk.round().await, []);
        desk.pass(1);
    }
    assert_eq!(nonces.len(), 22);
    assert_eq!(desk.waiting().await, []);
    desk.pass(86_400);
    assert_eq!(desk.round().await, []);
    assert_eq!(desk.came().len(), 0);
}

#[tokio::test]
async fn an_event_that_waits_says_why_its_last_attempt_failed() {
    let desk = Desk::new().await;
    desk.happen(OPENED, SHOP).await;
    assert_eq!(desk.waiting().await[0].last_failure, None);
    desk.does(SHOP, Does::CallbackResponse(503));
    desk.round().await;
    let failure = desk.waiting().await.remove(0).last_failure.unwrap();
    assert_eq!(
        (failure.status, failure.en.as_str()),
        (Some(503), "the response was 503; 200 or 204 accepts")
    );
    assert_eq!(failure.zh, "应答 HTTP 503，应为 200 或 204");

    // The next failure replaces the first. The schedule stays the same.
    desk.pass(60);
    desk.does(SHOP, Does::Fail(CallbackError::Timeout));
    let attempts = desk.round().await;
    assert_eq!(attempts[0].number, 2);
    let waiting = desk.waiting().await.remove(0);
    let failure = waiting.last_failure.unwrap();
    assert_eq!((failure.status, failure.zh.as_str()), (None, "未在 5 秒内应答"));
    assert_eq!(waiting.made, 2);

    desk.pass(60);
    desk.does(SHOP, Does::CallbackResponse(204));
    desk.round().await;
    assert_eq!(desk.waiting().await, []);
}

#[tokio::test]
async fn a_late_acceptance_ends_it() {
    let desk = Desk::new().await;
    desk.does(SHOP, Does::CallbackResponse(500));
    desk.happen(OPENED, SHOP).await;
    for _ in 0..10 {
        assert_eq!(desk.round().await.len(), 1);
        desk.pass(60);
    }
    desk.does(SHOP, Does::CallbackResponse(200));
    let last = desk.round().await;
    assert_eq!((last[0].number, &last[0].outcome), (11, &Ok(200)));
    assert_eq!(desk.waiting().await, []);
}

#[tokio::test]
async fn a_question_for_points_is_asked_once() {
    let mut desk = Desk::new().await;
    desk.does(SHOP, Does::Fail(CallbackError::Timeout));
    desk.happen(EventKind::SyncUserPoint, SHOP).await;
    let attempts = desk.round().await;
    assert_eq!((attempts[0].number, attempts[0].allowed), (1, 1));
    assert_eq!(attempts[0].outcome, Err(CallbackFailure::NoResponse(CallbackError::Timeout)));
    desk.pass(600);
    assert_eq!(desk.round().await, []);
    assert_eq!((desk.came().len(), desk.waiting().await.len()), (1, 0));
}

#[tokio::test]
async fn other_statuses_are_failures() {
    let desk = Desk::new().await;
    for status in [100, 201, 202, 206, 301, 302, 400, 404, 500, 503] {
        desk.does(SHOP, Does::CallbackResponse(status));
        desk.happen(EventKind::SyncUserPoint, SHOP).await;
        assert_eq!(
            desk.round().await[0].outcome,
            Err(CallbackFailure::Rejected(CallbackResponse::of(status)))
        );
    }
}

#[tokio::test]
async fn a_new_service_goes_on_where_the_old_one_ended() {
    let mut desk = Desk::new().await;
    desk.does(SHOP, Does::CallbackResponse(500));
    let event_id = desk.happen(OPENED, SHOP).await;
    assert_eq!(desk.round().await[0].number, 1);
    desk.restart().await;
    assert_eq!(desk.round().await, []);
    desk.pass(60);
    let attempts = desk.round().await;
    assert_eq!((attempts[0].number, &attempts[0].event_id), (2, &event_id));
    assert_eq!(desk.came().len(), 2);
}

#[tokio::test]
async fn a_service_that_was_away_does_not_hurry() {
    let desk = Desk::new().await;
    desk.does(SHOP, Does::CallbackResponse(500));
    desk.happen(OPENED, SHOP).await;
    desk.pass(86_400);
    for number in 1..=3 {
        assert_eq!(desk.round().await.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [number]);
        assert_eq!(desk.round().await, []);
        desk.pass(60);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_services_send_no_attempt_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path().join("store.db")).unwrap());
    let mut desk = Desk::over(store.clone()).await;
    let other = desk.beside(store).await;
    desk.does(SHOP, Does::CallbackResponse(500));
    let mut events = BTreeSet::new();
    for _ in 0..30 {
        events.insert(desk.happen(OPENED, SHOP).await);
    }
    let mut attempts = Vec::new();
    for _ in 0..12 {
        let (mine, others) = tokio::join!(desk.service.outbox().deliver_due(), other.outbox().deliver_due());
        attempts.extend(mine.unwrap().into_iter().chain(others.unwrap()));
        desk.pass(60);
    }
    let made: BTreeSet<_> = attempts.iter().map(|attempt| (&attempt.event_id, attempt.number)).collect();
    let all: BTreeSet<_> = events.iter().flat_map(|id| (1..=11).map(move |number| (id, number))).collect();
    assert_eq!((made, attempts.len()), (all, 330));
    assert_eq!(desk.came().len(), 330);
}

#[tokio::test]
async fn one_endpoint_that_hangs_delays_no_other() {
    let mut desk = Desk::new().await;
    let hanging = "https://slow.example/notify";
    desk.does(hanging, Does::Hang);
    for number in 0..200 {
        // Other paths and spellings are the same endpoint.
        let url = format!("https://SLOW.example:443/{number}");
        desk.does(&url, Does::Hang);
        desk.happen(OPENED, &url).await;
    }
    for _ in 0..20 {
        desk.happen(OPENED, SHOP).await;
    }
    let service = desk.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await.unwrap() });
    let mut came = BTreeMap::<bool, usize>::new();
    while came.get(&true) != Some(&20) {
        let next = desk.came.recv().await.unwrap();
        *came.entry(next.url == SHOP).or_default() += 1;
    }
    assert_eq!(came[&false], 8);
    assert!(!round.is_finished());
    // Places that come free are used, in this round.
    desk.let_go(200);
    assert_eq!(round.await.unwrap().len(), 220);
    assert_eq!(desk.waiting().await, []);
}

#[tokio::test]
async fn the_owner_decides_scheme_and_names() {
    let mut desk = Desk::new().await;
    let event = desk.event(EventKind::PointExchange, brand(), SHOP);
    assert_eq!(event.event_type, "BRAND_MEMBER_CARD.POINT_EXCHANGE_COUPON");
    desk.store.commit(vec![event.put()]).await.unwrap();
    assert_eq!(desk.round().await[0].outcome, Ok(204));
    let came = desk.came().remove(0);
    assert_eq!(desk.verify(&came, Scheme::Brand), Ok(()));
    assert_eq!(came.header("wechatpay-serial"), BRAND_PUBLIC_KEY_ID);
    assert_eq!(came.json()["event_type"], event.event_type);
    assert_eq!(came.resource()["brand_id"], BRAND_ID);
}

#[tokio::test]
async fn without_a_key_attempts_go_by_until_one_is_set() {
    let mut desk = Desk::new().await;
    desk.provide::<Merchant>(json!({"mchid": MCHID, "certificates": [], "apiv3_key": null})).await;
    desk.happen(OPENED, SHOP).await;
    assert_eq!(desk.round().await[0].outcome, Err(CallbackFailure::NoKey(merchant())));
    assert_eq!((desk.came().len(), desk.waiting().await[0].made), (0, 1));
    desk.provide::<Merchant>(json!({"mchid": MCHID, "certificates": [], "apiv3_key": APIV3_KEY})).await;
    desk.pass(60);
    let attempts = desk.round().await;
    assert_eq!((attempts[0].number, &attempts[0].outcome), (2, &Ok(204)));
    assert_eq!(desk.came()[0].resource()["brand_id"], BRAND_ID);
}

#[tokio::test]
async fn a_probe_is_wrong_on_purpose_and_leaves_nothing() {
    let mut desk = Desk::new().await;
    for (status, kind) in [(401, OPENED), (200, EventKind::PointExchange)] {
        desk.does(SHOP, Does::CallbackResponse(status));
        let event = desk.event(kind, merchant(), SHOP);
        assert_eq!(desk.service.outbox().probe(&event).await, Ok(status));
        let came = desk.came().remove(0);
        assert_eq!(desk.verify(&came, Scheme::Merchant), Err(VerifyError::Probe));
        assert_eq!(came.header("wechatpay-signature").len(), 344);
        assert_eq!(came.json()["event_type"], event.event_type);
        assert_eq!(desk.waiting().await, []);
    }
    let nobody = Caller::Brand("1005".parse().unwrap());
    let event = desk.event(OPENED, nobody.clone(), SHOP);
    assert_eq!(desk.service.outbox().probe(&event).await, Err(CallbackFailure::NoKey(nobody)));
}
