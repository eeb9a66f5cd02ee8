//! Tests of the embedded store's write-ahead log after a crash: the log is cut anywhere, or has a wrong byte. The file
//! opens and contains the first batches, each completely or not at all.

use ruhui_server::store::{Key, Kind, SqliteStore, Store as _, Value, Write};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

const BATCHES: usize = 3;

/// SQLite's smallest page size, so that the log is short enough to be cut at every byte.
const PAGE: usize = 512;

/// Size of the log's own header, in bytes; a frame is a header of 24 bytes and a page.
const HEADER: usize = 32;
const FRAME: usize = 24 + PAGE;

/// Copies of a store's file and its log, made while the store was open.
struct Copied {
    database: Vec<u8>,
    log: Vec<u8>,
    /// Length of the log after each batch was acknowledged.
    ends: Vec<usize>,
}

impl Copied {
    /// Returns the number of batches that were acknowledged when the log had this length.
    fn acknowledged(&self, length: usize) -> usize {
        self.ends.iter().filter(|end| **end <= length).count()
    }

    /// Opens a copy with this log, and counts its batches.
    fn reopen(&self, folder: &Path, log: &[u8]) -> usize {
        let path = folder.join("copy.db");
        std::fs::write(&path, &self.database).unwrap();
        std::fs::write(log_of(&path), log).unwrap();
        let connection = Connection::open(&path).unwrap();
        // The copy is deleted afterwards, so it needs no sync and no shared memory.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE").unwrap();
        connection.pragma_update(None, "synchronous", "OFF").unwrap();
        let found: Vec<String> = connection
            .prepare("SELECT id FROM records WHERE kind = 13 ORDER BY id")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let last: Option<String> = connection
            .query_row("SELECT max(value) FROM records WHERE kind = 5", [], |row| row.get(0))
            .unwrap();
        let count = found.len() / 2;
        assert_eq!(found, (1..=count).flat_map(ids).collect::<Vec<_>>(), "a batch in part, or one left out");
        assert_eq!(last, (count > 0).then(|| count.to_string()), "the change is not of the same batch");
        count
    }
}

/// Returns the ids of the two new records of a batch.
fn ids(number: usize) -> [String; 2] {
    [format!("{number}-a"), format!("{number}-b")]
}

/// Returns a batch of two new records and a change of an existing one.
fn batch(number: usize) -> Vec<Write> {
    let put = |kind, id: String, read, value| Write::Put {
        key: Key { kind, id },
        read,
        value: Value(value),
        expires: None,
    };
    let mut writes: Vec<Write> =
        ids(number).into_iter().map(|id| put(Kind::Token, id, None, "\"x\"".repeat(10))).collect();
    let read = (number > 1).then_some(number as i64 - 1);
    writes.push(put(Kind::User, "user".to_owned(), read, number.to_string()));
    writes
}

fn log_of(path: &Path) -> PathBuf {
    path.with_extension("db-wal")
}

async fn copied(folder: &Path) -> Copied {
    let path = folder.join("ruhui.db");
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "page_size", PAGE as i64).unwrap();
    connection.execute_batch("VACUUM").unwrap();
    let store = SqliteStore::open(&path).unwrap();
    // The checkpoint copies the schema into the file, so that the log contains only batches.
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
    assert_eq!((busy, std::fs::metadata(log_of(&path)).unwrap().len()), (0, 0));
    let mut ends = Vec::new();
    for number in 1..=BATCHES {
        store.commit(batch(number)).await.unwrap();
        ends.push(std::fs::metadata(log_of(&path)).unwrap().len() as usize);
    }
    let copied =
        Copied { database: std::fs::read(&path).unwrap(), log: std::fs::read(log_of(&path)).unwrap(), ends };
    assert_eq!((copied.log.len() - HEADER) % FRAME, 0);
    assert_eq!(copied.ends.last(), Some(&copied.log.len()));
    copied
}

#[tokio::test]
async fn a_log_cut_anywhere_keeps_all_that_was_acknowledged_before_the_cut() {
    let folder = tempfile::tempdir().unwrap();
    let copied = copied(folder.path()).await;
    for length in 0..=copied.log.len() {
        let found = copied.reopen(folder.path(), &copied.log[..length]);
        assert_eq!(found, copied.acknowledged(length), "cut at {length}");
    }
}

#[tokio::test]
async fn a_wrong_byte_in_the_log_ends_it_before_that_page_and_nothing_worse() {
    let folder = tempfile::tempdir().unwrap();
    let copied = copied(folder.path()).await;
    for at in 0..copied.log.len() {
        let mut log = copied.log.clone();
        log[at] ^= 1 << (at % 8);
        let intact = at.checked_sub(HEADER).map_or(0, |past| HEADER + past / FRAME * FRAME);
        let found = copied.reopen(folder.path(), &log);
        assert_eq!(found, copied.acknowledged(intact), "bit {} of byte {at}", at % 8);
    }
}
