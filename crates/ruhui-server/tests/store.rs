//! The contract of the store, on every backend.

use ruhui_server::store::{MemoryStore, SqliteStore, conformance};

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
