//! Restore: replaces a store by a backup, so that a crash leaves the old or the new store whole.
//!
//! A store has two files, the database and its log, and no system replaces two files at once. So the old
//! store's log is first checkpointed into its file, under an exclusive lock. From then on the file alone is
//! the old store, and one `rename` replaces it by the new one. No part of the old log may remain next to the
//! new file: SQLite would replay it.

use super::connect::{open_to_read, real};
use super::copy::{Copied, Draft, ExistingFile, check_in_full, exists, is_same, sync_folder};
use super::copy_error::CopyError;
use super::damage::decide;
use super::lock::{Lock, lock_of, with_suffix};
use super::recover_wal::{is_in_use, open_exclusive, settle};
use super::report::{failed, said};
use super::schema;
use crate::env::Entropy;
use crate::store::StoreError;
use ruhui_core::bilingual::Bilingual;
use rusqlite::Connection;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Result of a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Size of the backup.
    pub copied: Copied,
    /// Path under which the replaced store is kept, if a store existed.
    pub before: Option<PathBuf>,
}

/// Replaces the embedded store `store` by a copy of the file `from`. The backup is checked first, is read
/// together with its log if it has one, and is not changed. When this returns, the store is on disk. A crash
/// at any moment leaves the whole old store or the whole new one.
///
/// The old store is kept as `.before-restore` next to the new one. With [`ExistingFile::Replace`] an earlier
/// file of that name is overwritten, and a store that cannot be read any more, or belongs to another program,
/// is replaced too.
///
/// # Errors
///
/// [`CopyError`]; the contents of the store are then unchanged.
pub fn restore(
    from: &Path,
    store: &Path,
    existing: ExistingFile,
    entropy: &dyn Entropy,
) -> Result<Restored, CopyError> {
    let (from, store) = (real(from), real(store));
    if !from.is_file() {
        return Err(CopyError::Missing { file: from });
    }
    if is_same(&from, &store) {
        return Err(CopyError::Same { file: store });
    }
    let lock = Lock::exclusive(&store).map_err(|error| CopyError::file(&lock_of(&store), error))?;
    let Some(_lock) = lock else { return Err(CopyError::InUse { store }) };
    let before = with_suffix(&store, ".before-restore");
    let replaces = exists(&store);
    if replaces && exists(&before) && existing == ExistingFile::Keep {
        return Err(CopyError::Kept { before });
    }
    check(&from).map_err(of_backup)?;
    // Held to the end, so that no other program can begin to use the old file.
    let held = if replaces { take(&store, existing)? } else { None };
    let draft = Draft::copy(&from, &store, entropy).map_err(of_backup)?;
    let in_the_way = |error| CopyError::file(&store, error);
    hand_over(&draft, &store).map_err(in_the_way)?;
    if replaces {
        keep(&store, &before).map_err(in_the_way)?;
    }
    let logs = if held.is_some() { Logs::Spent } else { Logs::Unread };
    clear(&store, logs, &before).map_err(in_the_way)?;
    let copied = draft.put(&store)?;
    Ok(Restored { copied, before: replaces.then_some(before) })
}

/// Reports damage as damage of the backup: the operator needs another backup, not a restore.
fn of_backup(error: CopyError) -> CopyError {
    match error {
        CopyError::Store(StoreError::Damaged { place, why }) => {
            CopyError::Unsound { file: place.into(), why }
        }
        error => error,
    }
}

/// Checks a backup before anything is changed.
fn check(from: &Path) -> Result<(), CopyError> {
    let log = with_suffix(from, "-wal");
    let has_log = fs::metadata(&log).is_ok_and(|log| log.len() > 0);
    if has_log && !is_logged(from).map_err(|error| CopyError::file(from, error))? {
        return Err(CopyError::StrayLog { file: from.to_owned(), log });
    }
    let backup = open_to_read(from)?;
    schema::check(&backup, from).map_err(|error| decide(error, from))?;
    check_in_full(&backup, from)
}

/// Whether a file's header says that it uses a log. SQLite would replay any log next to the file.
fn is_logged(file: &Path) -> io::Result<bool> {
    let mut header = Vec::new();
    File::open(file)?.take(20).read_to_end(&mut header)?;
    Ok(header.get(18..20) == Some(&[2, 2]))
}

/// Checkpoints the old store's log into its file, and locks the file for as long as the returned connection
/// lives. `None` if the store cannot be read and `existing` allows to replace it.
fn take(store: &Path, existing: ExistingFile) -> Result<Option<Connection>, CopyError> {
    match settle_and_hold(store) {
        Ok(held) => Ok(Some(held)),
        Err(CopyError::Unusable { .. }) if existing == ExistingFile::Replace => Ok(None),
        Err(error) => Err(error),
    }
}

fn settle_and_hold(store: &Path) -> Result<Connection, CopyError> {
    let unsettled = |why: Bilingual| CopyError::Unusable { store: store.to_owned(), why };
    // Only a store with unusable contents is given up: a store whose disk failed may be whole, and so may its
    // log.
    let given_up = |error: StoreError| match decide(error, store) {
        StoreError::Foreign { why, .. } | StoreError::Damaged { why, .. } => Err(unsettled(why)),
        error @ (StoreError::Disk { .. }
        | StoreError::Full { .. }
        | StoreError::ReadOnly { .. }
        | StoreError::Unreadable { .. }) => Err(error.into()),
        _ => Ok(()),
    };
    // A store of a newer release may be replaced by a backup of this release.
    settle(store).or_else(given_up)?;
    let held = hold(store).or_else(|error| {
        if is_in_use(&error) {
            return Err(CopyError::InUse { store: store.to_owned() });
        }
        given_up(failed(store, &error))?;
        Err(unsettled(said(&error)))
    })?;
    schema::check(&held, store).map(|_| ()).or_else(given_up)?;
    Ok(held)
}

fn hold(store: &Path) -> rusqlite::Result<Connection> {
    let connection = open_exclusive(store)?;
    // Leaving WAL mode checkpoints the log into the file, syncs it and removes the log.
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    Ok(connection)
}

/// Gives the new file the old file's owner: a restore by root must not lock the service out.
#[cfg(unix)]
fn hand_over(draft: &Draft, store: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, chown};

    let mine = fs::metadata(draft.path())?;
    let owner = match fs::metadata(store) {
        Ok(old) => old,
        Err(_) if mine.uid() == 0 => fs::metadata(store.parent().unwrap_or_else(|| Path::new("/")))?,
        Err(_) => return Ok(()),
    };
    if (owner.uid(), owner.gid()) != (mine.uid(), mine.gid()) {
        for path in [draft.path(), &lock_of(store)] {
            chown(path, Some(owner.uid()), Some(owner.gid()))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn hand_over(_: &Draft, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Gives the old file a second name, and keeps its first one.
fn keep(store: &Path, before: &Path) -> io::Result<()> {
    match fs::remove_file(before) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // Not every file system supports hard links.
    if fs::hard_link(store, before).is_err() {
        fs::copy(store, before)?;
        File::options().write(true).open(before)?.sync_all()?;
    }
    sync_folder(before)
}

/// State of the log files next to the old file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Logs {
    /// The contents of the logs are in the database file.
    Spent,
    /// The logs were not read: the database file is unreadable or missing.
    Unread,
}

/// Removes the logs that SQLite would replay into the new file. Logs that were not read are kept as
/// `.before-restore` too.
fn clear(store: &Path, logs: Logs, before: &Path) -> io::Result<()> {
    for suffix in ["-wal", "-journal", "-shm"] {
        let old = with_suffix(store, suffix);
        match fs::metadata(&old) {
            Ok(log) if logs == Logs::Unread && log.len() > 0 && suffix != "-shm" => {
                fs::rename(&old, with_suffix(before, suffix))?;
            }
            Ok(_) => fs::remove_file(&old)?,
            Err(_) => {}
        }
    }
    sync_folder(store)
}
