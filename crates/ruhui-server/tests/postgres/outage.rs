//! Tests of lost connections, and of a server's response that does not hold.

use crate::contract::{key, put};
use crate::database::{client, open, schema, server, url};
use ruhui_server::env::SystemEntropy;
use ruhui_server::store::{CommitError, Kind, PostgresStore, Store, StoreError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Terminates every connection of a store.
async fn cut(schema: &str) {
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
    client(&server()).await.query(sql, &[&schema]).await.unwrap();
}

/// Repeats requests until the store responds again.
async fn recovered(store: &PostgresStore) {
    while store.load(&[key(Kind::Token, "a")]).await.is_err()
        || store.scan(Kind::Token, "", "", 1).await.is_err()
        || matches!(store.commit(vec![put("probe", Some(99))]).await, Err(CommitError::Store(_)))
    {
        tokio::task::yield_now().await;
    }
}

/// Connections are cut repeatedly under load: acknowledged writes exist, and every caller gets a result.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_connections_are() {
    let schema = schema();
    let store = open(&schema).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let (store, is_over) = (store.clone(), is_over.clone());
            tokio::spawn(async move {
                let (mut acknowledged, mut failed) = (Vec::new(), 0);
                // While the server is unavailable each commit fails at once, so a fixed number of them would end too
                // soon.
                for number in 0.. {
                    let id = format!("{writer}-{number}");
                    match store.commit(vec![put(&id, None)]).await {
                        Ok(()) => acknowledged.push(id),
                        Err(CommitError::Store(StoreError::Unavailable { .. })) => {
                            failed += 1;
                            tokio::task::yield_now().await;
                        }
                        Err(error) => panic!("{error}"),
                    }
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                }
                (acknowledged, failed)
            })
        })
        .collect();
    for _ in 0..5 {
        cut(&schema).await;
        recovered(&store).await;
    }
    is_over.store(true, Ordering::Relaxed);
    let (mut acknowledged, mut failed) = (Vec::new(), 0);
    for writer in writers {
        let (ids, failures) = writer.await.unwrap();
        acknowledged.extend(ids);
        failed += failures;
    }
    recovered(&store).await;
    assert!(!acknowledged.is_empty() && failed > 0, "{} acknowledged, {failed} failed", acknowledged.len());
    let keys: Vec<_> = acknowledged.iter().map(|id| key(Kind::Token, id)).collect();
    let lost = store.load(&keys).await.unwrap().iter().filter(|stored| stored.is_none()).count();
    assert_eq!(lost, 0, "of {}", keys.len());
}

/// A commit waits for a missing standby, and the wait is cancelled. The server reports the commit and a warning that no
/// standby has it. The store does not treat that as an acknowledgement.
#[tokio::test]
async fn a_commit_that_no_standby_has_is_not_acknowledged() {
    let schema = schema();
    drop(open(&schema).await);
    // The server is configured to wait for a standby that does not exist, unless a session sets another value.
    let url = url(&schema).replace("options=", "options=-csynchronous_commit%3Don%20");
    let store = PostgresStore::open(&url.parse().unwrap(), Arc::new(SystemEntropy)).await.unwrap();
    let store = Arc::new(store);
    let commit = tokio::spawn({
        let store = store.clone();
        async move { store.commit(vec![put("b", None)]).await }
    });
    let watcher = client(&server()).await;
    let waiting = "SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND wait_event = 'SyncRep'";
    let pid: i32 = loop {
        match watcher.query_opt(waiting, &[&schema]).await.unwrap() {
            Some(row) => break row.get(0),
            None => {
                assert!(!commit.is_finished(), "the server must have synchronous_standby_names = 'nobody'")
            }
        }
    };
    watcher.query("SELECT pg_cancel_backend($1)", &[&pid]).await.unwrap();
    let error = commit.await.unwrap().unwrap_err().to_string();
    assert!(error.contains("canceling wait for synchronous replication"), "{error}");
}

/// If a service loses its connection while it holds the advisory lock, the lock is released and others can commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_turn_is_never_kept() {
    let schema = schema();
    let (left, right) = (open(&schema).await, open(&schema).await);
    let busy = tokio::spawn({
        let left: Arc<PostgresStore> = left.clone();
        async move {
            for number in 0..300 {
                let _ = left.commit(vec![put(&format!("l{number}"), None)]).await;
            }
        }
    });
    for _ in 0..3 {
        cut(&schema).await;
        recovered(&right).await;
    }
    busy.await.unwrap();
    right.commit(vec![put("last", None)]).await.unwrap();
    let locks = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) \
                 WHERE l.locktype = 'advisory' AND a.application_name = $1 AND a.state = 'idle'";
    let held: i64 = client(&url(&schema)).await.query_one(locks, &[&schema]).await.unwrap().get(0);
    assert_eq!(held, 0);
}
