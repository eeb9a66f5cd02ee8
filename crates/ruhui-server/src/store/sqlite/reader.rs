//! Reads: a small connection pool next to the writer's connection, and loads that are grouped.
//!
//! A read transaction costs four system calls, and after each commit SQLite reads the file's pages again. A
//! busy service therefore loads records for all requests that are ready in one transaction, as it commits for
//! them: see `group`.

use super::connect::connect;
use super::report::failed;
use super::statement;
use crate::store::group::leader::Group;
use crate::store::{self, Key, Kind, StoreError, Stored, Value};
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row, params};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

type Found = Result<Vec<Option<Stored>>, StoreError>;
/// Keys that a caller loads, and the channel for its records.
type Waiting = (Vec<Key>, oneshot::Sender<Found>);

pub(super) struct Reader {
    path: PathBuf,
    connections: Vec<Mutex<Connection>>,
    group: Group<Waiting>,
}

impl Reader {
    /// Number of read connections. Readers wait for each other only when more than this many read at once; a
    /// read takes microseconds.
    const CONNECTIONS: usize = 4;

    pub(super) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let connections = (0..Self::CONNECTIONS).map(|_| connect(&path).map(Mutex::new));
        Ok(Self { connections: connections.collect::<Result<_, _>>()?, path, group: Group::new() })
    }

    /// Locks the first free connection, or waits for the first one if none is free.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        let free = self.connections.iter().find_map(|connection| connection.try_lock().ok());
        free.unwrap_or_else(|| self.connections[0].lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads with a connection. A connection that failed is replaced as soon as another one can be opened:
    /// its cache may hold wrong pages from a failing disk.
    fn read<T>(&self, act: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let mut connection = self.connection();
        act(&connection).map_err(|error| {
            // The new connection is open before the old one closes: open connections keep the log's index
            // alive for the writer.
            if error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy)
                && let Ok(another) = connect(&self.path)
            {
                *connection = another;
            }
            failed(&self.path, &error)
        })
    }

    pub(super) async fn load(&self, keys: &[Key]) -> Found {
        let (answer, answered) = oneshot::channel();
        self.group.join((keys.to_vec(), answer), |group| self.serve(group)).await;
        let gone = || StoreError::Unavailable {
            place: self.path.display().to_string(),
            why: ("a read was broken off", "读取被中断").into(),
        };
        answered.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Loads the records for those callers of a group that were not cancelled.
    fn serve(&self, group: Vec<Waiting>) {
        // Inline: a switch to another thread costs more than these lookups.
        let (asked, answers): (Vec<_>, Vec<_>) =
            group.into_iter().filter(|(_, answer)| !answer.is_closed()).unzip();
        let found = self.read(|connection| load(connection, &asked));
        let found = found.map_or_else(
            |error| asked.iter().map(|_| Err(error.clone())).collect::<Vec<_>>(),
            |found| found.into_iter().map(Ok).collect(),
        );
        for (answer, found) in answers.into_iter().zip(found) {
            // The caller may have been cancelled.
            let _ = answer.send(found);
        }
    }

    /// Reads a page of a scan. Ids with one prefix are adjacent, so the first id without it ends the scan,
    /// and no upper bound is needed.
    pub(super) fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        self.read(|connection| scan(connection, kind, prefix, after, limit))
    }

    /// Reads all records, with one statement and so as of one moment.
    pub(super) fn export(&self) -> Result<Vec<store::Row>, StoreError> {
        self.read(export)
    }
}

/// Loads every caller's records in one read transaction, so as of one moment. A single lookup needs no
/// transaction.
fn load(connection: &Connection, asked: &[Vec<Key>]) -> rusqlite::Result<Vec<Vec<Option<Stored>>>> {
    let read =
        || asked.iter().map(|keys| keys.iter().map(|key| load_one(connection, key)).collect()).collect();
    if let [keys] = asked
        && keys.len() <= 1
    {
        return read();
    }
    // BEGIN and COMMIT are cached statements: parsing them costs as much as a lookup.
    connection.prepare_cached("BEGIN")?.execute([])?;
    let ended = read().and_then(|found| {
        connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]))?;
        Ok(found)
    });
    if ended.is_err() {
        // Without the rollback the next group could not begin. After an error that has already ended the
        // transaction, the rollback fails; the first error is the one to report.
        let _ = connection.execute_batch("ROLLBACK");
    }
    ended
}

fn load_one(connection: &Connection, key: &Key) -> rusqlite::Result<Option<Stored>> {
    connection
        .prepare_cached(statement::LOAD)?
        .query_row(params![key.kind.number(), key.id], |row| read_record(row, 0))
        .optional()
}

fn read_record(row: &Row<'_>, from: usize) -> rusqlite::Result<Stored> {
    Ok(Stored { version: row.get(from)?, value: row.get(from + 1)? })
}

fn scan(
    connection: &Connection,
    kind: Kind,
    prefix: &str,
    after: &str,
    limit: usize,
) -> rusqlite::Result<Vec<(String, Stored)>> {
    let (sql, from) =
        if after < prefix { (statement::SCAN_FROM, prefix) } else { (statement::SCAN_AFTER, after) };
    let mut statement = connection.prepare_cached(sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![kind.number(), from, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        if !id.starts_with(prefix) {
            break;
        }
        found.push((id, read_record(row, 1)?));
    }
    Ok(found)
}

fn export(connection: &Connection) -> rusqlite::Result<Vec<store::Row>> {
    let mut statement = connection.prepare_cached(statement::EXPORT)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let number: u8 = row.get(0)?;
        // No release has written another number: the schema's version says which numbers exist.
        let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.number() == number) else { continue };
        let expires: Option<i64> = row.get(3)?;
        found.push(store::Row {
            key: Key { kind, id: row.get(1)? },
            version: row.get(2)?,
            expires: expires.and_then(|at| Timestamp::from_millisecond(at).ok()),
            value: Value(row.get(4)?),
        });
    }
    Ok(found)
}
