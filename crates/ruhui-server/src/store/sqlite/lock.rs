//! Who may use the file: any number of services together, or one restore alone.
//!
//! The lock is on a file beside it. One on the store's own file would not do: a restore puts another file under its
//! name, and whoever had waited for the old one would go on with that. The system releases it when a process ends,
//! however it ends.

use super::report::rejected;
use crate::store::StoreError;
use ruhui_core::bilingual::{Bilingual, OsError};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Held for as long as the store is used.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Together with other services.
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

    /// Alone; `None` while anybody uses the store.
    pub(super) fn exclusive(store: &Path) -> io::Result<Option<Self>> {
        let file = file(store)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// A process that this one is just starting has the same file open for a moment, and closing it here would not be enough.
impl Drop for Lock {
    fn drop(&mut self) {
        // If it fails, closing it is all that is left.
        let _ = self.file.unlock();
    }
}

/// The file that is locked. It stays: whoever removed it would let two in that do not see each other.
pub(super) fn lock_of(store: &Path) -> PathBuf {
    beside(store, "-lock")
}

/// The store's name with something behind it.
pub(super) fn beside(store: &Path, suffix: &str) -> PathBuf {
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
