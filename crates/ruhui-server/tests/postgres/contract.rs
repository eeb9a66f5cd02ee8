//! Tests of the contract of every store on PostgreSQL, and of mistakes that only this store could make.

use crate::database::{client, execute, open, schema, url};
use jiff::Timestamp;
use ruhui_core::env::alphanumeric;
use ruhui_server::env::SeededEntropy;
use ruhui_server::store::{
    CommitError, Key, Kind, Row, Sharing, Store, StoreError, StoreLocation, Submitted, Value, Write,
    conformance,
};
use std::sync::Arc;
use tokio::runtime::Handle;

pub(crate) fn key(kind: Kind, id: &str) -> Key {
    Key { kind, id: id.to_owned() }
}

pub(crate) fn put(id: &str, read: Option<i64>) -> Write {
    Write::Put { key: key(Kind::Token, id), read, value: Value(format!("\"{id}\"")), expires: None }
}

/// The store as a value, which the contract's tests expect.
struct Shared(Arc<dyn Store>);

#[async_trait::async_trait]
impl Store for Shared {
    fn sharing(&self) -> Sharing {
        self.0.sharing()
    }

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<ruhui_server::store::Stored>>, StoreError> {
        self.0.load(keys).await
    }

    async fn commit(&self, batch: Vec<Write>) -> Result<(), CommitError> {
        self.0.commit(batch).await
    }

    async fn submit(&self, batch: Vec<Write>) -> Submitted {
        self.0.submit(batch).await
    }

    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, ruhui_server::store::Stored)>, StoreError> {
        self.0.scan(kind, prefix, after, limit).await
    }

    async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.0.expire(now, limit).await
    }

    async fn export(&self) -> Result<Vec<Row>, StoreError> {
        self.0.export().await
    }

    async fn replace(&self, rows: Vec<Row>) -> Result<(), StoreError> {
        self.0.replace(rows).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_conforms() {
    let fresh = || {
        Shared(tokio::task::block_in_place(|| Handle::current().block_on(async { open(&schema()).await })))
    };
    conformance::run(fresh).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_share_postgres() {
    let schema = schema();
    conformance::run_shared(&*open(&schema).await, &*open(&schema).await).await;
}

#[tokio::test]
async fn a_place_opens_it() {
    let schema = schema();
    crate::database::make(&schema).await;
    let place: StoreLocation = url(&schema).parse().unwrap();
    let store = place.open(&ruhui_server::env::Env::system()).await.unwrap();
    store.commit(vec![put("a", None)]).await.unwrap();
    assert!(store.load(&[key(Kind::Token, "a")]).await.unwrap()[0].is_some());
}

/// PostgreSQL's text type cannot contain NUL. The store rejects a value with one, with a message, and other batches are
/// not affected.
#[tokio::test]
async fn a_nul_is_rejected_and_found_nowhere() {
    let store = open(&schema()).await;
    store.commit(vec![put("a", None)]).await.unwrap();
    let in_value = Write::Put {
        key: key(Kind::Token, "b"),
        read: None,
        value: Value("\"\0\"".to_owned()),
        expires: None,
    };
    for write in [put("a\0b", None), in_value] {
        let error = store.commit(vec![write]).await.unwrap_err().to_string();
        assert!(error.starts_with("the record of kind 13 (tokens) whose id is LIKE '"), "{error}");
        assert!(error.ends_with("it has a NUL character, which PostgreSQL cannot keep"), "{error}");
    }
    let keys = ["x\0", "a", "a\0b"].map(|id| key(Kind::Token, id));
    let found: Vec<bool> = store.load(&keys).await.unwrap().iter().map(Option::is_some).collect();
    assert_eq!(found, [false, true, false]);
    assert!(store.scan(Kind::Token, "a\0", "", 10).await.unwrap().is_empty());
    assert!(store.scan(Kind::Token, "", "a\0", 10).await.unwrap().is_empty());
    assert_eq!(store.scan(Kind::Token, "", "\0", 10).await.unwrap().len(), 1);
}

/// A batch that cannot be stored fails alone; the other batches of its group commit succeed.
#[tokio::test]
async fn one_batch_that_the_server_rejects_takes_no_other_with_it() {
    let store = open(&schema()).await;
    // Longer than an index entry may be, and random, so that compression does not shorten it.
    let long = alphanumeric(&SeededEntropy::new(1), 9000);
    let ids = ["a", long.as_str(), "b"];
    let commits = ids.map(|id| {
        let (store, write) = (store.clone(), put(id, None));
        tokio::spawn(async move { store.commit(vec![write]).await })
    });
    let mut results = Vec::new();
    for commit in commits {
        results.push(commit.await.unwrap());
    }
    assert!(results[0].is_ok() && results[2].is_ok(), "{results:?}");
    let error = results[1].as_ref().unwrap_err().to_string();
    assert!(error.contains("SQLSTATE 54000") && !error.contains(&long[..20]), "{error}");
    assert_eq!(store.connection_attempts(), 3, "the connection is as good as before");
}

/// The whole table is never scanned, although it was empty when the plans were made and has no statistics.
#[tokio::test]
async fn indexes_are_used_before_statistics_know_of_rows() {
    let schema = schema();
    let store = open(&schema).await;
    execute(&url(&schema), "ALTER TABLE records SET (autovacuum_enabled = off)").await;
    for round in 0..10 {
        let batch = (0..300).map(|number| put(&format!("{round}-{number:04}"), None)).collect();
        store.commit(batch).await.unwrap();
        store.load(&[key(Kind::Token, "0-0001")]).await.unwrap();
        store.scan(Kind::Token, "0-", "", 10).await.unwrap();
        store.expire(Timestamp::from_second(1).unwrap(), 10).await.unwrap();
    }
    drop(store);
    let client = client(&url(&schema)).await;
    // PostgreSQL publishes a session's counters at the latest when the session ends.
    loop {
        let left =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()";
        let left: i64 = client.query_one(left, &[&schema]).await.unwrap().get(0);
        if left == 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    let counts =
        "SELECT seq_scan, idx_scan FROM pg_stat_user_tables WHERE schemaname = $1 AND relname = 'records'";
    let row = client.query_one(counts, &[&schema]).await.unwrap();
    let (whole, by_index): (i64, i64) = (row.get(0), row.get(1));
    // Creating the two indexes of the empty table scans it twice.
    assert!(whole <= 2 && by_index > 0, "{whole} reads of the whole table, {by_index} by an index");
}
