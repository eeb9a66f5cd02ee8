//! Tests of backups of the embedded store, made while another connection writes, and of restores over existing files.

use ruhui_server::env::SystemEntropy;
use ruhui_server::store::{
    Copied, CopyError, ExistingFile, Key, Kind, Restored, SqliteStore, Store as _, StoreError, Value, Write,
    back_up, restore,
};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;

const MANY: usize = 100_000;

fn put(id: String) -> Write {
    let value = Value(format!("\"{}\"", "x".repeat(300)));
    Write::Put { key: Key { kind: Kind::Token, id }, read: None, value, expires: None }
}

/// Returns writes of two records that exist together or not at all.
fn pair(name: &str) -> Vec<Write> {
    vec![put(format!("{name}-a")), put(format!("{name}-b"))]
}

/// Creates a store in a file, with one pair for each name, and closes it.
async fn made(path: &Path, names: &[&str]) {
    let store = SqliteStore::open(path).unwrap();
    for name in names {
        store.commit(pair(name)).await.unwrap();
    }
}

/// Returns the names of the pairs in a store.
async fn names(path: &Path) -> BTreeSet<String> {
    let store = SqliteStore::open(path).unwrap();
    let found = store.scan(Kind::Token, "", "", MANY).await.unwrap();
    let half = |suffix| {
        let ids = found.iter().filter_map(move |(id, _)| id.strip_suffix(suffix));
        ids.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(half("-a"), half("-b"), "a pair in part");
    half("-a")
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn backed_up(store: &Path, to: &Path) -> Result<Copied, CopyError> {
    back_up(store, to, ExistingFile::Keep, &SystemEntropy)
}

fn restored(from: &Path, store: &Path) -> Result<Restored, CopyError> {
    restore(from, store, ExistingFile::Keep, &SystemEntropy)
}

fn forced(from: &Path, store: &Path) -> Result<Restored, CopyError> {
    restore(from, store, ExistingFile::Replace, &SystemEntropy)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Creates a file and its write-ahead log as a crash leaves them: copies of the files of an open store.
async fn crashed(path: &Path, names: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let live = folder.path().join("live.db");
    // The schema is then in the file, and the log alone is no store.
    made(&live, &[]).await;
    let store = SqliteStore::open(&live).unwrap();
    for name in names {
        store.commit(pair(name)).await.unwrap();
    }
    for suffix in ["", "-wal", "-shm"] {
        fs::write(beside(path, suffix), fs::read(beside(&live, suffix)).unwrap()).unwrap();
    }
    assert!(fs::metadata(beside(path, "-wal")).unwrap().len() > 0);
}

fn files(folder: &TempDir) -> BTreeSet<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_beside_a_writer_has_all_that_was_committed_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let (path, to) = (folder.path().join("ruhui.db"), folder.path().join("copy.db"));
    let store = Arc::new(SqliteStore::open(&path).unwrap());
    let stop = Arc::new(AtomicBool::new(false));
    let (acknowledged, mut said) = tokio::sync::mpsc::unbounded_channel();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (store, stop, acknowledged) = (store.clone(), stop.clone(), acknowledged.clone());
            tokio::spawn(async move {
                let mut number = 0;
                while !stop.load(Ordering::Relaxed) {
                    let name = format!("{writer}-{number}");
                    store.commit(pair(&name)).await.unwrap();
                    acknowledged.send(name).unwrap();
                    number += 1;
                }
            })
        })
        .collect();
    let mut before = BTreeSet::new();
    while before.len() < 500 {
        before.insert(said.recv().await.unwrap());
    }
    let copied = {
        let (path, to) = (path.clone(), to.clone());
        tokio::task::spawn_blocking(move || backed_up(&path, &to).unwrap()).await.unwrap()
    };
    // The backup did not stop the writers.
    while let Ok(meanwhile) = said.try_recv() {
        drop(meanwhile);
    }
    said.recv().await.unwrap();
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(copied.bytes, fs::metadata(&to).unwrap().len());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let found = names(&to).await;
    assert!(found.is_superset(&before));
    assert_eq!(copied.records, 2 * found.len() as u64);
}

#[tokio::test]
async fn a_file_is_overwritten_only_when_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (path, to) = (folder.path().join("ruhui.db"), folder.path().join("copy.db"));
    made(&path, &["one"]).await;
    fs::write(&to, "something else").unwrap();
    assert!(matches!(backed_up(&path, &to), Err(CopyError::Exists { .. })));
    assert_eq!(fs::read(&to).unwrap(), b"something else");
    back_up(&path, &to, ExistingFile::Replace, &SystemEntropy).unwrap();
    assert!(!files(&folder).iter().any(|name| name.contains("partial")), "{:?}", files(&folder));
    assert_eq!(names(&to).await, set(&["one"]));
}

#[tokio::test]
async fn a_store_is_never_overwritten_by_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("ruhui.db"), folder.path().join("other.db"));
    made(&path, &["one"]).await;
    for to in [&path, &folder.path().join("./ruhui.db")] {
        let same = back_up(&path, to, ExistingFile::Replace, &SystemEntropy);
        assert!(matches!(same, Err(CopyError::Same { .. })), "{same:?}");
    }
    let _in_use = SqliteStore::open(&other).unwrap();
    let occupied = back_up(&path, &other, ExistingFile::Replace, &SystemEntropy);
    assert!(matches!(occupied, Err(CopyError::Occupied { .. })), "{occupied:?}");
}

/// Overwrites the middle of a page of the tokens.
fn damage(path: &Path) {
    let root: i64 = {
        let connection = Connection::open(path).unwrap();
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'records_by_expiry'";
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let mut bytes = fs::read(path).unwrap();
    let at = (root as usize - 1) * 4096;
    bytes[at..at + 64].fill(0xa5);
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_damaged_store_makes_no_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (path, to) = (folder.path().join("ruhui.db"), folder.path().join("copy.db"));
    made(&path, &["one"]).await;
    damage(&path);
    let error = backed_up(&path, &to).unwrap_err();
    assert!(matches!(&error, CopyError::Store(StoreError::Damaged { .. })), "{error:?}");
    assert!(!files(&folder).iter().any(|name| name.starts_with("copy.db")), "{:?}", files(&folder));
}

#[tokio::test]
async fn what_is_no_backup_is_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    let (path, from) = (folder.path().join("ruhui.db"), folder.path().join("copy.db"));
    made(&path, &["old"]).await;
    let rejected = || forced(&from, &path).unwrap_err();

    assert!(matches!(rejected(), CopyError::Missing { .. }));
    fs::write(&from, "").unwrap();
    assert!(matches!(rejected(), CopyError::Store(StoreError::Foreign { .. })));
    fs::write(&from, "no database, and long enough to have had a header of its own, if it were one").unwrap();
    assert!(matches!(rejected(), CopyError::Store(StoreError::Foreign { .. })));
    fs::remove_file(&from).unwrap();
    Connection::open(&from).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(matches!(rejected(), CopyError::Store(StoreError::Foreign { .. })));

    fs::remove_file(&from).unwrap();
    backed_up(&path, &from).unwrap();
    Connection::open(&from).unwrap().pragma_update(None, "user_version", 999).unwrap();
    assert!(matches!(rejected(), CopyError::Store(StoreError::TooNew { found: 999, .. })));

    fs::remove_file(&from).unwrap();
    backed_up(&path, &from).unwrap();
    damage(&from);
    assert!(matches!(rejected(), CopyError::Unsound { .. }));

    fs::remove_file(&from).unwrap();
    backed_up(&path, &from).unwrap();
    let half = fs::read(&from).unwrap();
    fs::write(&from, &half[..half.len() / 2]).unwrap();
    assert!(matches!(rejected(), CopyError::Unsound { .. }));

    assert_eq!(names(&path).await, set(&["old"]), "all that failed has left it alone");
    assert_eq!(files(&folder), set(&["ruhui.db", "ruhui.db-lock", "copy.db"]));
}

#[tokio::test]
async fn a_restore_keeps_what_it_replaces_with_all_that_its_log_had() {
    let folder = tempfile::tempdir().unwrap();
    let (path, from) = (folder.path().join("ruhui.db"), folder.path().join("copy.db"));
    made(&path, &["backed up"]).await;
    let copied = backed_up(&path, &from).unwrap();
    let bytes = fs::read(&from).unwrap();
    crashed(&path, &["later", "last"]).await;

    let done = restored(&from, &path).unwrap();
    let before = beside(&fs::canonicalize(folder.path()).unwrap().join("ruhui.db"), ".before-restore");
    assert_eq!(done, Restored { copied, before: Some(before.clone()) });
    for suffix in ["-wal", "-shm", "-journal"] {
        assert!(!beside(&path, suffix).exists(), "{suffix}");
    }
    assert_eq!(names(&path).await, set(&["backed up"]));
    assert_eq!(names(&before).await, set(&["later", "last"]));
    assert_eq!(fs::read(&from).unwrap(), bytes, "the backup stays as it is");

    assert!(matches!(restored(&from, &path), Err(CopyError::Kept { .. })));
    forced(&from, &path).unwrap();
    assert_eq!(names(&before).await, set(&["backed up"]));
}

#[tokio::test]
async fn a_log_that_lies_where_the_store_is_to_go_is_not_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, from) = (folder.path().join("ruhui.db"), folder.path().join("copy.db"));
    made(&path, &["backed up"]).await;
    backed_up(&path, &from).unwrap();
    crashed(&path, &["later"]).await;
    fs::remove_file(&path).unwrap();

    assert_eq!(restored(&from, &path).unwrap().before, None);
    assert_eq!(names(&path).await, set(&["backed up"]));
    assert!(beside(&path, ".before-restore-wal").exists(), "nobody has read it, so it is kept");
}

#[tokio::test]
async fn a_log_beside_the_backup_belongs_to_it_or_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let (path, from) = (folder.path().join("ruhui.db"), folder.path().join("copy.db"));
    crashed(&from, &["in the log"]).await;
    restored(&from, &path).unwrap();
    assert_eq!(names(&path).await, set(&["in the log"]));

    let whole = folder.path().join("whole.db");
    backed_up(&path, &whole).unwrap();
    fs::copy(beside(&from, "-wal"), beside(&whole, "-wal")).unwrap();
    assert!(matches!(forced(&whole, &path), Err(CopyError::StrayLog { .. })));
    assert_eq!(names(&path).await, set(&["in the log"]));
}

#[tokio::test]
async fn a_store_in_use_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (path, from) = (folder.path().join("ruhui.db"), folder.path().join("copy.db"));
    made(&path, &["old"]).await;
    backed_up(&path, &from).unwrap();

    let store = SqliteStore::open(&path).unwrap();
    assert!(matches!(forced(&from, &path), Err(CopyError::InUse { .. })));
    store.commit(pair("meanwhile")).await.unwrap();
    drop(store);

    // A program that does not use the store's lock file.
    let other = Connection::open(&path).unwrap();
    other.pragma_update(None, "journal_mode", "WAL").unwrap();
    other.query_row("SELECT count(*) FROM records", [], |row| row.get::<_, i64>(0)).unwrap();
    assert!(matches!(forced(&from, &path), Err(CopyError::InUse { .. })));
    drop(other);

    assert_eq!(names(&path).await, set(&["old", "meanwhile"]));
    forced(&from, &path).unwrap();
    assert_eq!(names(&path).await, set(&["old"]));
}

#[tokio::test]
async fn a_store_that_cannot_be_read_is_replaced_only_when_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (path, from) = (folder.path().join("ruhui.db"), folder.path().join("copy.db"));
    made(&path, &["backed up"]).await;
    backed_up(&path, &from).unwrap();
    crashed(&path, &["lost"]).await;
    let text = vec![b'?'; 8192];
    fs::write(&path, &text).unwrap();

    assert!(SqliteStore::open(&path).is_err());
    assert!(matches!(restored(&from, &path), Err(CopyError::Unusable { .. })));
    assert_eq!(fs::read(&path).unwrap(), text);
    assert!(beside(&path, "-wal").exists());
    let before = forced(&from, &path).unwrap().before.unwrap();
    assert_eq!(names(&path).await, set(&["backed up"]));
    assert_eq!(fs::read(&before).unwrap(), text);
    assert!(beside(&before, "-wal").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn a_restored_file_is_its_owners_alone_and_found_through_a_link() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let (path, link, from) =
        (folder.path().join("ruhui.db"), folder.path().join("link.db"), folder.path().join("copy.db"));
    made(&path, &["old"]).await;
    std::os::unix::fs::symlink(&path, &link).unwrap();
    backed_up(&link, &from).unwrap();
    fs::set_permissions(&from, fs::Permissions::from_mode(0o644)).unwrap();
    let store = SqliteStore::open(&link).unwrap();
    assert!(matches!(restored(&from, &path), Err(CopyError::InUse { .. })));
    drop(store);
    restored(&from, &link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn no_service_starts_while_a_restore_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ruhui.db");
    made(&path, &["one"]).await;
    let restoring = fs::File::options().write(true).open(beside(&path, "-lock")).unwrap();
    restoring.lock().unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    drop(restoring);
    assert_eq!(names(&path).await, set(&["one"]));
}

/// On Linux a file name is bytes. A name that is not UTF-8 must not be changed for SQLite, which would create another
/// file with keys in it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_backup_under_a_name_that_is_not_utf_8_is_under_that_name() {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join(std::ffi::OsStr::from_bytes(b"sauvegarde d\xe9j\xe0"));
    fs::create_dir(&inner).unwrap();
    let (path, to) = (folder.path().join("ruhui.db"), inner.join(std::ffi::OsStr::from_bytes(b"\xff.db")));
    made(&path, &["one"]).await;
    backed_up(&path, &to).unwrap();
    let found: Vec<_> = fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(found, std::slice::from_ref(&to));
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(entries.filter(|entry| entry.is_dir()).count(), 1, "no folder of another name");
    fs::remove_file(&path).unwrap();
    restored(&to, &path).unwrap();
    assert_eq!(names(&path).await, BTreeSet::from(["one".to_owned()]));
}
