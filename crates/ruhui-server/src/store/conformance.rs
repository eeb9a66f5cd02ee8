//! What every backend must do. Each function takes an empty store.

use super::{Batch, CommitError, Key, Kind, Store, Value, Write};
use jiff::{SignedDuration, Timestamp};

fn key(id: &str) -> Key {
    Key { kind: Kind::Token, id: id.to_owned() }
}

fn put(id: &str, read: Option<i64>, value: &str, expires: Option<Timestamp>) -> Write {
    Write::Put { key: key(id), read, value: Value(format!("{{\"value\":\"{value}\"}}")), expires }
}

async fn versions(store: &dyn Store, ids: &[&str]) -> Vec<Option<i64>> {
    let keys: Vec<Key> = ids.iter().map(|id| key(id)).collect();
    let records = store.load(&keys).await.expect("the store reads");
    records.into_iter().map(|record| record.map(|stored| stored.version)).collect()
}

async fn commit(store: &dyn Store, batch: Batch) -> Result<(), Key> {
    match store.commit(batch).await {
        Ok(()) => Ok(()),
        Err(CommitError::Changed(key)) => Err(key),
        Err(CommitError::Store(error)) => panic!("the store failed: {error}"),
    }
}

/// Every test of the suite, each on a store of its own from `fresh`.
///
/// # Panics
///
/// When the backend breaks the contract.
pub async fn run<S: Store>(fresh: impl Fn() -> S) {
    what_was_written_is_read(&fresh()).await;
    versions_count_up_and_guard(&fresh()).await;
    a_batch_is_all_or_nothing(&fresh()).await;
    expectations_guard_without_writing(&fresh()).await;
    kinds_are_apart(&fresh()).await;
    scans_are_in_order(&fresh()).await;
    only_what_is_over_expires(&fresh()).await;
    of_many_writers_one_wins(&fresh()).await;
}

async fn what_was_written_is_read(store: &dyn Store) {
    commit(store, vec![put("a", None, "会员卡", None)]).await.expect("nothing was there");
    let record = store.load(&[key("a")]).await.expect("reads").pop().flatten().expect("is there");
    assert_eq!((record.version, record.value.as_str()), (1, "{\"value\":\"会员卡\"}"));
    assert_eq!(versions(store, &["b", "a"]).await, [None, Some(1)], "answers keep the order of the keys");
}

async fn versions_count_up_and_guard(store: &dyn Store) {
    commit(store, vec![put("a", None, "1", None)]).await.expect("new");
    commit(store, vec![put("a", Some(1), "2", None)]).await.expect("as read");
    assert_eq!(versions(store, &["a"]).await, [Some(2)]);
    for stale in [None, Some(1), Some(3)] {
        assert_eq!(commit(store, vec![put("a", stale, "3", None)]).await, Err(key("a")), "{stale:?}");
    }
    assert_eq!(commit(store, vec![Write::Delete { key: key("a"), read: 1 }]).await, Err(key("a")));
    commit(store, vec![Write::Delete { key: key("a"), read: 2 }]).await.expect("as read");
    assert_eq!(versions(store, &["a"]).await, [None]);
}

async fn a_batch_is_all_or_nothing(store: &dyn Store) {
    commit(store, vec![put("a", None, "1", None)]).await.expect("new");
    let batch = vec![put("b", None, "1", None), put("a", Some(9), "2", None), put("c", None, "1", None)];
    assert_eq!(commit(store, batch).await, Err(key("a")));
    assert_eq!(versions(store, &["a", "b", "c"]).await, [Some(1), None, None]);
}

async fn expectations_guard_without_writing(store: &dyn Store) {
    commit(store, vec![put("a", None, "1", None)]).await.expect("new");
    let expect = |read| Write::Expect { key: key("a"), read };
    commit(store, vec![expect(Some(1)), put("b", None, "1", None)]).await.expect("holds");
    assert_eq!(commit(store, vec![expect(Some(2)), put("c", None, "1", None)]).await, Err(key("a")));
    assert_eq!(versions(store, &["a", "b", "c"]).await, [Some(1), Some(1), None]);
}

async fn kinds_are_apart(store: &dyn Store) {
    for kind in Kind::ALL {
        let key = Key { kind, id: "same".to_owned() };
        let value = Value("{}".to_owned());
        commit(store, vec![Write::Put { key, read: None, value, expires: None }])
            .await
            .expect("new in its kind");
    }
    assert_eq!(store.scan(Kind::Template).await.expect("reads").len(), 1);
}

async fn scans_are_in_order(store: &dyn Store) {
    for id in ["b", "B", "a", "10", "9"] {
        commit(store, vec![put(id, None, id, None)]).await.expect("new");
    }
    let ids: Vec<String> =
        store.scan(Kind::Token).await.expect("reads").into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["10", "9", "B", "a", "b"]);
    assert!(store.scan(Kind::Brand).await.expect("reads").is_empty());
}

async fn only_what_is_over_expires(store: &dyn Store) {
    let now = Timestamp::from_second(1_750_000_000).expect("a time");
    let at = |seconds| Some(now + SignedDuration::from_secs(seconds));
    let batch = vec![
        put("past", None, "", at(-1)),
        put("now", None, "", at(0)),
        put("next", None, "", at(1)),
        put("never", None, "", None),
    ];
    commit(store, batch).await.expect("new");
    assert_eq!(store.expire(now, 1).await.expect("expires"), 1, "no more than asked for");
    assert_eq!(store.expire(now, 10).await.expect("expires"), 1);
    assert_eq!(store.expire(now, 10).await.expect("expires"), 0);
    assert_eq!(versions(store, &["past", "now", "next", "never"]).await, [None, None, Some(1), Some(1)]);
}

async fn of_many_writers_one_wins(store: &dyn Store) {
    let attempts = (0..32).map(|writer| commit(store, vec![put("a", None, &writer.to_string(), None)]));
    let results = join_all(attempts).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(versions(store, &["a"]).await, [Some(1)]);
}

/// Polls all futures side by side, so that their batches meet in the writer.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, output) in &mut running {
            if output.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *output = Some(value);
            }
        }
        match running.iter().all(|(_, output)| output.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}
