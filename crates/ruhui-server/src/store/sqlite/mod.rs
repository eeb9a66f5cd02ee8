//! The embedded store: one SQLite file, one writer that groups commits, readers beside it.
//!
//! Every commit is on disk before it is answered (WAL, `synchronous = FULL`); one sync serves all batches
//! that waited for it.

mod backup;
mod copy;
mod copy_error;
mod damage;
mod gathering;
mod lock;
mod pen;
mod reader;
mod restore;
mod schema;
mod settle;
mod statement;
mod writer;

pub use backup::back_up;
pub use copy::{Copied, Existing};
pub use copy_error::CopyError;
pub use restore::{Restored, restore};

use super::{Batch, CommitError, Key, Kind, Store, StoreError, Stored, Submitted};
use async_trait::async_trait;
use damage::DamageCheck;
use jiff::Timestamp;
use lock::Lock;
use reader::Reader;
use ruhui_core::bilingual::{Bilingual, OsError};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use settle::settle;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use writer::Writer;

/// A log that once grew longer than this, in bytes, is cut when it begins anew: as when a backup kept it from doing so.
const LOG: i64 = 16 * 1024 * 1024;

/// A store in one file. When it is dropped, what is under way is finished and the file is closed.
pub struct SqliteStore {
    path: PathBuf,
    // Before the readers, whose connections keep the log's index alive for it: see `pen`.
    writer: Writer,
    reader: Reader,
    // After the connections: the files that it opens must not be closed before them.
    damage: Arc<DamageCheck>,
    _lock: Lock,
}

impl SqliteStore {
    /// Opens the file, creating it if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the file cannot be opened or written, is damaged, is not ours, is newer than this release, or
    /// is being restored.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let path = path.into();
        Self::open_at(&path).map_err(|error| damage::decide(error, &path))
    }

    fn open_at(path: &Path) -> Result<Self, StoreError> {
        let path = path.to_owned();
        create_private(&path).map_err(|error| refused(&path, &error))?;
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

/// The file holds APIv3 keys and live tokens, so its owner alone may read it; SQLite gives the files beside it
/// the same mode. One that is there is not even opened: to close it would take its locks from a store that this
/// process has open.
fn create_private(path: &Path) -> io::Result<()> {
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
fn real(path: &Path) -> PathBuf {
    let folder = || {
        let folder =
            path.parent().filter(|folder| *folder != Path::new("")).unwrap_or_else(|| Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(folder).unwrap_or_else(|| path.to_owned())
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
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
fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| failed(path, &error))
}

/// What SQLite says, as what it means for whoever runs the service.
fn failed(path: &Path, error: &rusqlite::Error) -> StoreError {
    let (place, why) = (path.display().to_string(), said(error));
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::Foreign { place, why },
        // SQLite reports a read that failed in the same way: see `damage`.
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Unreadable { place, why },
        Some(ErrorCode::DiskFull) => StoreError::Full { place, why },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly { place, why },
        Some(ErrorCode::SystemIoFailure) => StoreError::Disk { place, why },
        _ => StoreError::Unavailable { place, why },
    }
}

/// The message about an error of SQLite. The English text has SQLite's own message, so that people can search
/// for it; the Chinese text has the error code.
fn said(error: &rusqlite::Error) -> Bilingual {
    let (en, zh) = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => ("it is no database of SQLite", "不是 SQLite 数据库"),
        Some(ErrorCode::DatabaseCorrupt) => {
            ("SQLite takes what it read for malformed", "SQLite 认为读到的内容格式错误")
        }
        Some(ErrorCode::DiskFull) => ("the disk is full", "磁盘空间不足"),
        Some(ErrorCode::ReadOnly) => ("it takes no writes", "只读"),
        Some(ErrorCode::PermissionDenied) => ("this user has no permission", "当前用户没有权限"),
        Some(ErrorCode::CannotOpen) => {
            ("it cannot be opened: does its folder exist?", "无法打开：所在目录是否存在？")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            ("another program has locked it", "已被其他程序锁定")
        }
        Some(ErrorCode::SystemIoFailure) => return failed_disk(error),
        Some(ErrorCode::OutOfMemory) => ("there is not enough memory", "内存不足"),
        Some(ErrorCode::TooBig) => ("a record is too large", "记录过大"),
        _ => ("SQLite reports an error", "SQLite 报告错误"),
    };
    let code = error.sqlite_error().map_or(0, |error| error.extended_code);
    Bilingual::new(format!("{en} (SQLite: {error})"), format!("{zh}（SQLite 错误码 {code}）"))
}

fn failed_disk(error: &rusqlite::Error) -> Bilingual {
    let (en, zh) = what_failed(error);
    let code = error.sqlite_error().map_or(0, |error| error.extended_code);
    Bilingual::new(format!("{error} while {en}"), format!("{zh}时磁盘出错（SQLite 错误码 {code}）"))
}

/// Of a disk that failed. The library's text has the same words for all of it.
fn what_failed(error: &rusqlite::Error) -> (&'static str, &'static str) {
    match error.sqlite_error().map(|error| error.extended_code) {
        Some(ffi::SQLITE_IOERR_READ | ffi::SQLITE_IOERR_SHORT_READ | ffi::SQLITE_IOERR_CORRUPTFS) => {
            ("reading", "读取")
        }
        Some(ffi::SQLITE_IOERR_WRITE) => ("writing", "写入"),
        Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) => ("syncing", "落盘"),
        Some(ffi::SQLITE_IOERR_SHMOPEN | ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_SHMMAP) => {
            ("making room for the log's index", "为日志索引分配空间")
        }
        _ => ("asking it for something else", "执行其他操作"),
    }
}

/// What the system says, likewise.
fn refused(path: &Path, error: &io::Error) -> StoreError {
    let (place, why) = (path.display().to_string(), Bilingual::of(&OsError::from(error)));
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { place, why },
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly { place, why }
        }
        _ => StoreError::Unavailable { place, why },
    }
}

#[async_trait]
impl Store for SqliteStore {
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
