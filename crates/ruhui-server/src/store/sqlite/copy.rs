//! A checked copy of a store in one file without a log, which backups and restores are made of.
//!
//! `VACUUM INTO` reads the store as it is at one moment, including its write-ahead log, while others write to
//! it. It blocks no commit; it only keeps the log from being reset. SQLite's backup API, which copies page by
//! page, would restart with every commit of another process, and would copy damage and deleted data as well.

use super::connect::open_to_read;
use super::copy_error::CopyError;
use super::damage::{Depth, Verdict, check_once, decide};
use super::lock::with_suffix;
use super::report::{failed, what_failed};
use super::schema;
use crate::env::Entropy;
use crate::store::StoreError;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Size of a copy, in records and bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Number of records of all kinds.
    pub records: u64,
    /// Size of the file in bytes.
    pub bytes: u64,
}

/// Policy for a file that already has the target name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExistingFile {
    /// Keeps the file, and fails.
    Keep,
    /// Replaces the file.
    Replace,
}

/// A copy under a temporary name. Dropping it removes the file, unless it was renamed.
pub(super) struct Draft {
    path: PathBuf,
    copied: Copied,
}

impl Draft {
    /// Copies `from` to a temporary file next to `to`, checks it and syncs it.
    pub(super) fn copy(from: &Path, to: &Path, entropy: &dyn Entropy) -> Result<Self, CopyError> {
        let source = open_to_read(from)?;
        if schema::check(&source, from).map_err(|error| decide(error, from))? == 0 {
            let why = ("it is empty", "文件为空").into();
            return Err(StoreError::Foreign { place: from.display().to_string(), why }.into());
        }
        let path = with_suffix(to, &format!(".{}.partial", name(entropy)));
        let mut draft = Self { path, copied: Copied { records: 0, bytes: 0 } };
        create_private(&draft.path).map_err(|error| CopyError::file(to, error))?;
        source
            .execute("VACUUM INTO ?1", [FileName(&draft.path)])
            .map_err(|error| broken(from, to, &error))?;
        drop(source);
        draft.copied = draft.check(from)?;
        draft.sync().map_err(|error| CopyError::file(to, error))?;
        Ok(draft)
    }

    /// Checks the whole copy. Damage in the copy is reported as damage of the source.
    fn check(&self, from: &Path) -> Result<Copied, CopyError> {
        let copy = open_to_read(&self.path)?;
        check_in_full(&copy, &self.path).map_err(|error| match error {
            CopyError::Unsound { why, .. } => CopyError::Unsound { file: from.to_owned(), why },
            error => error,
        })?;
        let failed = |error| decide(error, &self.path);
        schema::check(&copy, &self.path).map_err(failed)?;
        let records = count(&copy).map_err(|error| failed(super::report::failed(&self.path, &error)))?;
        let bytes = fs::metadata(&self.path).map_err(|error| CopyError::file(&self.path, error))?.len();
        Ok(Copied { records, bytes })
    }

    fn sync(&self) -> io::Result<()> {
        File::options().write(true).open(&self.path)?.sync_all()
    }

    /// Path of the temporary file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Renames the copy to its final name and syncs the folder. Readers find either the whole old file or the
    /// whole copy.
    pub(super) fn put(self, to: &Path) -> Result<Copied, CopyError> {
        let put = fs::rename(&self.path, to).and_then(|()| sync_folder(to));
        put.map_err(|error| CopyError::file(to, error))?;
        Ok(self.copied)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After the rename there is no file left to remove.
        for suffix in ["", "-journal"] {
            let _ = fs::remove_file(with_suffix(&self.path, suffix));
        }
    }
}

/// Checks every page, every row and every index of a file.
pub(super) fn check_in_full(connection: &Connection, path: &Path) -> Result<(), CopyError> {
    match check_once(connection, path, Depth::Full)? {
        Verdict::Damaged(why) => Err(CopyError::Unsound { file: path.to_owned(), why }),
        Verdict::Failed(why) => Err(StoreError::Disk { place: path.display().to_string(), why }.into()),
        Verdict::Unknown => {
            let why = ("it could not be checked", "无法检查").into();
            Err(StoreError::Unreadable { place: path.display().to_string(), why }.into())
        }
        Verdict::Sound => Ok(()),
    }
}

/// A file name as SQLite takes it: the bytes that the system uses, which need not be UTF-8. Under a converted
/// name SQLite would create a second file, with default permissions, that no code removes.
struct FileName<'a>(&'a Path);

impl ToSql for FileName<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let name = self.0.as_os_str();
        #[cfg(unix)]
        let bytes = Some(std::os::unix::ffi::OsStrExt::as_bytes(name));
        #[cfg(not(unix))]
        let bytes = name.to_str().map(str::as_bytes);
        let bytes = bytes.ok_or_else(|| rusqlite::Error::InvalidPath(self.0.to_owned()))?;
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(bytes)))
    }
}

fn count(connection: &Connection) -> rusqlite::Result<u64> {
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let names = tables.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let counts = names.iter().map(|name| {
        let sql = format!("SELECT count(*) FROM \"{}\"", name.replace('"', "\"\""));
        connection.query_row(&sql, [], |row| row.get::<_, i64>(0))
    });
    counts.map(|count| count.map(i64::unsigned_abs)).sum()
}

/// Decides which of the two files failed: one connection reads the one and writes the other.
fn broken(from: &Path, to: &Path, error: &rusqlite::Error) -> CopyError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt) => match decide(failed(from, error), from) {
            StoreError::Damaged { why, .. } => CopyError::Unsound { file: from.to_owned(), why },
            other => other.into(),
        },
        Some(ErrorCode::DiskFull | ErrorCode::ReadOnly) => failed(to, error).into(),
        Some(ErrorCode::SystemIoFailure) if what_failed(error).0 != "reading" => failed(to, error).into(),
        _ => failed(from, error).into(),
    }
}

/// Returns a random name, which no other copy has, not even an abandoned one.
fn name(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    hex::encode(bytes)
}

/// Creates the copy's file, readable only by its owner, before a secret is written to it.
fn create_private(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}

/// Syncs the folder of a file: a new name is durable only after that.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Whether both paths lead to the same file.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(one), Ok(other)) = (fs::metadata(one), fs::metadata(other)) {
        use std::os::unix::fs::MetadataExt as _;
        return (one.dev(), one.ino()) == (other.dev(), other.ino());
    }
    one == other
}

/// Whether any file, or a broken link, has this name.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
