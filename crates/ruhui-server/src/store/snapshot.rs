//! Snapshot of the records that a decision is based on, and the conditional batch that follows from it
//! (optimistic concurrency).

use super::records::{decode, put};
use super::{Batch, Key, Loaded, Record, Store, StoreError, Stored, Write};
use std::collections::BTreeMap;

/// Records as they were at one moment, including those that did not exist.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    seen: BTreeMap<Key, Option<Stored>>,
}

impl Snapshot {
    /// Loads the records with these keys.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub(crate) async fn of(store: &dyn Store, keys: &[Key]) -> Result<Self, StoreError> {
        let stored = store.load(keys).await?;
        Ok(Self { seen: keys.iter().cloned().zip(stored).collect() })
    }

    /// Returns the record with this id, as it was loaded.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when the value does not have the format that this release writes.
    pub(crate) fn record<T: Record>(&self, id: &str) -> Result<Option<T>, StoreError> {
        self.seen.get(&T::key(id)).and_then(Option::as_ref).map(|stored| decode(id, stored)).transpose()
    }

    /// Whether the record existed.
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.seen.get(key).is_some_and(Option::is_some)
    }

    /// Returns the write that puts `record` in place of the version that was loaded, or creates it. JSON
    /// fields of the loaded record that this release does not know are kept.
    pub(crate) fn put<T: Record>(&self, record: &T) -> Write {
        let id = record.id();
        let seen = self.seen.get(&T::key(&id)).cloned().flatten();
        match seen.and_then(|stored| Loaded::read(&id, stored).ok()) {
            Some(loaded) => loaded.replace(record),
            // The record did not exist, or cannot be decoded. The caller that read such a record got the
            // error already.
            None => put(record, self.version(&T::key(&id))),
        }
    }

    /// Returns a batch of these writes, on the condition that every loaded record still has its version.
    pub(crate) fn batch(&self, writes: impl IntoIterator<Item = Write>) -> Batch {
        let mut batch: Batch = writes.into_iter().collect();
        let conditions =
            self.seen.keys().filter(|key| !batch.iter().any(|write| write.condition().0 == *key));
        let conditions: Vec<Write> =
            conditions.map(|key| Write::Expect { key: key.clone(), read: self.version(key) }).collect();
        batch.extend(conditions);
        batch
    }

    fn version(&self, key: &Key) -> Option<i64> {
        self.seen.get(key)?.as_ref().map(|stored| stored.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Claim;
    use crate::store::{CommitError, MemoryStore};

    fn claim(name: &str) -> Claim {
        Claim::user_card_code(&"card".parse().unwrap(), name)
    }

    #[tokio::test]
    async fn a_batch_rests_on_everything_that_was_seen() {
        let store = MemoryStore::new();
        let [there, absent, new] = ["there", "absent", "new"].map(claim);
        let keys = [&there, &absent, &new].map(|claim| Claim::key(&claim.id()));
        store.commit(vec![put(&there, None)]).await.unwrap();
        let snapshot = Snapshot::of(&store, &keys).await.unwrap();
        assert_eq!(keys.each_ref().map(|key| snapshot.has(key)), [true, false, false]);
        assert_eq!(snapshot.record::<Claim>(&there.id()).unwrap(), Some(there.clone()));
        assert_eq!(snapshot.record::<Claim>(&absent.id()).unwrap(), None);

        for meddled in [&there, &absent, &new] {
            let seen = Snapshot::of(&store, &keys).await.unwrap();
            store.commit(vec![seen.put(meddled)]).await.unwrap();
            let result = store.commit(seen.batch([seen.put(&new)])).await;
            assert!(matches!(result, Err(CommitError::Changed(key)) if key == Claim::key(&meddled.id())));
            let now = Snapshot::of(&store, &keys).await.unwrap();
            let undo = now.seen.iter().filter(|(key, _)| **key != keys[0]);
            let undo = undo.filter_map(|(key, stored)| {
                stored.as_ref().map(|stored| Write::Delete { key: key.clone(), read: stored.version })
            });
            store.commit(undo.collect()).await.unwrap();
        }
        let seen = Snapshot::of(&store, &keys).await.unwrap();
        store.commit(seen.batch([seen.put(&new)])).await.unwrap();
        assert!(store.load(&keys[2..]).await.unwrap()[0].is_some());
    }
}
