//! Owners and endpoints that do not answer: they delay themselves, and their queues cost the others nothing.

use super::common::Unreliable;
use super::desk::*;
use ruhui_core::api::event::EventKind;
use ruhui_core::types::Caller;
use ruhui_server::store::{Batch, MemoryStore};
use std::sync::Arc;
use std::time::Duration;

const OPENED: EventKind = EventKind::UserCardCreated;
const OTHER: &str = "https://other.example/notify";

/// Events of one owner for one URL.
async fn happen(desk: &Desk, owner: &Caller, url: &str, number: usize) {
    let batch: Batch = (0..number).map(|_| desk.event(OPENED, owner.clone(), url).put()).collect();
    desk.store.commit(batch).await.unwrap();
}

/// So many requests have come.
async fn arrive(desk: &mut Desk, number: usize) -> Vec<Came> {
    let mut came = Vec::new();
    while came.len() < number {
        came.push(desk.came.recv().await.unwrap());
    }
    came
}

#[tokio::test]
async fn a_queue_whose_endpoint_hangs_is_read_once() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let mut desk = Desk::over(store.clone()).await;
    desk.does(SHOP, Does::Hang);
    happen(&desk, &merchant(), SHOP, 2000).await;
    // The last few seconds are looked at again for the sake of clocks that differ.
    desk.pass(10);
    let service = desk.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await });
    arrive(&mut desk, 8).await;
    assert!(store.scanned() >= 2000);
    for _ in 0..20 {
        desk.let_go(1);
        arrive(&mut desk, 1).await;
    }
    // A look also reads a page of what is due later.
    assert!(store.scanned() < 20 * 65, "each answer made the queue be read again");
    // A delivery that comes meanwhile is found, behind them and for another endpoint.
    happen(&desk, &merchant(), OTHER, 1).await;
    desk.let_go(1);
    let urls: Vec<String> = arrive(&mut desk, 2).await.into_iter().map(|came| came.url).collect();
    assert!(urls.contains(&OTHER.to_owned()), "{urls:?}");
    round.abort();
}

#[tokio::test]
async fn every_event_of_a_long_queue_is_sent_once_the_endpoint_answers() {
    let mut desk = Desk::new().await;
    desk.does(SHOP, Does::Hang);
    happen(&desk, &merchant(), SHOP, 300).await;
    let service = desk.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await.unwrap() });
    arrive(&mut desk, 8).await;
    desk.does(SHOP, Does::CallbackResponse(204));
    desk.let_go(8);
    assert_eq!(round.await.unwrap().len(), 300);
    let mut ids: Vec<String> = desk.came().iter().map(|came| came.json()["id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), desk.waiting().await.len()), (292, 0), "eight came before, and none twice");
}

#[tokio::test]
async fn an_owner_whose_endpoints_all_hang_delays_no_other_owner() {
    let mut desk = Desk::new().await;
    for number in 0..40 {
        let url = format!("https://hangs-{number}.example/notify");
        desk.does(&url, Does::Hang);
        happen(&desk, &merchant(), &url, 10).await;
    }
    let service = desk.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await });
    arrive(&mut desk, 128).await;
    desk.pass(1);
    happen(&desk, &brand(), OTHER, 1).await;
    // An answer makes the service look, as its clock does.
    desk.let_go(1);
    let came = arrive(&mut desk, 2).await;
    assert!(came.iter().any(|came| came.url == OTHER), "the other owner waits");
    round.abort();
}

#[tokio::test]
async fn an_owner_that_may_not_send_delays_nobody_at_a_shared_endpoint() {
    let mut desk = Desk::new().await;
    desk.does(SHOP, Does::Hang);
    happen(&desk, &brand(), SHOP, 8).await;
    desk.pass(1);
    for number in 0..60 {
        let url = format!("https://hangs-{number}.example/notify");
        desk.does(&url, Does::Hang);
        happen(&desk, &merchant(), &url, 8).await;
    }
    desk.pass(1);
    happen(&desk, &merchant(), SHOP, 1).await;
    desk.pass(1);
    happen(&desk, &brand(), SHOP, 1).await;
    desk.pass(1);
    let service = desk.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await });
    // The brand's eight, and half of the rest for the merchant.
    arrive(&mut desk, 8 + 124).await;
    // All of them end. The merchant has more that have waited longer than its callback for the shop, and sends as many of
    // them as it may.
    desk.let_go(8 + 124);
    let reach_the_shop = async { while arrive(&mut desk, 1).await[0].url != SHOP {} };
    let reached = tokio::time::timeout(Duration::from_secs(60), reach_the_shop).await;
    reached.expect("the brand waits behind a callback that may not be sent");
    round.abort();
}

/// The bound is on what is due and finds no place.
#[tokio::test]
async fn a_queue_has_an_end() {
    let mut desk = Desk::new().await;
    desk.does(SHOP, Does::Hang);
    for _ in 0..10 {
        happen(&desk, &merchant(), SHOP, 1010).await;
    }
    happen(&desk, &brand(), OTHER, 1).await;
    let service = desk.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await });
    let came = arrive(&mut desk, 9).await;
    assert!(came.iter().any(|came| came.url == OTHER), "another owner has a queue of its own");
    // Eight are being sent, 10,000 wait; the others are ended as the look comes to them.
    let left = async || desk.waiting().await.iter().filter(|delivery| delivery.owner == merchant()).count();
    while left().await > 10_008 {
        tokio::task::yield_now().await;
    }
    round.abort();
    assert!(round.await.is_err_and(|error| error.is_cancelled()), "it waits for the endpoint");
    assert!(left().await >= 10_000, "{}", left().await);
}

#[tokio::test]
async fn an_event_that_was_first_sent_a_day_ago_is_sent_once_more_and_then_ends() {
    let mut desk = Desk::new().await;
    desk.does(SHOP, Does::CallbackResponse(500));
    desk.happen(OPENED, SHOP).await;
    // The service was away: nobody has tried yet.
    desk.pass(100_000);
    assert_eq!(desk.round().await[0].allowed, 11);
    desk.pass(86_399);
    assert_eq!(desk.round().await[0].allowed, 11);
    desk.pass(60);
    let attempts = desk.round().await;
    assert_eq!((attempts.len(), attempts[0].number, attempts[0].allowed), (1, 3, 3));
    assert_eq!((desk.came().len(), desk.waiting().await.len()), (3, 0));
}
