//! The store's file, and connections to it.

use super::report::failed;
use crate::store::StoreError;
use rusqlite::{Connection, OpenFlags};
use std::io;
use std::path::{Path, PathBuf};

/// A log that once grew longer than this, in bytes, is cut when it begins anew: as when a backup kept it from doing so.
const LOG: i64 = 16 * 1024 * 1024;

/// The file holds APIv3 keys and live tokens, so its owner alone may read it; SQLite gives the files beside it
/// the same mode. One that is there is not even opened: to close it would take its locks from a store that this
/// process has open.
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

/// Where the file is, whatever links lead there: SQLite keeps what is beside it there too.
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

/// A connection that changes nothing, also when it is closed, while somebody else may be writing.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| failed(path, &error))
}
