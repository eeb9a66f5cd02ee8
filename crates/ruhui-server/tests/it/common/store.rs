//! Wrappers of stores: one whose operations fail on demand, and one that reports that replicas share it.

use async_trait::async_trait;
use jiff::Timestamp;
use ruhui_server::store::{Batch, CommitError, Key, Kind, Row, Sharing, Store, StoreError, Stored};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// A store whose operations fail on demand.
pub(crate) struct Unreliable<S> {
    pub(crate) inner: S,
    sound_loads: AtomicU32,
    failing_loads: AtomicU32,
    hanging: AtomicBool,
    loads: AtomicU32,
    scanned: AtomicU32,
    failing_commits: AtomicU32,
    lost_answers: AtomicU32,
    meddler: Mutex<Option<Batch>>,
    commits: AtomicU32,
    applied: AtomicU32,
}

impl<S> Unreliable<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self {
            inner,
            sound_loads: AtomicU32::new(0),
            failing_loads: AtomicU32::new(0),
            hanging: AtomicBool::new(false),
            loads: AtomicU32::new(0),
            scanned: AtomicU32::new(0),
            failing_commits: AtomicU32::new(0),
            lost_answers: AtomicU32::new(0),
            meddler: Mutex::new(None),
            commits: AtomicU32::new(0),
            applied: AtomicU32::new(0),
        }
    }

    /// Makes the next loads fail.
    pub(crate) fn fail_loads(&self, number: u32) {
        self.failing_loads.store(number, Ordering::SeqCst);
    }

    /// Makes every load wait from now on, or lets all of them continue.
    pub(crate) fn hang(&self, hangs: bool) {
        self.hanging.store(hangs, Ordering::SeqCst);
    }

    /// Returns the number of loads that were begun since the last call of this function.
    pub(crate) fn loads(&self) -> u32 {
        self.loads.swap(0, Ordering::SeqCst)
    }

    /// Returns the number of records that scans have read since the last call of this function.
    pub(crate) fn scanned(&self) -> u32 {
        self.scanned.swap(0, Ordering::SeqCst)
    }

    /// Makes one load fail, after this number of successful ones.
    pub(crate) fn fail_load_after(&self, number: u32) {
        self.sound_loads.store(number, Ordering::SeqCst);
        self.fail_loads(1);
    }

    /// Makes the next commits fail without an effect.
    pub(crate) fn fail_commits(&self, number: u32) {
        self.failing_commits.store(number, Ordering::SeqCst);
    }

    /// Applies the next commits but returns an error, as when a store's server is lost before its response.
    pub(crate) fn lose_answers(&self, number: u32) {
        self.lost_answers.store(number, Ordering::SeqCst);
    }

    /// Lets all operations succeed from now on.
    pub(crate) fn heal(&self) {
        for counter in [&self.sound_loads, &self.failing_loads, &self.failing_commits, &self.lost_answers] {
            counter.store(0, Ordering::SeqCst);
        }
    }

    /// Commits this batch right before the next commit, as another service would.
    pub(crate) fn meddle(&self, batch: Batch) {
        *self.meddler.lock().unwrap() = Some(batch);
    }

    /// Returns the number of commits that were applied or rejected since the last call of this function.
    pub(crate) fn commits(&self) -> u32 {
        self.commits.swap(0, Ordering::SeqCst)
    }

    /// Returns the number of commits that were applied since the last call of this function.
    pub(crate) fn applied(&self) -> u32 {
        self.applied.swap(0, Ordering::SeqCst)
    }
}

fn take(counter: &AtomicU32) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

fn away() -> StoreError {
    StoreError::Unavailable {
        place: "the test's store".to_owned(),
        why: ("it was told to be", "按要求不可用").into(),
    }
}

#[async_trait]
impl<S: Store> Store for Unreliable<S> {
    fn sharing(&self) -> Sharing {
        self.inner.sharing()
    }

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        if self.hanging.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let fails = !take(&self.sound_loads) && take(&self.failing_loads);
        if fails { Err(away()) } else { self.inner.load(keys).await }
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        if take(&self.failing_commits) {
            return Err(away().into());
        }
        let meddler = self.meddler.lock().unwrap().take();
        if let Some(batch) = meddler {
            self.inner.commit(batch).await.unwrap();
        }
        self.commits.fetch_add(1, Ordering::SeqCst);
        let result = self.inner.commit(batch).await;
        self.applied.fetch_add(u32::from(result.is_ok()), Ordering::SeqCst);
        if take(&self.lost_answers) { Err(away().into()) } else { result }
    }

    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        let found = self.inner.scan(kind, prefix, after, limit).await?;
        self.scanned.fetch_add(found.len() as u32, Ordering::SeqCst);
        Ok(found)
    }

    async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.inner.expire(now, limit).await
    }

    async fn export(&self) -> Result<Vec<Row>, StoreError> {
        self.inner.export().await
    }

    async fn replace(&self, rows: Vec<Row>) -> Result<(), StoreError> {
        if take(&self.failing_commits) {
            return Err(away());
        }
        self.inner.replace(rows).await
    }
}

/// A store that reports that replicas share it, so that rate limits are counted in it.
pub(crate) struct Shared(pub(crate) Arc<dyn Store>);

#[async_trait]
impl Store for Shared {
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
        self.0.export().await
    }

    async fn replace(&self, rows: Vec<Row>) -> Result<(), StoreError> {
        self.0.replace(rows).await
    }
}
