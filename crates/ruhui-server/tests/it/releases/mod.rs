//! Tests of stores that an earlier release wrote, opened by this release.
//!
//! Each folder `fixtures/store-MAJOR.MINOR` contains one store twice: as SQLite's file, and as the dump of a schema in
//! PostgreSQL. `cargo xtask store-fixture` writes the folder of the current release; `life` describes its contents.

mod earlier;
mod later;
mod life;
mod unreadable;

use crate::common::*;
use ruhui_server::env::{Env, SystemEntropy};
use ruhui_server::store::{Key, Kind, SqliteStore, Store, StoreLocation, Stored, Value, Write};
use std::sync::Arc;

const FILE: &[u8] = include_bytes!("../../fixtures/store-0.1/ruhui.db");
const DUMP: &str = include_str!("../../fixtures/store-0.1/postgres.sql");

/// Number of records in either form of the fixture.
const RECORDS: usize = 147;

/// The store that release 0.1 wrote.
struct Fixture {
    store: Arc<dyn Store>,
    /// Keeps the folder with the copy of the file.
    _folder: Option<tempfile::TempDir>,
}

/// Opens a copy of the file. The tests of the target `postgres` restore the dump instead.
async fn fixture() -> Fixture {
    if env!("CARGO_CRATE_NAME") == "postgres" {
        return Fixture { store: database::restore(DUMP).await, _folder: None };
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ruhui.db");
    std::fs::write(&path, FILE).unwrap();
    Fixture { store: Arc::new(SqliteStore::open(path).unwrap()), _folder: Some(folder) }
}

/// Returns every record of a store.
async fn records(store: &dyn Store) -> Vec<(Key, Stored)> {
    let mut records = Vec::new();
    for kind in Kind::ALL {
        let found = store.scan(kind, "", "", 1000).await.unwrap();
        records.extend(found.into_iter().map(|(id, stored)| (Key { kind, id }, stored)));
    }
    records
}

/// Overwrites the value of a record, as another release would.
async fn overwrite(store: &dyn Store, key: &Key, version: i64, value: String) {
    let write = Write::Put { key: key.clone(), read: Some(version), value: Value(value), expires: None };
    store.commit(vec![write]).await.unwrap();
}

/// Writes the fixture's records to the empty store that the environment names.
#[tokio::test]
#[ignore = "`cargo xtask store-fixture` runs it"]
#[allow(clippy::disallowed_methods, reason = "the command that runs it names the store")]
async fn write_the_fixture_of_this_release() {
    let place: StoreLocation = std::env::var("RUHUI_STORE_FIXTURE").unwrap().parse().unwrap();
    let clock = Arc::new(ruhui_server::env::ManualClock::new(at(NOW)));
    let env = Env { wire: clock.clone(), business: clock, entropy: Arc::new(SystemEntropy) };
    life::write(place.open(&env).await.unwrap()).await;
}
