//! File lock of a store: any number of services share it, or one restore holds it alone.
//!
//! The lock is on a separate file next to the store. A lock on the store's own file would not work: a restore
//! renames another file to that name, and a process that had waited for the old file would continue with it.
//! The system releases the lock when the process ends for any reason.

use super::report::rejected;
use crate::store::StoreError;
use ruhui_core::bilingual::{Bilingual, OsError};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A held lock on a store, released on drop.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the shared lock, which several services may hold together.
    pub(super) fn shared(store: &Path) -> Result<Self, StoreError> {
        let place = || store.display().to_string();
        let file = file(store).map_err(|error| rejected(store, &error))?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { place: place() }),
            Err(TryLockError::Error(error)) => {
                let error = OsError::from(&error);
                let why =
                    Bilingual::new(format!("it cannot be locked: {error}"), format!("无法加锁：{error:#}"));
                Err(StoreError::Unavailable { place: place(), why })
            }
        }
    }

    /// Takes the exclusive lock; `None` while the store is in use.
    pub(super) fn exclusive(store: &Path) -> io::Result<Option<Self>> {
        let file = file(store)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Unlocks explicitly: a child process that is just being started shares the open file for a moment, so
/// closing it here would not release the lock.
impl Drop for Lock {
    fn drop(&mut self) {
        // If the unlock fails, closing the file is all that remains.
        let _ = self.file.unlock();
    }
}

/// Path of the lock file. The file is never removed: removing it would let two processes in that lock
/// different files.
pub(super) fn lock_of(store: &Path) -> PathBuf {
    with_suffix(store, "-lock")
}

/// Appends `suffix` to the store's path: a file next to the store.
pub(super) fn with_suffix(store: &Path, suffix: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn file(store: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(lock_of(store))
}
