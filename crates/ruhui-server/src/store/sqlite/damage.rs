//! Damage, and reads that failed: SQLite reports both as a malformed database.
//!
//! An operator who restores a backup after a failed read loses every commit since that backup, so damage is reported
//! only after it has been proven: SQLite's check of the whole file finds it while the system reads every byte of the
//! file.

use super::connect::open_to_read;
use super::lock::beside;
use super::report::{failed, said};
use crate::store::{CommitError, StoreError};
use ruhui_core::bilingual::{Bilingual, OsError};
use rusqlite::{Connection, ErrorCode, InterruptHandle};
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// The part of a file that is in memory at once.
const PIECE: usize = 1024 * 1024;
/// A request waits this long for the verdict, and then gets [`StoreError::Unreadable`].
const PATIENCE: Duration = Duration::from_secs(2);
/// A verdict on a file without damage holds this long: a disk whose reads keep failing must not be read in whole all the
/// time.
const REST: Duration = Duration::from_secs(10);

/// The result of a check.
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
    /// The verdict of a check, also of one that could not be made.
    fn of_check(checked: Result<Self, StoreError>) -> Self {
        match checked {
            Ok(verdict) => verdict,
            Err(StoreError::Disk { why, .. }) => Self::Failed(why),
            Err(_) => Self::Unknown,
        }
    }

    /// The error of an operation that failed with `error`, where SQLite could not tell damage from a failed read.
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

/// One of SQLite's two checks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Depth {
    /// All pages and rows.
    Quick,
    /// The indexes too.
    Full,
}

/// The result of SQLite's check alone.
enum Found {
    Nothing,
    Damage(Bilingual),
    /// It may be damage or a read that failed.
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

/// Whether the check could not get a page, rather than found something wrong in it.
fn is_doubtful(found: &str) -> bool {
    ["unable to get the page", "failed to get page", "failed to read ptrmap"]
        .iter()
        .any(|words| found.contains(words))
}

/// Checks the file that a connection has open. What is opened besides is kept in `opened`.
fn check(
    connection: &Connection,
    path: &Path,
    depth: Depth,
    opened: &mut Vec<File>,
) -> Result<Verdict, StoreError> {
    verdict(connection, path, depth, opened).map_err(|error| failed(path, &error))
}

fn verdict(
    connection: &Connection,
    path: &Path,
    depth: Depth,
    opened: &mut Vec<File>,
) -> rusqlite::Result<Verdict> {
    match look(connection, depth)? {
        Found::Nothing => return Ok(Verdict::Sound),
        Found::Damage(why) => return Ok(Verdict::Damaged(why)),
        Found::Doubt(_) => {}
    }
    if let Err(error) = read(path, opened) {
        let error = OsError::from(&error);
        return Ok(Verdict::Failed(Bilingual::new(
            format!("its file cannot be read: {error}"),
            format!("文件无法读取：{error:#}"),
        )));
    }
    // Every byte can be read now, so a check that fails again fails because of the bytes.
    Ok(match look(connection, depth)? {
        Found::Nothing => Verdict::Sound,
        Found::Damage(why) | Found::Doubt(why) => Verdict::Damaged(why),
    })
}

/// Reads the file and its log to their ends. To close one of them would release the locks that SQLite's connections of
/// this process hold on it, so whoever asks keeps them open for as long as there are such connections.
fn read(path: &Path, opened: &mut Vec<File>) -> io::Result<()> {
    if opened.is_empty() {
        opened.push(File::open(path)?);
        opened.extend(File::open(beside(path, "-wal")).ok());
    }
    let mut piece = vec![0; PIECE];
    for mut file in opened.iter() {
        file.seek(io::SeekFrom::Start(0))?;
        while file.read(&mut piece)? > 0 {}
    }
    Ok(())
}

/// Checks a file before a service runs, or without one.
pub(super) fn check_once(connection: &Connection, path: &Path, depth: Depth) -> Result<Verdict, StoreError> {
    let mut opened = Vec::new();
    let verdict = check(connection, path, depth, &mut opened);
    // Another store of this process may have the file open, and keeps its locks. A process comes here a few times.
    opened.into_iter().for_each(std::mem::forget);
    verdict
}

/// Decides a [`StoreError::Unreadable`] before a service runs, or without one; any other error stays as it is.
pub(super) fn decide(error: StoreError, path: &Path) -> StoreError {
    let StoreError::Unreadable { .. } = error else { return error };
    let checked = open_to_read(path).and_then(|connection| check_once(&connection, path, Depth::Quick));
    Verdict::of_check(checked).of(error, path)
}

/// Decides the errors of a store that is in use. One check runs at a time, on a thread of its own.
pub(super) struct DamageCheck {
    path: PathBuf,
    state: Mutex<State>,
    /// Dropped with the store, after its connections.
    opened: Arc<Mutex<Vec<File>>>,
}

enum State {
    Idle,
    Running(Running),
    Ended(Verdict, Instant),
}

struct Running {
    verdict: Awaited,
    interrupt: Option<InterruptHandle>,
    thread: Option<JoinHandle<()>>,
}

/// A verdict that is still to come.
type Awaited = watch::Receiver<Option<Verdict>>;

/// A store that is dropped breaks its check off.
impl Drop for Running {
    fn drop(&mut self) {
        if let Some(interrupt) = &self.interrupt {
            interrupt.interrupt();
        }
        if let Some(thread) = self.thread.take() {
            // If it panicked, nobody gets a verdict.
            let _ = thread.join();
        }
    }
}

impl DamageCheck {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, state: Mutex::new(State::Idle), opened: Arc::default() }
    }

    /// Decides the error of a result.
    pub(super) async fn result<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        match result {
            Err(error) => Err(self.decide(error).await),
            done => done,
        }
    }

    /// Decides the error of a commit.
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

    /// Begins a check, unless one is running or has ended just now.
    fn begin(&self) -> Begun {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Running(running) = &*state {
            let ended = running.verdict.borrow().clone();
            match ended {
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
        let interrupt = connection.as_ref().ok().map(Connection::get_interrupt_handle);
        let work = move || {
            let mut opened = opened.lock().unwrap_or_else(PoisonError::into_inner);
            let checked =
                connection.and_then(|connection| check(&connection, &path, Depth::Quick, &mut opened));
            let verdict = Verdict::of_check(checked);
            report(&verdict, &path);
            // Nobody may be waiting.
            let _ = tell.send(Some(verdict));
        };
        let thread = std::thread::Builder::new().name("ruhui-check".to_owned()).spawn(work).ok();
        Running { verdict, interrupt, thread }
    }
}

enum Begun {
    Ended(Verdict),
    Running(Awaited),
}

/// Every request may have stopped waiting for the verdict, so the log gets it too.
fn report(verdict: &Verdict, path: &Path) {
    let place = path.display().to_string();
    let unknown = StoreError::Unreadable { place, why: ("it could not be checked", "无法检查").into() };
    let error = verdict.clone().of(unknown, path);
    tracing::error!(%error, "SQLite reported a malformed store, and its file was checked");
}
