//! A store whose operations yield to other tasks as often as a seed determines. Every seed gives another interleaving
//! of concurrent requests, the same in each run.

use async_trait::async_trait;
use jiff::Timestamp;
use ruhui_server::env::{Entropy as _, SeededEntropy};
use ruhui_server::store::{
    Batch, CommitError, Key, Kind, MemoryStore, Row, Sharing, Store, StoreError, Stored,
};
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) struct Interleaved {
    inner: MemoryStore,
    order: SeededEntropy,
    /// Number of commits that failed with a version conflict.
    late: AtomicU32,
}

impl Interleaved {
    pub(crate) fn new(seed: u64) -> Self {
        Self { inner: MemoryStore::new(), order: SeededEntropy::new(seed), late: AtomicU32::new(0) }
    }

    pub(crate) fn late(&self) -> u32 {
        self.late.load(Ordering::SeqCst)
    }

    async fn let_others_go(&self) {
        let mut byte = [0];
        self.order.fill(&mut byte);
        for _ in 0..byte[0] % 4 {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl Store for Interleaved {
    fn sharing(&self) -> Sharing {
        self.inner.sharing()
    }

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.let_others_go().await;
        let loaded = self.inner.load(keys).await;
        self.let_others_go().await;
        loaded
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        self.let_others_go().await;
        let result = self.inner.commit(batch).await;
        if matches!(result, Err(CommitError::Changed(_))) {
            self.late.fetch_add(1, Ordering::SeqCst);
        }
        result
    }

    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        self.let_others_go().await;
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
