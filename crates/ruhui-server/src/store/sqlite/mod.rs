//! The embedded store: one SQLite file with a write-ahead log (WAL), one writer with group commit, and
//! several read connections.
//!
//! Every commit is on disk before it is acknowledged (WAL, `synchronous = FULL`). One sync serves all batches
//! that waited for it.

mod backup;
mod connect;
mod copy;
mod copy_error;
mod damage;
mod lock;
mod reader;
mod recover_wal;
mod report;
mod restore;
mod schema;
mod statement;
mod write_connection;
mod writer;

pub use backup::back_up;
pub use copy::{Copied, ExistingFile};
pub use copy_error::CopyError;
pub use restore::{Restored, restore};

use super::{Batch, CommitError, Key, Kind, Row, Sharing, Store, StoreError, Stored, Submitted};
use async_trait::async_trait;
use connect::{connect, create_private, real};
use damage::DamageCheck;
use jiff::Timestamp;
use lock::Lock;
use reader::Reader;
use recover_wal::settle;
use report::rejected;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use writer::Writer;

/// A store in one SQLite file. When it is dropped, pending work is completed and the file is closed.
pub struct SqliteStore {
    path: PathBuf,
    // Dropped before the reader, whose connections keep the log's index alive for the writer: see
    // `write_connection`.
    writer: Writer,
    reader: Reader,
    // Dropped after the connections: the files that the check opens must not be closed before them.
    damage: Arc<DamageCheck>,
    _lock: Lock,
}

impl SqliteStore {
    /// Opens the file, creates it if it does not exist, and migrates its schema.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the file cannot be opened or written, is damaged, belongs to another program, is
    /// newer than this release, or is being restored.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let path = path.into();
        Self::open_at(&path).map_err(|error| damage::decide(error, &path))
    }

    fn open_at(path: &Path) -> Result<Self, StoreError> {
        let path = path.to_owned();
        create_private(&path).map_err(|error| rejected(&path, &error))?;
        let lock = Lock::shared(&real(&path))?;
        settle(&path)?;
        let mut connection = connect(&path)?;
        schema::migrate(&mut connection, &path)?;
        let reader = Reader::open(path.clone())?;
        let writer = Writer::start(connection, path.clone())?;
        let damage = Arc::new(DamageCheck::new(path.clone()));
        Ok(Self { path, writer, reader, damage, _lock: lock })
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SqliteStore({})", self.path.display())
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn sharing(&self) -> Sharing {
        Sharing::OneProcess
    }

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.damage.result(self.reader.load(keys).await).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        self.damage.committed(self.writer.submit(batch).await.await).await
    }

    async fn submit(&self, batch: Batch) -> Submitted {
        let (submitted, damage) = (self.writer.submit(batch).await, Arc::clone(&self.damage));
        Box::pin(async move { damage.committed(submitted.await).await })
    }

    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        self.damage.result(self.reader.scan(kind, prefix, after, limit)).await
    }

    async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.damage.result(self.writer.expire(now, limit).await).await
    }

    async fn export(&self) -> Result<Vec<Row>, StoreError> {
        self.damage.result(self.reader.export()).await
    }

    async fn replace(&self, rows: Vec<Row>) -> Result<(), StoreError> {
        Row::check_distinct(&rows)?;
        self.damage.result(self.writer.replace(rows).await).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn a_file_of_another_program_is_rejected() {
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
    fn a_newer_schema_is_rejected() {
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
