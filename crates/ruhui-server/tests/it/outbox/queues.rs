//! Tests of owners and endpoints that do not respond: they delay only themselves, and their queues cost the others
//! nothing.

use super::fixture::*;
use crate::common::Unreliable;
use ruhui_core::api::event::EventKind;
use ruhui_core::types::Caller;
use ruhui_server::store::{Batch, MemoryStore};
use std::sync::Arc;
use std::time::Duration;

const OPENED: EventKind = EventKind::UserCardCreated;
const OTHER: &str = "https://other.example/notify";

/// Commits events of one owner for one URL.
async fn happen(fixture: &CallbackFixture, owner: &Caller, url: &str, number: usize) {
    let batch: Batch = (0..number).map(|_| fixture.event(OPENED, owner.clone(), url).put()).collect();
    fixture.store.commit(batch).await.unwrap();
}

/// Waits until this number of requests has come.
async fn arrive(fixture: &mut CallbackFixture, number: usize) -> Vec<ReceivedCallback> {
    let mut came = Vec::new();
    while came.len() < number {
        came.push(fixture.came.recv().await.unwrap());
    }
    came
}

#[tokio::test]
async fn a_queue_whose_endpoint_hangs_is_read_once() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let mut fixture = CallbackFixture::over(store.clone()).await;
    fixture.does(SHOP, Behavior::Hang);
    happen(&fixture, &merchant(), SHOP, 2000).await;
    // The last few seconds are scanned again, because clocks may differ.
    fixture.pass(10);
    let service = fixture.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await });
    arrive(&mut fixture, 8).await;
    assert!(store.scanned() >= 2000);
    for _ in 0..20 {
        fixture.let_go(1);
        arrive(&mut fixture, 1).await;
    }
    // A scan also reads a page of deliveries that are due later.
    assert!(store.scanned() < 20 * 65, "each answer made the queue be read again");
    // A delivery that is added meanwhile is found, although it comes after them and goes to another endpoint.
    happen(&fixture, &merchant(), OTHER, 1).await;
    fixture.let_go(1);
    let urls: Vec<String> = arrive(&mut fixture, 2).await.into_iter().map(|came| came.url).collect();
    assert!(urls.contains(&OTHER.to_owned()), "{urls:?}");
    round.abort();
}

#[tokio::test]
async fn every_event_of_a_long_queue_is_sent_once_the_endpoint_answers() {
    let mut fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Hang);
    happen(&fixture, &merchant(), SHOP, 300).await;
    let service = fixture.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await.unwrap() });
    arrive(&mut fixture, 8).await;
    fixture.does(SHOP, Behavior::Answer(204));
    fixture.let_go(8);
    assert_eq!(round.await.unwrap().len(), 300);
    let mut ids: Vec<String> = fixture.came().iter().map(|came| came.json()["id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), fixture.waiting().await.len()), (292, 0), "eight came before, and none twice");
}

#[tokio::test]
async fn an_owner_whose_endpoints_all_hang_delays_no_other_owner() {
    let mut fixture = CallbackFixture::new().await;
    for number in 0..40 {
        let url = format!("https://hangs-{number}.example/notify");
        fixture.does(&url, Behavior::Hang);
        happen(&fixture, &merchant(), &url, 10).await;
    }
    let service = fixture.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await });
    arrive(&mut fixture, 128).await;
    fixture.pass(1);
    happen(&fixture, &brand(), OTHER, 1).await;
    // A response causes a scan, as the job's timer does.
    fixture.let_go(1);
    let came = arrive(&mut fixture, 2).await;
    assert!(came.iter().any(|came| came.url == OTHER), "the other owner waits");
    round.abort();
}

#[tokio::test]
async fn an_owner_that_may_not_send_delays_nobody_at_a_shared_endpoint() {
    let mut fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Hang);
    happen(&fixture, &brand(), SHOP, 8).await;
    fixture.pass(1);
    for number in 0..60 {
        let url = format!("https://hangs-{number}.example/notify");
        fixture.does(&url, Behavior::Hang);
        happen(&fixture, &merchant(), &url, 8).await;
    }
    fixture.pass(1);
    happen(&fixture, &merchant(), SHOP, 1).await;
    fixture.pass(1);
    happen(&fixture, &brand(), SHOP, 1).await;
    fixture.pass(1);
    let service = fixture.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await });
    // The brand uses eight slots, and the merchant half of the rest.
    arrive(&mut fixture, 8 + 124).await;
    // All of these requests end. The merchant has more deliveries that have waited longer than its callback for the
    // shop, and sends as many of them as it may.
    fixture.let_go(8 + 124);
    let reach_the_shop = async { while arrive(&mut fixture, 1).await[0].url != SHOP {} };
    let reached = tokio::time::timeout(Duration::from_secs(60), reach_the_shop).await;
    reached.expect("the brand waits behind a callback that may not be sent");
    round.abort();
}

/// The queue's limit counts deliveries that are due but have no slot.
#[tokio::test]
async fn a_queue_has_an_end() {
    let mut fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Hang);
    for _ in 0..10 {
        happen(&fixture, &merchant(), SHOP, 1010).await;
    }
    happen(&fixture, &brand(), OTHER, 1).await;
    let service = fixture.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await });
    let came = arrive(&mut fixture, 9).await;
    assert!(came.iter().any(|came| came.url == OTHER), "another owner has a queue of its own");
    // Eight deliveries are in flight and 10,000 wait. The scan ends the others when it reaches them.
    let left =
        async || fixture.waiting().await.iter().filter(|delivery| delivery.owner == merchant()).count();
    while left().await > 10_008 {
        tokio::task::yield_now().await;
    }
    round.abort();
    assert!(round.await.is_err_and(|error| error.is_cancelled()), "it waits for the endpoint");
    assert!(left().await >= 10_000, "{}", left().await);
}

#[tokio::test]
async fn an_event_that_was_first_sent_a_day_ago_is_sent_once_more_and_then_ends() {
    let mut fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Answer(500));
    fixture.happen(OPENED, SHOP).await;
    // The service was not running: there was no attempt so far.
    fixture.pass(100_000);
    assert_eq!(fixture.round().await[0].allowed, 11);
    fixture.pass(86_399);
    assert_eq!(fixture.round().await[0].allowed, 11);
    fixture.pass(60);
    let attempts = fixture.round().await;
    assert_eq!((attempts.len(), attempts[0].number, attempts[0].allowed), (1, 3, 3));
    assert_eq!((fixture.came().len(), fixture.waiting().await.len()), (3, 0));
}
