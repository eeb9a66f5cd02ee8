//! Tests of the contract of the store, on every backend.

use ruhui_server::store::{Key, Kind, MemoryStore, Sharing, SqliteStore, Store, Value, Write, conformance};
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

#[tokio::test]
async fn services_may_share_memory() {
    let store = MemoryStore::shared();
    conformance::run_shared(&store, &store).await;
}

#[test]
fn a_file_and_memory_are_made_for_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = SqliteStore::open(folder.path().join("ruhui.db")).unwrap();
    for store in [&MemoryStore::new() as &dyn Store, &file] {
        assert_eq!(store.sharing(), Sharing::OneProcess);
    }
}

/// Two processes that write to one file wait for each other, and both succeed.
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
