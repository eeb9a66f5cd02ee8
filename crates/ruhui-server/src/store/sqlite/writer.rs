//! The writer thread (group commit): applies every waiting batch in one transaction, and syncs once.
//!
//! Batches arrive in groups, since each group costs a sync and two thread switches: see `group`.

use super::statement;
use super::write_connection::{BEGIN, WriteConnection};
use crate::store::group::MAX_GROUP;
use crate::store::group::leader::Group;
use crate::store::{Batch, CommitError, Key, Row, StoreError, Submitted, Value, Write};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A batch, and the channel for its result.
type Waiting = (Batch, oneshot::Sender<Result<(), CommitError>>);

enum Job {
    Commit(Vec<Waiting>),
    Expire(Timestamp, usize, oneshot::Sender<Result<usize, StoreError>>),
    Replace(Vec<Row>, oneshot::Sender<Result<(), StoreError>>),
}

pub(super) struct Writer {
    /// `None` once the writer is being dropped, which ends the thread.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    group: Group<Waiting>,
    place: Arc<str>,
}

impl Writer {
    pub(super) fn start(connection: Connection, path: PathBuf) -> Result<Self, StoreError> {
        let (jobs, waiting) = channel();
        let place = path.display().to_string();
        let mut writes = WriteConnection::new(connection, path);
        let thread = std::thread::Builder::new()
            .name("ruhui-writer".to_owned())
            .spawn(move || run(&mut writes, &waiting))
            .map_err(|error| StoreError::Unavailable { place: place.clone(), why: error.into() })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), group: Group::new(), place: place.into() })
    }

    pub(super) async fn submit(&self, batch: Batch) -> Submitted {
        let (answer, answered) = oneshot::channel();
        self.group.join((batch, answer), |group| self.commit(group)).await;
        let place = Arc::clone(&self.place);
        Box::pin(async move { answered.await.map_err(|_| gone(&place))? })
    }

    pub(super) async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Expire(now, limit, answer));
        answered.await.map_err(|_| gone(&self.place))?
    }

    pub(super) async fn replace(&self, rows: Vec<Row>) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Replace(rows, answer));
        answered.await.map_err(|_| gone(&self.place))?
    }

    /// Sends a group to the writer thread, without the batches of callers that were cancelled before.
    fn commit(&self, mut group: Vec<Waiting>) {
        group.retain(|(_, answer)| !answer.is_closed());
        self.send(Job::Commit(group));
    }

    /// Sends a job. If the writer has ended, dropping the job wakes every caller with an error.
    fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
    }
}

fn gone(place: &str) -> StoreError {
    StoreError::Unavailable {
        place: place.to_owned(),
        why: ("its writer has ended", "写入线程已结束").into(),
    }
}

/// Waits for pending work, so that the file is complete and unlocked once the store is dropped.
impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // If the thread panicked, every waiting caller has received an error.
            let _ = thread.join();
        }
    }
}

fn run(connection: &mut WriteConnection, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let mut group = Vec::new();
        let mut job = Some(first);
        while let Some(next) = job.take() {
            match next {
                Job::Commit(batches) => group.extend(batches),
                Job::Expire(now, limit, answer) => {
                    // The caller may have been cancelled; the work is done all the same.
                    let _ = answer.send(connection.write(|connection| expire(connection, now, limit)));
                }
                Job::Replace(rows, answer) => {
                    // Batches that were submitted earlier come first.
                    if !group.is_empty() {
                        commit_group(connection, std::mem::take(&mut group));
                    }
                    let _ = answer.send(connection.write(|connection| replace(connection, &rows)));
                }
            }
            if group.len() < MAX_GROUP {
                job = waiting.try_recv().ok();
            }
        }
        if !group.is_empty() {
            commit_group(connection, group);
        }
    }
}

/// Commits a group with one sync. If the sync fails, no batch of the group is acknowledged.
fn commit_group(connection: &mut WriteConnection, group: Vec<Waiting>) {
    let mut verdicts = Vec::with_capacity(group.len());
    let applied = connection.write(|connection| {
        let transaction = connection.transaction_with_behavior(BEGIN)?;
        for (batch, _) in &group {
            verdicts.push(apply_batch(&transaction, batch)?);
        }
        transaction.commit()
    });
    for (index, (_, answer)) in group.into_iter().enumerate() {
        let result = match (&applied, verdicts.get(index)) {
            (Err(error), _) => Err(CommitError::Store(error.clone())),
            (Ok(()), Some(Some(key))) => Err(CommitError::Changed(Key::clone(key))),
            (Ok(()), _) => Ok(()),
        };
        let _ = answer.send(result);
    }
}

/// Applies a batch, or returns the key of a record with a version conflict. All conditions are checked before
/// the first write, so a failed batch needs no rollback. The first new record is checked by its insert, which
/// therefore comes first and writes nothing if the record exists.
fn apply_batch(transaction: &Transaction<'_>, batch: &Batch) -> rusqlite::Result<Option<Key>> {
    let is_new = |write: &Write| matches!(write, Write::Put { read: None, .. });
    let first = batch.iter().position(is_new);
    for (index, write) in batch.iter().enumerate() {
        if Some(index) != first
            && let (key, read) = write.condition()
            && version(transaction, key)? != read
        {
            return Ok(Some(key.clone()));
        }
    }
    if let Some(write) = first.map(|index| &batch[index])
        && !insert(transaction, write)?
    {
        return Ok(Some(write.condition().0.clone()));
    }
    for (index, write) in batch.iter().enumerate() {
        if Some(index) != first {
            apply_one(transaction, write)?;
        }
    }
    Ok(None)
}

fn version(transaction: &Transaction<'_>, key: &Key) -> rusqlite::Result<Option<i64>> {
    transaction
        .prepare_cached(statement::VERSION)?
        .query_row(params![key.kind.number(), key.id], |row| row.get(0))
        .optional()
}

/// Creates a record; returns `false` if it exists.
fn insert(transaction: &Transaction<'_>, write: &Write) -> rusqlite::Result<bool> {
    let Write::Put { key, value, expires, .. } = write else { return Ok(true) };
    let inserted = transaction.prepare_cached(statement::INSERT)?.execute(params![
        key.kind.number(),
        key.id,
        key.kind.expiry(*expires),
        value.0
    ])?;
    Ok(inserted == 1)
}

fn apply_one(transaction: &Transaction<'_>, write: &Write) -> rusqlite::Result<()> {
    match write {
        Write::Put { key, read, value, expires } => {
            put(transaction, key, read.unwrap_or(0) + 1, *expires, value)?;
        }
        Write::Delete { key, .. } => {
            transaction.prepare_cached(statement::DELETE)?.execute(params![key.kind.number(), key.id])?;
        }
        Write::Expect { .. } => {}
    }
    Ok(())
}

/// Creates or replaces a record.
fn put(
    transaction: &Transaction<'_>,
    key: &Key,
    version: i64,
    expires: Option<Timestamp>,
    value: &Value,
) -> rusqlite::Result<()> {
    let (kind, expires) = (key.kind.number(), key.kind.expiry(expires));
    transaction.prepare_cached(statement::PUT)?.execute(params![kind, key.id, version, expires, value.0])?;
    Ok(())
}

fn expire(connection: &mut Connection, now: Timestamp, limit: usize) -> rusqlite::Result<usize> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let transaction = connection.transaction_with_behavior(BEGIN)?;
    let forgotten =
        transaction.prepare_cached(statement::EXPIRE)?.execute(params![now.as_millisecond(), limit])?;
    transaction.commit()?;
    Ok(forgotten)
}

/// Replaces all records in one transaction.
fn replace(connection: &mut Connection, rows: &[Row]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(BEGIN)?;
    transaction.prepare_cached(statement::CLEAR)?.execute([])?;
    for Row { key, version, expires, value } in rows {
        put(&transaction, key, *version, *expires, value)?;
    }
    transaction.commit()
}
