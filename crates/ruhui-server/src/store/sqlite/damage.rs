//! Detection of damage: SQLite reports damage and failed reads alike, as a malformed database.
//!
//! Damage is reported only after it is proven: SQLite's check of the whole file finds it while the system can
//! read every byte of the file. The reason: an operator who restores a backup after a mere failed read loses
//! every commit since that backup.

use super::connect::open_to_read;
use super::lock::with_suffix;
use super::report::{failed, said};
use crate::store::{CommitError, StoreError};
use ruhui_core::bilingual::{Bilingual, OsError};
use rusqlite::{Connection, ErrorCode};
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Size of the part of a file that is in memory at once.
const PIECE: usize = 1024 * 1024;
/// Time that a request waits for the verdict; after it, the request gets [`StoreError::Unreadable`].
const PATIENCE: Duration = Duration::from_secs(2);
/// Time for which a verdict other than damage is reused. A disk whose reads keep failing must not cause one
/// full read of the file after the other.
const REST: Duration = Duration::from_secs(10);

/// Number of SQLite's own steps between two polls of the stop flag; they take less than a millisecond.
const STEPS_BETWEEN: std::ffi::c_int = 1000;

/// Result of a check of the store's file.
#[derive(Debug, Clone)]
pub(super) enum Verdict {
    /// The check could not be made.
    Unknown,
    Sound,
    Damaged(Bilingual),
    /// The disk failed while the file was read.
    Failed(Bilingual),
}

impl Verdict {
    /// Returns the verdict of a check, or of the error that kept it from being made.
    fn of_check(checked: Result<Self, StoreError>) -> Self {
        match checked {
            Ok(verdict) => verdict,
            Err(StoreError::Disk { why, .. }) => Self::Failed(why),
            Err(_) => Self::Unknown,
        }
    }

    /// Returns the error to report for an operation that failed with `error`, which may mean damage or a
    /// failed read.
    pub(super) fn of(self, error: StoreError, path: &Path) -> StoreError {
        let place = path.display().to_string();
        match self {
            Self::Unknown => error,
            Self::Damaged(why) => StoreError::Damaged { place, why },
            Self::Failed(why) => StoreError::Disk { place, why },
            Self::Sound => {
                let why = (
                    "a read failed, while a check of the whole file finds no damage",
                    "一次读取失败，但对整个文件的检查未发现损坏",
                );
                StoreError::Disk { place, why: why.into() }
            }
        }
    }
}

/// Depth of SQLite's check.
#[derive(Debug, Clone, Copy)]
pub(super) enum Depth {
    /// Checks all pages and rows.
    Quick,
    /// Checks all pages, rows and indexes.
    Full,
}

/// Result of SQLite's own check, before the file is read in full.
enum Found {
    Nothing,
    Damage(Bilingual),
    /// May be damage or a failed read.
    Doubt(Bilingual),
}

fn look(connection: &Connection, depth: Depth) -> rusqlite::Result<Found> {
    let sql = match depth {
        Depth::Quick => "PRAGMA quick_check(1)",
        Depth::Full => "PRAGMA integrity_check(1)",
    };
    match connection.query_row(sql, [], |row| row.get::<_, String>(0)) {
        Ok(found) if found == "ok" => Ok(Found::Nothing),
        Ok(found) => {
            let why = Bilingual::new(
                format!("SQLite's check of it failed ({})", found.replace('\n', ", ")),
                "SQLite 的完整性检查未通过",
            );
            Ok(if is_doubtful(&found) { Found::Doubt(why) } else { Found::Damage(why) })
        }
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
            Ok(Found::Doubt(said(&error)))
        }
        Err(error) => Err(error),
    }
}

/// Whether the check failed to read a page, rather than finding a wrong one.
fn is_doubtful(found: &str) -> bool {
    ["unable to get the page", "failed to get page", "failed to read ptrmap"]
        .iter()
        .any(|words| found.contains(words))
}

/// Checks the file of a connection until `stop` is set. Files that the check opens itself are kept in
/// `opened`.
fn check(
    connection: &Connection,
    path: &Path,
    depth: Depth,
    opened: &mut Vec<File>,
    stop: &AtomicBool,
) -> Result<Verdict, StoreError> {
    verdict(connection, path, depth, opened, stop).map_err(|error| failed(path, &error))
}

fn verdict(
    connection: &Connection,
    path: &Path,
    depth: Depth,
    opened: &mut Vec<File>,
    stop: &AtomicBool,
) -> rusqlite::Result<Verdict> {
    match look(connection, depth)? {
        Found::Nothing => return Ok(Verdict::Sound),
        Found::Damage(why) => return Ok(Verdict::Damaged(why)),
        Found::Doubt(_) => {}
    }
    match read(path, opened, stop) {
        Ok(Extent::Whole) => {}
        Ok(Extent::Part) => return Ok(Verdict::Unknown),
        Err(error) => {
            let error = OsError::from(&error);
            return Ok(Verdict::Failed(Bilingual::new(
                format!("its file cannot be read: {error}"),
                format!("文件无法读取：{error:#}"),
            )));
        }
    }
    // Every byte is readable now, so a check that fails again proves damage.
    Ok(match look(connection, depth)? {
        Found::Nothing => Verdict::Sound,
        Found::Damage(why) | Found::Doubt(why) => Verdict::Damaged(why),
    })
}

/// Extent of a read: the whole file, or only a part of it.
enum Extent {
    Whole,
    /// The read was stopped.
    Part,
}

/// Reads the file and its log to the end. Closing one of them would release the locks that this process's
/// SQLite connections hold on it, so the caller keeps them open for as long as there are such connections.
fn read(path: &Path, opened: &mut Vec<File>, stop: &AtomicBool) -> io::Result<Extent> {
    if opened.is_empty() {
        opened.push(File::open(path)?);
        opened.extend(File::open(with_suffix(path, "-wal")).ok());
    }
    let mut piece = vec![0; PIECE];
    for mut file in opened.iter() {
        file.seek(io::SeekFrom::Start(0))?;
        while file.read(&mut piece)? > 0 {
            if stop.load(Ordering::Relaxed) {
                return Ok(Extent::Part);
            }
        }
    }
    Ok(Extent::Whole)
}

/// Checks a file before a service runs, or without one.
pub(super) fn check_once(connection: &Connection, path: &Path, depth: Depth) -> Result<Verdict, StoreError> {
    let mut opened = Vec::new();
    let verdict = check(connection, path, depth, &mut opened, &AtomicBool::new(false));
    // Another store of this process may have the file open, and its locks must survive. The leak is small: a
    // process makes this check a few times at most.
    opened.into_iter().for_each(std::mem::forget);
    verdict
}

/// Resolves a [`StoreError::Unreadable`] to damage or a failed disk, before a service runs or without one.
/// Other errors are returned unchanged.
pub(super) fn decide(error: StoreError, path: &Path) -> StoreError {
    let StoreError::Unreadable { .. } = error else { return error };
    let checked = open_to_read(path).and_then(|connection| check_once(&connection, path, Depth::Quick));
    Verdict::of_check(checked).of(error, path)
}

/// Resolves the errors of a store in use to damage or a failed disk. One check runs at a time, on a separate
/// thread.
pub(super) struct DamageCheck {
    path: PathBuf,
    state: Mutex<State>,
    /// Files that the check has opened. They are closed with the store, after its connections.
    opened: Arc<Mutex<Vec<File>>>,
}

enum State {
    Idle,
    Running(Running),
    Ended(Verdict, Instant),
}

struct Running {
    verdict: Awaited,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Verdict of a running check.
type Awaited = watch::Receiver<Option<Verdict>>;

impl Running {
    /// Returns the verdict once the check has ended. A thread that panicked counts as [`Verdict::Unknown`].
    fn ended(&self) -> Option<Verdict> {
        // `is_over` is read first: a verdict that arrives in between is then seen by the read that follows.
        let is_over = self.verdict.has_changed().is_err();
        let verdict = self.verdict.borrow().clone();
        verdict.or_else(|| is_over.then_some(Verdict::Unknown))
    }
}

/// Stops the check when its store is dropped.
impl Drop for Running {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // If the thread panicked, there is no verdict.
            let _ = thread.join();
        }
    }
}

impl DamageCheck {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, state: Mutex::new(State::Idle), opened: Arc::default() }
    }

    /// Resolves the error of a read.
    pub(super) async fn result<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        match result {
            Err(error) => Err(self.decide(error).await),
            done => done,
        }
    }

    /// Resolves the error of a commit.
    pub(super) async fn committed(&self, result: Result<(), CommitError>) -> Result<(), CommitError> {
        match result {
            Err(CommitError::Store(error)) => Err(CommitError::Store(self.decide(error).await)),
            other => other,
        }
    }

    async fn decide(&self, error: StoreError) -> StoreError {
        let StoreError::Unreadable { .. } = error else { return error };
        let verdict = match self.begin() {
            Begun::Ended(verdict) => verdict,
            Begun::Running(mut verdict) => {
                let ended = tokio::time::timeout(PATIENCE, verdict.wait_for(Option::is_some)).await;
                ended
                    .ok()
                    .and_then(Result::ok)
                    .and_then(|verdict| verdict.clone())
                    .unwrap_or(Verdict::Unknown)
            }
        };
        verdict.of(error, &self.path)
    }

    /// Starts a check, unless one is running or has just ended.
    fn begin(&self) -> Begun {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Running(running) = &*state {
            match running.ended() {
                None => return Begun::Running(running.verdict.clone()),
                Some(verdict) => *state = State::Ended(verdict, Instant::now()),
            }
        }
        if let State::Ended(verdict, at) = &*state
            && (matches!(verdict, Verdict::Damaged(_)) || at.elapsed() < REST)
        {
            return Begun::Ended(verdict.clone());
        }
        let running = self.run();
        let begun = Begun::Running(running.verdict.clone());
        *state = State::Running(running);
        begun
    }

    fn run(&self) -> Running {
        let (tell, verdict) = watch::channel(None);
        let (path, opened) = (self.path.clone(), Arc::clone(&self.opened));
        let connection = open_to_read(&path);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let work = move || {
            let mut opened = opened.lock().unwrap_or_else(PoisonError::into_inner);
            let checked = connection.and_then(|mut connection| {
                stop_when_told(&mut connection, &path, &stopped)?;
                check(&connection, &path, Depth::Quick, &mut opened, &stopped)
            });
            let verdict = Verdict::of_check(checked);
            report(&verdict, &path);
            // All waiting requests may have timed out.
            let _ = tell.send(Some(verdict));
        };
        let thread = std::thread::Builder::new().name("ruhui-check".to_owned()).spawn(work).ok();
        Running { verdict, stop, thread }
    }
}

/// Makes SQLite poll the stop flag regularly. An interrupt would not stop a check that has not begun yet.
fn stop_when_told(
    connection: &mut Connection,
    path: &Path,
    stop: &Arc<AtomicBool>,
) -> Result<(), StoreError> {
    let stop = Arc::clone(stop);
    connection
        .progress_handler(STEPS_BETWEEN, Some(move || stop.load(Ordering::Relaxed)))
        .map_err(|error| failed(path, &error))
}

enum Begun {
    Ended(Verdict),
    Running(Awaited),
}

/// Logs the verdict, since every request may have stopped waiting for it.
fn report(verdict: &Verdict, path: &Path) {
    let place = path.display().to_string();
    let unknown = StoreError::Unreadable { place, why: ("it could not be checked", "无法检查").into() };
    let error = verdict.clone().of(unknown, path);
    tracing::error!(%error, "SQLite reported a malformed store, and its file was checked");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_unknown(begun: &Begun) -> bool {
        matches!(begun, Begun::Ended(Verdict::Unknown))
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_whose_thread_dies_has_ended_and_is_made_again_later() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ruhui.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        let check = DamageCheck::new(path);
        let (tell, verdict) = watch::channel(None);
        let running = Running { verdict, stop: Arc::default(), thread: None };
        *check.state.lock().unwrap() = State::Running(running);
        assert!(matches!(check.begin(), Begun::Running(_)));
        drop(tell);
        assert!(is_unknown(&check.begin()));
        tokio::time::advance(REST - Duration::from_millis(1)).await;
        assert!(is_unknown(&check.begin()), "not all the time");
        tokio::time::advance(Duration::from_millis(1)).await;
        let Begun::Running(mut verdict) = check.begin() else { panic!("it is made again") };
        let verdict = verdict.wait_for(Option::is_some).await.unwrap();
        assert!(matches!(*verdict, Some(Verdict::Sound)));
    }

    #[test]
    fn a_check_that_is_told_to_stop_before_it_begins_stops() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ruhui.db");
        let mut connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE t (x); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                 INSERT INTO t SELECT i FROM n",
            )
            .unwrap();
        let stop = Arc::new(AtomicBool::new(true));
        stop_when_told(&mut connection, &path, &stop).unwrap();
        let stopped = check(&connection, &path, Depth::Quick, &mut Vec::new(), &stop);
        assert!(matches!(Verdict::of_check(stopped), Verdict::Unknown));
        assert!(matches!(read(&path, &mut Vec::new(), &stop), Ok(Extent::Part)));
        stop.store(false, Ordering::Relaxed);
        let whole = check(&connection, &path, Depth::Quick, &mut Vec::new(), &stop);
        assert!(matches!(Verdict::of_check(whole), Verdict::Sound));
    }
}
