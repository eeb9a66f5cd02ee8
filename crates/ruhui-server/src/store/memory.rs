//! The in-memory store, for tests: the contract over a sorted map.

use super::{Batch, CommitError, Key, Kind, Row, Sharing, Store, StoreError, Stored, Value, Write};
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An in-memory store, whose records are lost when it is dropped.
#[derive(Debug)]
pub struct MemoryStore {
    records: Mutex<Records>,
    sharing: Sharing,
}

type Records = BTreeMap<Key, (Stored, Option<Timestamp>)>;

impl MemoryStore {
    /// Returns an empty store for one service.
    pub fn new() -> Self {
        Self { records: Mutex::default(), sharing: Sharing::OneProcess }
    }

    /// Returns an empty store that several services in this process share: a limit holds for all of them, as
    /// for replicas over one database.
    pub fn shared() -> Self {
        Self { sharing: Sharing::Replicas, ..Self::new() }
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn sharing(&self) -> Sharing {
        self.sharing
    }

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        let records = self.records();
        Ok(keys.iter().map(|key| records.get(key).map(|(stored, _)| stored.clone())).collect())
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        let mut records = self.records();
        for write in &batch {
            let (key, read) = write.condition();
            if records.get(key).map(|(stored, _)| stored.version) != read {
                return Err(CommitError::Changed(key.clone()));
            }
        }
        for write in batch {
            match write {
                Write::Put { key, read, value, expires } => {
                    let stored = Stored { version: read.unwrap_or(0) + 1, value: value.0 };
                    records.insert(key, (stored, expires));
                }
                Write::Delete { key, .. } => {
                    records.remove(&key);
                }
                Write::Expect { .. } => {}
            }
        }
        Ok(())
    }

    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        let key = |id: &str| Key { kind, id: id.to_owned() };
        let from = if after < prefix { Bound::Included(key(prefix)) } else { Bound::Excluded(key(after)) };
        let records = self.records();
        let found = records
            .range((from, Bound::Unbounded))
            .take_while(|(key, _)| key.kind == kind && key.id.starts_with(prefix))
            .take(limit);
        Ok(found.map(|(key, (stored, _))| (key.id.clone(), stored.clone())).collect())
    }

    async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let mut records = self.records();
        let over: Vec<Key> = records
            .iter()
            .filter(|(key, _)| Kind::EXPIRING.contains(&key.kind))
            .filter(|(_, (_, expires))| expires.is_some_and(|at| at <= now))
            .map(|(key, _)| key.clone())
            .take(limit)
            .collect();
        for key in &over {
            records.remove(key);
        }
        Ok(over.len())
    }

    async fn export(&self) -> Result<Vec<Row>, StoreError> {
        let row = |(key, (stored, expires)): (&Key, &(Stored, Option<Timestamp>))| Row {
            key: key.clone(),
            version: stored.version,
            // As the backends on disk store it.
            expires: key.kind.expiry(*expires).and_then(|at| Timestamp::from_millisecond(at).ok()),
            value: Value(stored.value.clone()),
        };
        Ok(self.records().iter().map(row).collect())
    }

    async fn replace(&self, rows: Vec<Row>) -> Result<(), StoreError> {
        Row::check_distinct(&rows)?;
        let record = |row: Row| (row.key, (Stored { version: row.version, value: row.value.0 }, row.expires));
        *self.records() = rows.into_iter().map(record).collect();
        Ok(())
    }
}
