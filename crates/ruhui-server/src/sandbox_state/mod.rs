//! A sandbox's whole state: put back to the beginning (reset), kept under a name (snapshot), and put back to a
//! snapshot (restore).
//!
//! Both ways back build the new content in memory, as a start would find it, then replace the store's content in one
//! transaction behind the gate (`state_gate`). The keys and the kit stay as they are, and so does the store's
//! token secret, which belongs to the process.

mod change;
mod error;
mod file;
mod folder;
mod name;
mod snapshots;

pub(crate) use change::{Changed, Restored, RunningSandbox, delete, keep, list, reset, restore};
pub(crate) use error::StateError;
pub(crate) use file::{Header, Kept};
pub use folder::SandboxFolder;
pub(crate) use name::SnapshotName;

use crate::reload::InvalidConfig;
use crate::store::{Kind, Row, Store, StoreError};
use async_trait::async_trait;
use std::collections::BTreeMap;

/// The source of the records that a sandbox has from the beginning: its `ruhui.toml`.
#[async_trait]
pub trait Provisioning: Send + Sync {
    /// Reads the source as it is now, and brings `store` in line with it, as a start does.
    ///
    /// # Errors
    ///
    /// [`ProvisioningError`]: the source has a mistake, or the store fails.
    async fn apply(&self, store: &dyn Store) -> Result<(), ProvisioningError>;
}

/// The reason why a store was not provisioned.
#[derive(Debug, Clone)]
#[allow(clippy::exhaustive_enums, reason = "one or the other")]
pub enum ProvisioningError {
    /// The source has a mistake.
    Invalid(Box<InvalidConfig>),
    /// The store failed.
    Store(StoreError),
}

/// Numbers of records by kind. The service's internal records are not counted.
pub(crate) type Counts = BTreeMap<String, usize>;

fn counts(rows: &[Row]) -> Counts {
    let shown = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Internal);
    let mut counts: Counts = shown.map(|kind| (kind.table().to_owned(), 0)).collect();
    for row in rows {
        if let Some(count) = counts.get_mut(row.key.kind.table()) {
            *count += 1;
        }
    }
    counts
}
