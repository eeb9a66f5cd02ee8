//! Connections to the store's SQLite file, in WAL mode with `synchronous = FULL`.

use super::report::failed;
use crate::store::StoreError;
use rusqlite::{Connection, OpenFlags};
use std::io;
use std::path::{Path, PathBuf};

/// Size in bytes to which a longer write-ahead log is truncated at its next reset. A log grows so long when,
/// for example, a backup keeps SQLite from resetting it.
const LOG: i64 = 16 * 1024 * 1024;

/// Creates the store's file, readable only by its owner: it holds APIv3 keys and live tokens. SQLite gives
/// the files next to it the same mode. An existing file is not even opened, because closing it would release
/// the locks of a store that this process has open.
pub(super) fn create_private(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        created => created.map(|_| ()),
    }
}

/// Resolves symbolic links: SQLite keeps the files next to the store (`-wal`, `-shm`) in the resolved folder.
pub(super) fn real(path: &Path) -> PathBuf {
    let folder = || {
        let folder =
            path.parent().filter(|folder| *folder != Path::new("")).unwrap_or_else(|| Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(folder).unwrap_or_else(|| path.to_owned())
}

pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "journal_size_limit", LOG)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    };
    open().map_err(|error| failed(path, &error))
}

/// Opens a read-only connection, which changes nothing even when it is closed while another process writes.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| failed(path, &error))
}
