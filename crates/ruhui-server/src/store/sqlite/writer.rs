//! The one writer: takes every batch that is waiting, applies them in one transaction, syncs once.
//!
//! Batches gather before they go to it: each group costs a sync and two changes of thread, so a busy service
//! should have few and large ones: see `group`.

use super::statement::statement;
use super::write_connection::{BEGIN, Pen};
use crate::store::group::leader::Gathering;
use crate::store::{Batch, CommitError, Key, Kind, StoreError, Submitted, Write};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A group is synced when this many batches are in it, so that the first does not wait for ever.
const GROUP: usize = 512;

/// Batches, and who waits for each.
type Group = Vec<Waiting>;
/// A batch, and who waits for it.
type Waiting = (Batch, oneshot::Sender<Result<(), CommitError>>);

enum Job {
    Commit(Group),
    Expire(Timestamp, usize, oneshot::Sender<Result<usize, StoreError>>),
}

pub(super) struct Writer {
    /// `None` once it is being dropped, which tells the thread to end.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    gathering: Gathering<Waiting>,
    place: Arc<str>,
}

impl Writer {
    pub(super) fn start(connection: Connection, path: PathBuf) -> Result<Self, StoreError> {
        let (jobs, waiting) = channel();
        let place = path.display().to_string();
        let mut pen = Pen::new(connection, path);
        let thread = std::thread::Builder::new()
            .name("ruhui-writer".to_owned())
            .spawn(move || run(&mut pen, &waiting))
            .map_err(|error| StoreError::Unavailable { place: place.clone(), why: error.into() })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), gathering: Gathering::new(), place: place.into() })
    }

    pub(super) async fn submit(&self, batch: Batch) -> Submitted {
        let (answer, answered) = oneshot::channel();
        match self.gathering.join((batch, answer)) {
            None => {
                let _departure = Departure(self);
                self.gathering.grow().await;
            }
            Some(left) => left.await,
        }
        let place = Arc::clone(&self.place);
        Box::pin(async move { answered.await.map_err(|_| gone(&place))? })
    }

    pub(super) async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Expire(now, limit, answer));
        answered.await.map_err(|_| gone(&self.place))?
    }

    /// If the writer has ended, dropping the job tells all who wait for it.
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

/// Waits for what is under way, so that the file is whole and nobody's once the store is dropped.
impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // If it panicked, all who waited have been told.
            let _ = thread.join();
        }
    }
}

/// Sends the group off when it is dropped, so that it also leaves when its first caller goes away.
struct Departure<'a>(&'a Writer);

impl Drop for Departure<'_> {
    fn drop(&mut self) {
        self.0.gathering.leave(|group| self.0.send(Job::Commit(group)));
    }
}

fn run(pen: &mut Pen, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let mut group = Vec::new();
        let mut job = Some(first);
        while let Some(next) = job.take() {
            match next {
                Job::Commit(batches) => group.extend(batches),
                Job::Expire(now, limit, answer) => {
                    // Whoever asked may have gone; the work is done all the same.
                    let _ = answer.send(pen.write(|connection| expire(connection, now, limit)));
                }
            }
            if group.len() < GROUP {
                job = waiting.try_recv().ok();
            }
        }
        if !group.is_empty() {
            commit_group(pen, group);
        }
    }
}

/// One sync for the whole group: if it fails, nobody's batch is acknowledged.
fn commit_group(pen: &mut Pen, group: Group) {
    let mut verdicts = Vec::with_capacity(group.len());
    let applied = pen.write(|connection| {
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

/// Applies a batch, or names the record that has changed. All conditions are checked before the first write, so a
/// failed batch needs no undoing; a new record's place is checked by putting it there, which comes first and writes
/// nothing if it is taken.
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
        .prepare_cached(statement!(key.kind, "SELECT version FROM ", " WHERE id = ?1"))?
        .query_row([&key.id], |row| row.get(0))
        .optional()
}

/// Creates a record; `false` if there is one.
fn insert(transaction: &Transaction<'_>, write: &Write) -> rusqlite::Result<bool> {
    let Write::Put { key, value, expires, .. } = write else { return Ok(true) };
    let inserted = transaction
        .prepare_cached(statement!(
            key.kind,
            "INSERT INTO ",
            " (id, version, value, expires_at) VALUES (?1, 1, ?2, ?3) ON CONFLICT DO NOTHING"
        ))?
        .execute(params![key.id, value.0, expires.map(Timestamp::as_millisecond)])?;
    Ok(inserted == 1)
}

fn apply_one(transaction: &Transaction<'_>, write: &Write) -> rusqlite::Result<()> {
    match write {
        Write::Put { key, read, value, expires } => {
            let version = read.unwrap_or(0) + 1;
            let expires = expires.map(Timestamp::as_millisecond);
            transaction
                .prepare_cached(statement!(
                    key.kind,
                    "INSERT OR REPLACE INTO ",
                    " (id, version, value, expires_at) VALUES (?1, ?2, ?3, ?4)"
                ))?
                .execute(params![key.id, version, value.0, expires])?;
        }
        Write::Delete { key, .. } => {
            transaction
                .prepare_cached(statement!(key.kind, "DELETE FROM ", " WHERE id = ?1"))?
                .execute([&key.id])?;
        }
        Write::Expect { .. } => {}
    }
    Ok(())
}

fn expire(connection: &mut Connection, now: Timestamp, limit: usize) -> rusqlite::Result<usize> {
    let transaction = connection.transaction_with_behavior(BEGIN)?;
    let mut forgotten = 0;
    for kind in Kind::EXPIRING {
        forgotten += transaction
            .prepare_cached(statement!(
                kind,
                "DELETE FROM ",
                " WHERE id IN (SELECT id FROM ",
                " WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)"
            ))?
            .execute(params![now.as_millisecond(), (limit - forgotten) as i64])?;
    }
    transaction.commit()?;
    Ok(forgotten)
}
