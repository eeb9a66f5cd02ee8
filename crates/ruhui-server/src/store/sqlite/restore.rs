//! A backup in the place of a store.
//!
//! The store's file and its log are two files, and no system replaces two at once. So the old store's log is first put
//! into its file, while nobody else can use it; from then on the file alone is the old store, and one `rename` makes the
//! new one of it. A crash leaves one or the other. Nothing of the old log may stay beside the new file: SQLite would
//! replay it.

use super::connect::{open_to_read, real};
use super::copy::{Copied, Draft, ExistingFile, is_same, is_there, look_through, sync_folder};
use super::copy_error::CopyError;
use super::damage::decide;
use super::lock::{Lock, beside, lock_of};
use super::recover_wal::{alone, is_in_use, settle};
use super::report::{failed, said};
use super::schema;
use crate::env::Entropy;
use crate::store::StoreError;
use ruhui_core::bilingual::Bilingual;
use rusqlite::Connection;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// What a restore has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What was in the backup.
    pub copied: Copied,
    /// Where the store is that was replaced, if there was one.
    pub before: Option<PathBuf>,
}

/// Puts a copy of the file `from` in the place of the embedded store `store`. The backup is looked through first, and
/// read with its log, if it has one; it stays as it is. When this returns, the store is on disk. A crash at any moment
/// leaves the old store or the new one, whole.
///
/// What was there is kept under the same name and `.before-restore`. With [`ExistingFile::MakesWay`] an earlier one of that
/// name is overwritten, and a store that cannot be read any more, or is none of ours, is replaced too.
///
/// # Errors
///
/// [`CopyError`]; what is in the store is then as it was.
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
    let before = beside(&store, ".before-restore");
    let replaces = is_there(&store);
    if replaces && is_there(&before) && existing == ExistingFile::Stays {
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

/// A damaged backup calls for another one, and not for a restore.
fn of_backup(error: CopyError) -> CopyError {
    match error {
        CopyError::Store(StoreError::Damaged { place, why }) => {
            CopyError::Unsound { file: place.into(), why }
        }
        error => error,
    }
}

/// Looks through a backup before anything is done.
fn check(from: &Path) -> Result<(), CopyError> {
    let log = beside(from, "-wal");
    let has_log = fs::metadata(&log).is_ok_and(|log| log.len() > 0);
    if has_log && !is_logged(from).map_err(|error| CopyError::file(from, error))? {
        return Err(CopyError::StrayLog { file: from.to_owned(), log });
    }
    let backup = open_to_read(from)?;
    schema::check(&backup, from).map_err(|error| decide(error, from))?;
    look_through(&backup, from)
}

/// Whether a file's header says that it has a log. SQLite would replay what stands beside it in any case.
fn is_logged(file: &Path) -> io::Result<bool> {
    let mut header = Vec::new();
    File::open(file)?.take(20).read_to_end(&mut header)?;
    Ok(header.get(18..20) == Some(&[2, 2]))
}

/// Puts the old store's log into its file, and keeps everybody else from it for as long as the connection lives. `None`
/// if it cannot be read and may be replaced all the same.
fn take(store: &Path, existing: ExistingFile) -> Result<Option<Connection>, CopyError> {
    match settle_and_hold(store) {
        Ok(held) => Ok(Some(held)),
        Err(CopyError::Unsettled { .. }) if existing == ExistingFile::MakesWay => Ok(None),
        Err(error) => Err(error),
    }
}

fn settle_and_hold(store: &Path) -> Result<Connection, CopyError> {
    let unsettled = |why: Bilingual| CopyError::Unsettled { store: store.to_owned(), why };
    // A store is given up for its bytes alone: one whose disk failed may be whole, and its log with it.
    let given_up = |error: StoreError| match decide(error, store) {
        StoreError::Foreign { why, .. } | StoreError::Damaged { why, .. } => Err(unsettled(why)),
        error @ (StoreError::Disk { .. }
        | StoreError::Full { .. }
        | StoreError::ReadOnly { .. }
        | StoreError::Unreadable { .. }) => Err(error.into()),
        _ => Ok(()),
    };
    // One of a newer release may make way for a backup of this one.
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
    let connection = alone(store)?;
    // To leave the mode with a log is to put that into the file, sync it and remove the log.
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    Ok(connection)
}

/// The new file belongs to whom the old one did: a restore by root must not lock the service out.
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

/// Gives the old file another name, without taking its own away.
fn keep(store: &Path, before: &Path) -> io::Result<()> {
    match fs::remove_file(before) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // Not every file system has a second name for a file.
    if fs::hard_link(store, before).is_err() {
        fs::copy(store, before)?;
        File::options().write(true).open(before)?.sync_all()?;
    }
    sync_folder(before)
}

/// What stands beside the old file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Logs {
    /// All that they had is in the file.
    Spent,
    /// The file could not be read, or had gone.
    Unread,
}

/// Takes away what SQLite would replay into the new file. What was not read is kept beside the rest.
fn clear(store: &Path, logs: Logs, before: &Path) -> io::Result<()> {
    for suffix in ["-wal", "-journal", "-shm"] {
        let old = beside(store, suffix);
        match fs::metadata(&old) {
            Ok(log) if logs == Logs::Unread && log.len() > 0 && suffix != "-shm" => {
                fs::rename(&old, beside(before, suffix))?;
            }
            Ok(_) => fs::remove_file(&old)?,
            Err(_) => {}
        }
    }
    sync_folder(store)
}
