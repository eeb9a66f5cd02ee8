//! Tests that the embedded store's files stay within their size, and are complete after it is closed.

use jiff::{SignedDuration, Timestamp};
use ruhui_server::env::{Clock as _, ManualClock};
use ruhui_server::store::{Key, Kind, SqliteStore, Store as _, Value, Write};
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// Number of records that one expiry run deletes.
const AT_ONCE: usize = 1000;
/// Size to which the log is truncated, and its growth during one checkpoint.
const LOG: u64 = 16 * 1024 * 1024;

fn put(kind: Kind, id: String, bytes: usize, expires: Option<Timestamp>) -> Write {
    let value = Value(format!("\"{}\"", "x".repeat(bytes)));
    Write::Put { key: Key { kind, id }, read: None, value, expires }
}

fn log_of(path: &Path) -> PathBuf {
    path.with_extension("db-wal")
}

fn pages(path: &Path) -> i64 {
    Connection::open(path).unwrap().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap()
}

/// Commits two thousand tokens an hour, each valid for an hour, with realistic ids and rows. The expiry job runs every
/// minute.
#[tokio::test]
async fn a_day_of_tokens_takes_no_more_than_its_first_hours() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ruhui.db");
    let store = SqliteStore::open(&path).unwrap();
    let clock = ManualClock::new(Timestamp::from_second(1_800_000_000).unwrap());
    let mut sizes = Vec::new();
    let mut number = 0_u64;
    for _hour in 0..24 {
        for _minute in 0..60 {
            clock.advance(SignedDuration::from_mins(1));
            let now = clock.now();
            let batch = (0..33).map(|_| {
                number += 1;
                // The id begins with the time, then has unguessable characters.
                let id = format!("{:x}{:016x}", now.as_second(), number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
                put(Kind::Token, id, 400, Some(now + HOUR))
            });
            store.commit(batch.collect()).await.unwrap();
            while store.expire(now, AT_ONCE).await.unwrap() == AT_ONCE {}
        }
        sizes.push(pages(&path));
    }
    assert!(sizes[0] > 200, "{sizes:?} are too few pages to tell");
    let most = sizes[2..].iter().max().unwrap();
    assert!(*most <= sizes[1] + sizes[1] / 10, "pages after each hour: {sizes:?}");
    let live = store.scan(Kind::Token, "", "", 10_000).await.unwrap().len();
    assert!((1900..=2000).contains(&live), "{live}");
    assert!(fs::metadata(log_of(&path)).unwrap().len() <= LOG);
}

/// A reader keeps the log from restarting, as a backup does.
#[tokio::test]
async fn a_log_that_grew_is_cut_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ruhui.db");
    let store = SqliteStore::open(&path).unwrap();
    let log = || fs::metadata(log_of(&path)).unwrap().len();
    let reader = Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    reader.query_row("SELECT count(*) FROM records", [], |row| row.get::<_, i64>(0)).unwrap();
    let mut number = 0;
    while log() < 2 * LOG {
        store.commit(vec![put(Kind::Media, number.to_string(), 1_000_000, None)]).await.unwrap();
        number += 1;
    }
    reader.execute_batch("COMMIT").unwrap();
    // The first commit copies the log into the file, the second restarts it.
    for _ in 0..2 {
        store.commit(vec![put(Kind::Media, number.to_string(), 10, None)]).await.unwrap();
        number += 1;
    }
    assert!(log() <= LOG, "{} bytes", log());
}

#[tokio::test]
async fn the_file_alone_is_the_store_once_it_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("ruhui.db"), folder.path().join("copy.db"));
    let store = SqliteStore::open(&path).unwrap();
    for number in 0..50 {
        store.commit(vec![put(Kind::User, format!("{number:02}"), 10, None)]).await.unwrap();
    }
    drop(store);
    assert!(!log_of(&path).exists());
    fs::copy(&path, &copy).unwrap();
    let copied = SqliteStore::open(&copy).unwrap();
    assert_eq!(copied.scan(Kind::User, "", "", 100).await.unwrap().len(), 50);
}
