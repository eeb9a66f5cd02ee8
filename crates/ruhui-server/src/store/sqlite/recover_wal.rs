//! Recovery of the write-ahead log that an earlier process left, before anything is written.
//!
//! A process that was killed after a failed sync leaves pages in the system's cache that count as written but
//! are not on disk. The next process reads them and cannot know that. So the first process to open the store
//! writes the log again, byte for byte, and syncs it; then it checkpoints the log into the file, and syncs
//! that. A power cut in between loses nothing that was acknowledged, and later commits depend on the file
//! alone.

use super::connect::{open_to_read, real};
use super::lock::with_suffix;
use super::report::{failed, rejected};
use super::schema;
use crate::store::StoreError;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// Size of the part of the log that is in memory at once.
const PIECE: usize = 1024 * 1024;

/// Recovers the log. Does nothing if the log is empty, as after a clean shutdown, or if another process uses
/// the file and so owns the log.
pub(super) fn settle(path: &Path) -> Result<(), StoreError> {
    let log = with_suffix(&real(path), "-wal");
    if !std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        return Ok(());
    }
    // The log of a damaged file or of another program's file is left unchanged: SQLite removes a log that it
    // cannot use.
    schema::check(&open_to_read(path)?, path)?;
    let open_exclusive = match open_exclusive(path) {
        Ok(open_exclusive) => open_exclusive,
        Err(error) if is_in_use(&error) => return Ok(()),
        Err(error) => return Err(failed(path, &error)),
    };
    write_again(&log).map_err(|error| rejected(path, &error))?;
    open_exclusive
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(|error| failed(path, &error))
}

/// Opens a connection that holds the file exclusively until it is closed.
pub(super) fn open_exclusive(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::ZERO)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
    Ok(connection)
}

pub(super) fn is_in_use(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn write_again(log: &Path) -> io::Result<()> {
    let mut file = File::options().read(true).write(true).open(log)?;
    let mut piece = vec![0; PIECE];
    loop {
        let begin = file.stream_position()?;
        let length = file.read(&mut piece)?;
        if length == 0 {
            return file.sync_all();
        }
        file.seek(io::SeekFrom::Start(begin))?;
        file.write_all(&piece[..length])?;
    }
}
