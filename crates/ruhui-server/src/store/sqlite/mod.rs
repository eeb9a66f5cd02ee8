//! The embedded store: one SQLite file, one writer that groups commits, readers beside it.
//!
//! Every commit is on disk before it is answered (WAL, `synchronous = FULL`); one sync serves all batches
//! that waited for it.

mod gathering;
mod reader;
mod schema;
mod statement;
mod writer;

use super::{Batch, CommitError, Key, Kind, Store, StoreError, Stored, Submitted};
use async_trait::async_trait;
use jiff::Timestamp;
use reader::Reader;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use writer::Writer;

/// A store in one file.
pub struct SqliteStore {
    path: PathBuf,
    reader: Reader,
    writer: Writer,
}

impl SqliteStore {
    /// Opens the file, creating it if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the file cannot be opened or written, is not ours, or is newer than this release.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let path = path.into();
        create_private(&path).map_err(|error| StoreError::Unavailable {
            place: path.display().to_string(),
            why: error.to_string(),
        })?;
        let mut connection = connect(&path)?;
        schema::migrate(&mut connection, &path)?;
        let reader = Reader::open(path.clone())?;
        let writer = Writer::start(connection, path.clone())?;
        Ok(Self { path, reader, writer })
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SqliteStore({})", self.path.display())
    }
}

/// The file holds APIv3 keys and live tokens, so its owner alone may read it; SQLite gives the files beside it
/// the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(connection)
    };
    open().map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &rusqlite::Error) -> StoreError {
    let place = path.display().to_string();
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::Foreign { place, why: error.to_string() },
        _ => StoreError::Unavailable { place, why: error.to_string() },
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.reader.load(keys).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        self.writer.submit(batch).await.await
    }

    async fn submit(&self, batch: Batch) -> Submitted {
        self.writer.submit(batch).await
    }

    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        self.reader.scan(kind, prefix, after, limit)
    }

    async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.writer.expire(now, limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_program_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("notes.txt");
        std::fs::write(&text, "this is no database, and long enough to have a header of its own").unwrap();
        assert!(matches!(SqliteStore::open(&text), Err(StoreError::Foreign { .. })));

        let other = folder.path().join("other.db");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        assert!(matches!(SqliteStore::open(&other), Err(StoreError::Foreign { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn its_owner_alone_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ruhui.db");
        let _store = SqliteStore::open(&path).unwrap();
        for file in ["ruhui.db", "ruhui.db-wal", "ruhui.db-shm"] {
            let mode = std::fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ruhui.db");
        drop(SqliteStore::open(&path).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 999).unwrap();
        assert!(matches!(SqliteStore::open(&path), Err(StoreError::TooNew { found: 999, .. })));
    }

    #[test]
    fn a_folder_that_is_not_there_is_unavailable() {
        let folder = tempfile::tempdir().unwrap();
        let error = SqliteStore::open(folder.path().join("missing/ruhui.db")).unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    }
}
