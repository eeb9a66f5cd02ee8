//! The place of a sandbox's snapshots: its folder, or memory if it has no folder.

use super::file::{self, Header, Kept};
use super::{SnapshotName, StateError};
use crate::store::Row;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The snapshots of a sandbox.
#[derive(Clone)]
pub(super) enum Snapshots {
    /// Files in this folder.
    Folder(PathBuf),
    /// The bytes of such files, by name.
    Memory(Arc<Mutex<BTreeMap<String, Vec<u8>>>>),
}

impl Snapshots {
    /// Whether a snapshot has this name.
    pub(super) fn contains(&self, name: &SnapshotName) -> bool {
        match self {
            Self::Folder(folder) => file::path(folder, name).exists(),
            Self::Memory(kept) => locked(kept).contains_key(name.as_str()),
        }
    }

    /// Writes a snapshot, and returns its size in bytes.
    pub(super) fn write(&self, name: &SnapshotName, header: Header, rows: &[Row]) -> Result<u64, StateError> {
        let bytes = file::encode(header, rows);
        let size = bytes.len() as u64;
        match self {
            Self::Folder(folder) => file::write(folder, name, &bytes)?,
            Self::Memory(kept) => drop(locked(kept).insert(name.as_str().to_owned(), bytes)),
        }
        Ok(size)
    }

    /// Reads a snapshot, and checks that it is as it was written and that this release can read each record.
    pub(super) fn read(&self, name: &SnapshotName) -> Result<(Header, Vec<Row>), StateError> {
        match self {
            Self::Folder(folder) => file::read(folder, name),
            Self::Memory(kept) => {
                let kept = locked(kept);
                let bytes = kept.get(name.as_str()).ok_or_else(|| missing(name, &kept))?;
                file::decode(Path::new(name.as_str()), bytes)
            }
        }
    }

    /// Lists the snapshots by name.
    pub(super) fn list(&self) -> Result<Vec<Kept>, StateError> {
        match self {
            Self::Folder(folder) => file::list(folder),
            Self::Memory(kept) => {
                let kept = locked(kept);
                Ok(kept.iter().map(|(name, bytes)| file::kept(name, Path::new(name), bytes)).collect())
            }
        }
    }

    /// Deletes a snapshot.
    pub(super) fn delete(&self, name: &SnapshotName) -> Result<(), StateError> {
        match self {
            Self::Folder(folder) => file::delete(folder, name),
            Self::Memory(kept) => {
                let mut kept = locked(kept);
                match kept.remove(name.as_str()) {
                    Some(_) => Ok(()),
                    None => Err(missing(name, &kept)),
                }
            }
        }
    }
}

type Memory = BTreeMap<String, Vec<u8>>;

fn locked(kept: &Mutex<Memory>) -> MutexGuard<'_, Memory> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn missing(name: &SnapshotName, kept: &Memory) -> StateError {
    StateError::Missing { name: name.clone(), known: kept.keys().cloned().collect() }
}

impl std::fmt::Debug for Snapshots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Memory(kept) => write!(f, "{} in memory", locked(kept).len()),
        }
    }
}
