//! Tests of disks that are full, that fail to read or write, or whose power is cut, under the real binary:
//! the store has everything that was acknowledged, and nothing is acknowledged that it lacks. `shim.c`
//! injects the faults; it needs a C compiler, as SQLite does.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

mod cuts;
mod messages;
mod reads;
mod restores;
#[allow(dead_code, reason = "each test binary uses a part of this")]
#[path = "../sandbox/running.rs"]
mod running;
mod shim;
#[path = "../wire/mod.rs"]
mod wire;

use ruhui_server::env::SystemEntropy;
use ruhui_server::store::{ExistingFile, Key, Kind, SqliteStore, Store as _, back_up};
use std::path::Path;

/// Checks every page of a store, and that it has each of these tokens.
fn assert_whole(store: &Path, tokens: &[String], about: &str) {
    let folder = tempfile::tempdir().unwrap();
    // A backup reads and checks all pages.
    back_up(store, &folder.path().join("copy.db"), ExistingFile::Keep, &SystemEntropy)
        .unwrap_or_else(|error| panic!("{about}: {error}"));
    let keys: Vec<Key> = tokens.iter().map(|id| Key { kind: Kind::Token, id: id.clone() }).collect();
    let store = SqliteStore::open(store).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let found = runtime.block_on(store.load(&keys)).unwrap();
    let lost = found.iter().filter(|found| found.is_none()).count();
    assert_eq!(lost, 0, "{about}: of {} acknowledged tokens so many are lost", tokens.len());
}
