//! The contract of the store, on every backend.

use ruhui_server::store::{Key, Kind, MemoryStore, SqliteStore, Store as _, Value, Write, conformance};
use std::sync::Arc;

#[tokio::test]
async fn memory_conforms() {
    conformance::run(MemoryStore::new).await;
}

#[tokio::test]
async fn sqlite_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let files = std::cell::Cell::new(0);
    let fresh = || {
        files.set(files.get() + 1);
        SqliteStore::open(folder.path().join(format!("{}.db", files.get()))).unwrap()
    };
    conformance::run(fresh).await;
}

/// Two processes over one file wait for each other, and neither fails.
#[tokio::test(flavor = "multi_thread")]
async fn two_sqlite_stores_write_to_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteStore::open(folder.path().join("shared.db")).unwrap());
    let writers = [open(), open()].into_iter().enumerate().map(|(index, store)| {
        tokio::spawn(async move {
            for number in 0..200 {
                let key = Key { kind: Kind::Token, id: format!("{index}-{number}") };
                let value = Value("{}".to_owned());
                store.commit(vec![Write::Put { key, read: None, value, expires: None }]).await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(open().scan(Kind::Token, "", "", 1000).await.unwrap().len(), 400);
}
