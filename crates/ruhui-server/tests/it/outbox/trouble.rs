//! Tests of deliveries with crashes, and with stores that fail.

use super::fixture::*;
use crate::common::Unreliable;
use ruhui_core::api::event::EventKind;
use ruhui_server::store::{Key, Kind, MemoryStore, Value, Write};
use std::sync::Arc;

const OPENED: EventKind = EventKind::UserCardCreated;

async fn unreliable() -> (CallbackFixture, Arc<Unreliable<MemoryStore>>) {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    (CallbackFixture::over(store.clone()).await, store)
}

#[tokio::test]
async fn a_crash_while_sending_costs_one_attempt() {
    let mut fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Hang);
    fixture.happen(OPENED, SHOP).await;
    let service = fixture.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await.unwrap() });
    fixture.came.recv().await.unwrap();
    round.abort();
    assert!(round.await.unwrap_err().is_cancelled());
    fixture.restart().await;
    fixture.does(SHOP, Behavior::Answer(200));
    assert_eq!(fixture.round().await, []);
    fixture.pass(60);
    let attempts = fixture.round().await;
    assert_eq!((attempts.len(), attempts[0].number), (1, 2));
    assert_eq!((fixture.came().len(), fixture.waiting().await.len()), (1, 0));
}

#[tokio::test]
async fn a_crash_between_claim_and_sending_costs_one_attempt() {
    let (mut fixture, store) = unreliable().await;
    fixture.happen(OPENED, SHOP).await;
    // The claim is stored, but the service gets an error.
    store.lose_answers(1);
    fixture.service.outbox().deliver_due().await.unwrap_err();
    assert_eq!((fixture.came().len(), fixture.waiting().await[0].made), (0, 1));
    assert_eq!(fixture.round().await, []);
    fixture.pass(60);
    assert_eq!(fixture.round().await[0].number, 2);
}

#[tokio::test]
async fn nothing_is_sent_that_could_not_be_claimed() {
    let (mut fixture, store) = unreliable().await;
    fixture.happen(OPENED, SHOP).await;
    store.fail_commits(1);
    fixture.service.outbox().deliver_due().await.unwrap_err();
    assert_eq!((fixture.came().len(), fixture.waiting().await[0].made), (0, 0));
    assert_eq!(fixture.round().await[0].number, 1);
}

#[tokio::test]
async fn an_acceptance_that_could_not_be_noted_means_a_duplicate() {
    let (mut fixture, store) = unreliable().await;
    fixture.does(SHOP, Behavior::Hang);
    fixture.happen(OPENED, SHOP).await;
    let service = fixture.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await.unwrap() });
    fixture.came.recv().await.unwrap();
    store.fail_commits(1);
    fixture.let_go(2);
    assert_eq!(round.await.unwrap()[0].outcome, Ok(200));
    assert_eq!(fixture.waiting().await.len(), 1);
    fixture.pass(60);
    assert_eq!(fixture.round().await[0].number, 2);
    assert_eq!(fixture.waiting().await.len(), 0);
}

#[tokio::test]
async fn a_leap_of_the_clock_does_not_send_what_is_being_sent() {
    let mut fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Hang);
    fixture.happen(OPENED, SHOP).await;
    let service = fixture.service.clone();
    let round = tokio::spawn(async move { service.outbox().deliver_due().await.unwrap() });
    fixture.came.recv().await.unwrap();
    fixture.pass(3600);
    assert_eq!(fixture.round().await, []);
    fixture.let_go(1);
    assert_eq!(round.await.unwrap().len(), 1);
    assert_eq!((fixture.came().len(), fixture.waiting().await.len()), (0, 0));
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_in_nobodys_way() {
    let fixture = CallbackFixture::new().await;
    let key = Key { kind: Kind::Delivery, id: "000000000000001\u{1f}broken".to_owned() };
    let write = Write::Put { key, read: None, value: Value("{}".to_owned()), expires: None };
    fixture.store.commit(vec![write]).await.unwrap();
    fixture.happen(OPENED, SHOP).await;
    assert_eq!(fixture.round().await.len(), 1);
    assert_eq!(fixture.round().await, []);
}
