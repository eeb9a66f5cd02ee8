//! The typed side of the store: which struct is kept under which kind.

use super::{CommitError, Key, Kind, Store, StoreError, Stored, Value, Write};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A struct that is kept in the store as JSON.
pub trait Record: Serialize + DeserializeOwned + Send + Sync {
    /// The kind it is kept under.
    const KIND: Kind;

    /// Its id within the kind.
    fn id(&self) -> String;

    /// When it may be forgotten; `None` for never.
    fn expires(&self) -> Option<Timestamp> {
        None
    }

    /// The key of the record with this id.
    fn key(id: &str) -> Key {
        Key { kind: Self::KIND, id: id.to_owned() }
    }
}

/// A record and the version it was read at; the write that follows names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded<T> {
    /// The record.
    pub record: T,
    /// Its version.
    pub version: i64,
}

impl<T: Record> Loaded<T> {
    /// Reads the record's JSON.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when the value is not what this release writes.
    pub fn read(stored: &Stored) -> Result<Self, StoreError> {
        let record = serde_json::from_str(&stored.value)
            .map_err(|error| StoreError::Corrupt { table: T::KIND.table(), why: error.to_string() })?;
        Ok(Self { record, version: stored.version })
    }

    /// A condition: the record is still as it was read.
    pub fn unchanged(&self) -> Write {
        Write::Expect { key: T::key(&self.record.id()), read: Some(self.version) }
    }
}

/// The write that creates `record`, or replaces the version that was read.
pub fn put<T: Record>(record: &T, read: Option<i64>) -> Write {
    Write::Put {
        key: T::key(&record.id()),
        read,
        value: Value(serde_json::to_string(record).expect("records are plain structs")),
        expires: record.expires(),
    }
}

/// Typed conveniences over any store.
#[async_trait::async_trait]
pub trait StoreExt: Store {
    /// One record.
    async fn read<T: Record>(&self, id: &str) -> Result<Option<Loaded<T>>, StoreError> {
        let stored = self.load(&[T::key(id)]).await?.pop().flatten();
        stored.as_ref().map(Loaded::read).transpose()
    }

    /// All records of a kind.
    async fn read_all<T: Record>(&self) -> Result<Vec<Loaded<T>>, StoreError> {
        self.scan(T::KIND).await?.iter().map(|(_, stored)| Loaded::read(stored)).collect()
    }

    /// Does a `Put` whatever is there, or nothing if the same value is.
    async fn overwrite(&self, write: Write) -> Result<(), StoreError> {
        let Write::Put { key, value, expires, .. } = write else { return Ok(()) };
        loop {
            let current = self.load(std::slice::from_ref(&key)).await?.pop().flatten();
            if current.as_ref().is_some_and(|stored| stored.value == value.0) {
                return Ok(());
            }
            let read = current.map(|stored| stored.version);
            let write = Write::Put { key: key.clone(), read, value: value.clone(), expires };
            match self.commit(vec![write]).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Changed(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
    }

    /// Removes a record if it is there.
    async fn remove(&self, key: Key) -> Result<(), StoreError> {
        loop {
            let Some(stored) = self.load(std::slice::from_ref(&key)).await?.pop().flatten() else {
                return Ok(());
            };
            match self.commit(vec![Write::Delete { key: key.clone(), read: stored.version }]).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Changed(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
    }
}

impl<S: Store + ?Sized> StoreExt for S {}
