//! Tests that a token's response is signed while its commit is in progress, and is sent only after the commit is
//! durable.

use crate::common::*;
use async_trait::async_trait;
use jiff::Timestamp;
use ruhui_core::api::card_member::ValidDateInformation;
use ruhui_core::api::rows;
use ruhui_core::sign::Scheme;
use ruhui_server::domain::Template;
use ruhui_server::store::{
    Batch, CommitError, Key, Kind, MemoryStore, Row, Sharing, Store, StoreError, Stored, Submitted,
};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// A store whose commits wait until the test lets them finish.
struct Slow {
    inner: Arc<MemoryStore>,
    on_the_way: AtomicUsize,
    gate: Arc<Semaphore>,
}

impl Slow {
    fn new() -> Arc<Self> {
        let (inner, gate) = (Arc::new(MemoryStore::new()), Arc::new(Semaphore::new(0)));
        Arc::new(Self { inner, on_the_way: AtomicUsize::new(0), gate })
    }

    /// Waits until the next commit has started. The response must not come meanwhile, nor for long after.
    async fn hold(&self, mut response: Pin<&mut impl Future<Output = Response>>) {
        let before = self.on_the_way.load(Ordering::SeqCst);
        let waiting = async {
            while self.on_the_way.load(Ordering::SeqCst) == before {
                tokio::task::yield_now().await;
            }
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            response = &mut response => panic!("answered before its commit: {}", response.text()),
            () = waiting => {}
        }
    }
}

#[async_trait]
impl Store for Slow {
    fn sharing(&self) -> Sharing {
        self.inner.sharing()
    }

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.inner.load(keys).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        self.inner.commit(batch).await
    }

    async fn submit(&self, batch: Batch) -> Submitted {
        self.on_the_way.fetch_add(1, Ordering::SeqCst);
        let (gate, inner) = (self.gate.clone(), self.inner.clone());
        Box::pin(async move {
            let (place, why) = ("the test's store".to_owned(), ("it was told to fail", "闸门已关闭").into());
            gate.acquire().await.map_err(|_| StoreError::Unavailable { place, why })?.forget();
            inner.commit(batch).await
        })
    }

    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        self.inner.scan(kind, prefix, after, limit).await
    }

    async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.inner.expire(now, limit).await
    }

    async fn export(&self) -> Result<Vec<Row>, StoreError> {
        self.inner.export().await
    }

    async fn replace(&self, rows: Vec<Row>) -> Result<(), StoreError> {
        self.inner.replace(rows).await
    }
}

#[tokio::test]
async fn a_response_waits_for_its_commit() {
    let store = Slow::new();
    let world = TestService::over(store.clone()).await;
    for draft in [world.founding(), world.current(), world.brand()] {
        let mut response = Box::pin(world.send(draft.sign()));
        store.hold(response.as_mut()).await;
        let there = world.tokens().await.len();
        store.gate.add_permits(1);
        assert_eq!(response.await.status, 200);
        assert_eq!(world.tokens().await.len(), there + 1);
    }
}

#[tokio::test]
async fn a_response_whose_commit_fails_is_thrown_away() {
    let store = Slow::new();
    let world = TestService::over(store.clone()).await;
    let mut response = Box::pin(world.send(world.founding().sign()));
    store.hold(response.as_mut()).await;
    store.gate.close();
    let response = response.await;
    response.signed_as(Scheme::Merchant);
    assert_eq!((response.status.as_u16(), response.json()["code"].as_str()), (500, Some("SYSTEM_ERROR")));
    assert!(response.json().get("token").is_none());
    assert!(world.tokens().await.is_empty());
}

/// The state that a decision is based on changes during its commit, so the handler decides again.
#[tokio::test]
async fn a_response_whose_commit_came_too_late_is_made_anew() {
    let store = Slow::new();
    let world = TestService::over(store.clone()).await;
    let mut response = Box::pin(world.send(world.current().sign()));
    store.hold(response.as_mut()).await;
    world.change::<Template>(CARD_ID, |it| it.card.benefits = "九折".parse().unwrap()).await;
    store.gate.add_permits(1);
    store.hold(response.as_mut()).await;
    assert!(world.tokens().await.is_empty());
    store.gate.add_permits(1);
    let response = response.await;
    let [token] = &world.tokens().await[..] else { panic!("one token") };
    assert_eq!(response.json()["token"], token.token.as_str());

    let mut response = Box::pin(world.send(world.current().sign()));
    store.hold(response.as_mut()).await;
    let over = ValidDateInformation::range(
        "2025-06-24T00:00:00+08:00".parse().unwrap(),
        "2026-06-24T00:00:00+08:00".parse().unwrap(),
    );
    world.change::<Template>(CARD_ID, |it| it.card.valid_date_information = over).await;
    store.gate.add_permits(1);
    response.await.answers(&rows::TEMPLATE_EXPIRED);
    assert_eq!(world.tokens().await.len(), 1);
}
