//! Where state lives: a narrow contract that every backend keeps.
//!
//! # Contract
//!
//! A store holds records: a key (kind and id), a version, a JSON value and perhaps a time after which it may
//! be forgotten. It offers four operations and no more, one of them also in two steps; rules live in `domain`, types
//! in `records`.
//!
//! - [`Store::load`] reads any number of records as they were at one moment.
//! - [`Store::commit`] applies a batch, all or nothing. Each write names the version that the decision was
//!   based on; if any of them has changed, nothing is written and [`CommitError::Changed`] names the record.
//!   When it returns, the batch is durable. [`Store::submit`] returns before, when the batch is on its way.
//! - [`Store::scan`] reads records of a kind whose ids begin alike, a page at a time, in the bytewise order of
//!   their ids.
//! - [`Store::expire`] forgets records whose time is over.
//!
//! `conformance` has the tests that every backend passes.

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
pub use place::{Place, PlaceError};
pub use postgres::PostgresStore;
pub use records::{Loaded, Record, StoreExt};
pub(crate) use snapshot::Snapshot;
pub use sqlite::{Copied, CopyError, ExistingFile, Restored, SqliteStore, back_up, restore};

use async_trait::async_trait;
use jiff::Timestamp;
use std::fmt;
use std::pin::Pin;

/// The name of one record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What kind of record.
    pub kind: Kind,
    /// Which one.
    pub id: String,
}

/// Ids of users and tokens are secrets; no id is printed.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.kind.table())
    }
}

/// A record as it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// 1 for a new record, one more for each change.
    pub version: i64,
    /// JSON.
    pub value: String,
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stored(version {}, {} bytes)", self.version, self.value.len())
    }
}

/// One step of a batch. `read` is the version that was read; `None` says that there was no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Creates or replaces a record.
    Put {
        /// Which record.
        key: Key,
        /// The version read.
        read: Option<i64>,
        /// The new value, JSON.
        value: Value,
        /// When it may be forgotten.
        expires: Option<Timestamp>,
    },
    /// Removes a record.
    Delete {
        /// Which record.
        key: Key,
        /// The version read.
        read: i64,
    },
    /// Changes nothing, but the batch fails if the record has changed.
    Expect {
        /// Which record.
        key: Key,
        /// The version read.
        read: Option<i64>,
    },
}

impl Write {
    /// Whether it writes anything, rather than only expecting.
    pub fn changes(&self) -> bool {
        !matches!(self, Self::Expect { .. })
    }

    /// The record, and the version that it must still have.
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

/// Writes that belong together.
pub type Batch = Vec<Write>;

/// A batch on its way: ends when it is durable, or not applied.
pub type Submitted = Pin<Box<dyn Future<Output = Result<(), CommitError>> + Send>>;

/// The processes whose requests meet in one store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Replicas of the service use it together, so a limit holds for all of them.
    Replicas,
    /// One process serves its requests. A backend may admit a second process, as during a restart, without promising
    /// that the two count together.
    OneProcess,
}

/// The contract; see the module's text.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// The processes that this store is made for. It has no default, so every backend has to decide.
    fn sharing(&self) -> Sharing;

    /// The records of these keys, in the same order, as they were at one moment.
    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError>;

    /// Applies a batch, all or nothing, and returns when it is durable.
    async fn commit(&self, batch: Batch) -> Result<(), CommitError>;

    /// [`commit`](Self::commit) in two steps: returns when the batch is on its way, so that its caller can work while
    /// the disk does; what it returns ends when the batch is durable. The batch goes on its way whether or not that is
    /// waited for.
    async fn submit(&self, batch: Batch) -> Submitted {
        let done = self.commit(batch).await;
        Box::pin(std::future::ready(done))
    }

    /// The first `limit` records of a kind whose ids begin with `prefix` and sort after `after`, in the order
    /// of their ids, bytewise. No id is empty, so an empty `after` skips nothing.
    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError>;

    /// Forgets up to `limit` records whose time is over at `now`; tells how many.
    async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError>;
}
