//! The store: one narrow storage contract with optimistic concurrency, which every backend implements.
//!
//! # Contract
//!
//! A store holds records. A record has a key (kind and id), a version, a JSON value and, for some kinds, an
//! expiry. A store offers four operations for requests, of which the commit also exists in two steps, and two
//! for its whole content. The rules of the service are in `domain`, the types of records in `records`.
//!
//! - [`Store::load`] reads any number of records as they were at one moment.
//! - [`Store::commit`] applies a batch of writes, all or nothing. Each write names the version that was read
//!   before the decision. If a record has another version by then, nothing is written and
//!   [`CommitError::Changed`] names the record: a version conflict. When the commit returns, the batch is
//!   durable. [`Store::submit`] returns earlier, as soon as the batch is queued.
//! - [`Store::scan`] reads records of a kind whose ids share a prefix, one page after the other, in the
//!   bytewise order of their ids.
//! - [`Store::expire`] deletes records whose retention has ended.
//! - [`Store::export`] reads all records as they were at one moment.
//! - [`Store::replace`] replaces the whole content, all or nothing. A sandbox goes back to a state with it.
//!
//! `conformance` has the tests that every backend passes. `group` has the group commit, which the durable
//! backends share.

pub mod conformance;
mod error;
mod group;
mod kind;
mod memory;
mod place;
pub mod postgres;
pub mod records;
mod schema;
mod snapshot;
mod sqlite;
mod unknown;

pub use error::{CommitError, RowId, StoreError};
pub use kind::Kind;
pub use memory::MemoryStore;
pub use place::{StoreLocation, StoreLocationError};
pub use postgres::PostgresStore;
pub use records::{Loaded, Record, StoreExt};
pub(crate) use snapshot::Snapshot;
pub use sqlite::{Copied, CopyError, ExistingFile, Restored, SqliteStore, back_up, restore};

use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fmt;
use std::pin::Pin;

/// Key of one record: its kind, and its id within the kind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Kind of the record.
    pub kind: Kind,
    /// Id of the record, unique within its kind.
    pub id: String,
}

/// Prints the kind and never the id: ids of users and tokens are secrets.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.kind.table())
    }
}

/// A record as it was read: its version and its JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// Version of the record: 1 when it is created, and one more after each change.
    pub version: i64,
    /// Value of the record, as JSON.
    pub value: String,
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stored(version {}, {} bytes)", self.version, self.value.len())
    }
}

/// A whole record, as an export reads it and a replacement writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a record has no other parts")]
pub struct Row {
    /// Key of the record.
    pub key: Key,
    /// Version of the record.
    pub version: i64,
    /// Expiry in whole milliseconds; `None` for records that are kept, and for all records of kinds that do not
    /// expire.
    pub expires: Option<Timestamp>,
    /// Value of the record, as JSON.
    pub value: Value,
}

impl Row {
    /// Rejects rows of which two have the same key.
    fn check_distinct(rows: &[Self]) -> Result<(), StoreError> {
        let mut keys = BTreeSet::new();
        match rows.iter().find(|row| !keys.insert(&row.key)) {
            None => Ok(()),
            Some(Self { key: Key { kind, id }, .. }) => Err(StoreError::Corrupt {
                kind: *kind,
                id: RowId::of(*kind, id),
                why: ("two records have this key", "有两条记录使用该键").into(),
            }),
        }
    }
}

/// One write, or one condition, of a batch. `read` is the version that was read before the decision
/// (optimistic concurrency); `None` means that the record did not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Creates or replaces a record.
    Put {
        /// Record to write.
        key: Key,
        /// Version that was read; `None` if the record did not exist.
        read: Option<i64>,
        /// New value, as JSON.
        value: Value,
        /// Expiry: the time from which [`Store::expire`] may delete the record.
        expires: Option<Timestamp>,
    },
    /// Removes a record.
    Delete {
        /// Record to remove.
        key: Key,
        /// Version that was read.
        read: i64,
    },
    /// Changes nothing. The batch fails with a version conflict if the record has another version.
    Expect {
        /// Record to check.
        key: Key,
        /// Version that was read; `None` if the record did not exist.
        read: Option<i64>,
    },
}

impl Write {
    /// Whether this write changes a record, rather than only checking its version.
    pub fn changes(&self) -> bool {
        !matches!(self, Self::Expect { .. })
    }

    /// Returns the record's key, and the version that the record must still have.
    pub fn condition(&self) -> (&Key, Option<i64>) {
        match self {
            Self::Put { key, read, .. } | Self::Expect { key, read } => (key, *read),
            Self::Delete { key, read } => (key, Some(*read)),
        }
    }
}

/// A JSON value whose `Debug` hides it: it may hold an openid or a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Value(pub String);

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({} bytes)", self.0.len())
    }
}

/// Writes that are applied together, all or nothing.
pub type Batch = Vec<Write>;

/// Result of a submitted batch: completes when the batch is durable, or was not applied.
pub type Submitted = Pin<Box<dyn Future<Output = Result<(), CommitError>> + Send>>;

/// Whether one process or several replicas use a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Replicas of the service share the store, so a limit holds for all of them together.
    Replicas,
    /// One process serves requests from the store. A backend may admit a second process, as during a restart,
    /// without a promise that the two count together.
    OneProcess,
}

/// Contract of a storage backend; the module's documentation explains it.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Returns which processes may share this store. The method has no default, so every backend has to
    /// decide.
    fn sharing(&self) -> Sharing;

    /// Loads the records with these keys, in the same order, as they were at one moment.
    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError>;

    /// Applies a batch, all or nothing, and returns when it is durable.
    async fn commit(&self, batch: Batch) -> Result<(), CommitError>;

    /// Submits a batch and returns as soon as it is queued; the returned future completes when the batch is
    /// durable. The caller can work while the disk syncs. The batch is applied even if the future is dropped.
    async fn submit(&self, batch: Batch) -> Submitted {
        let done = self.commit(batch).await;
        Box::pin(std::future::ready(done))
    }

    /// Reads the first `limit` records of a kind whose ids begin with `prefix` and sort after `after`, in the
    /// bytewise order of their ids. No id is empty, so an empty `after` skips nothing.
    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError>;

    /// Deletes up to `limit` records that have expired at `now`, and returns how many.
    async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError>;

    /// Reads all records as they were at one moment, in the order of their keys.
    ///
    /// A backend that cannot do this returns [`StoreError::NotSupported`].
    async fn export(&self) -> Result<Vec<Row>, StoreError>;

    /// Replaces the store's whole content by `rows`, in one transaction: all or nothing. Versions and expiries are
    /// stored as given. Keys occur once. Batches that were submitted earlier are applied before.
    ///
    /// Versions may go back, so a decision that rests on a record read before must not be committed afterwards:
    /// the caller keeps such decisions out.
    ///
    /// A backend that cannot do this returns [`StoreError::NotSupported`].
    async fn replace(&self, rows: Vec<Row>) -> Result<(), StoreError>;
}
