//! Conformance tests: what every storage backend must do. Each test takes an empty store.

use super::{
    Batch, CommitError, Key, Kind, Record, Row as Whole, Sharing, Store, StoreError, StoreExt as _, Value,
    Write,
};
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

/// Runs every test of the suite, each on a new store from `fresh`.
///
/// # Panics
///
/// Panics when the backend breaks the contract.
pub async fn run<S: Store>(fresh: impl Fn() -> S) {
    what_was_written_is_read(&fresh()).await;
    versions_count_up_and_guard(&fresh()).await;
    a_batch_is_all_or_nothing(&fresh()).await;
    a_batch_on_its_way_arrives(&fresh()).await;
    expectations_guard_without_writing(&fresh()).await;
    kinds_are_apart(&fresh()).await;
    scans_are_in_order(&fresh()).await;
    scans_are_cut_to_prefix_and_page(&fresh()).await;
    pages_make_the_whole(&fresh()).await;
    only_what_is_over_expires(&fresh()).await;
    only_some_kinds_expire(&fresh()).await;
    of_many_writers_one_wins(&fresh()).await;
    an_export_is_everything(&fresh()).await;
    a_replacement_is_the_whole_content(&fresh()).await;
    a_failed_replacement_changes_nothing(&fresh()).await;
}

/// Runs the tests for a backend that replicas share. `one` and `other` are two handles to one empty store, as
/// two replicas have them.
///
/// # Panics
///
/// Panics when the handles do not report that replicas share them, or do not behave so.
pub async fn run_shared(one: &dyn Store, other: &dyn Store) {
    for store in [one, other] {
        assert_eq!(store.sharing(), Sharing::Replicas, "the handle says that replicas share the store");
    }
    commit(one, vec![put("a", None, "1", None)]).await.expect("new");
    assert_eq!(versions(other, &["a"]).await, [Some(1)], "a commit is visible to the other replica");
    commit(other, vec![put("a", Some(1), "2", None)]).await.expect("as read");
    assert_eq!(commit(one, vec![put("a", Some(1), "3", None)]).await, Err(key("a")), "versions are shared");
    let absent = Write::Expect { key: key("b"), read: None };
    commit(other, vec![put("b", None, "1", None)]).await.expect("new");
    assert_eq!(commit(one, vec![absent, put("c", None, "1", None)]).await, Err(key("b")));
    assert_eq!(ids(one, "", "", 10).await, ids(other, "", "", 10).await);
    let now = Timestamp::from_second(1_750_000_000).expect("a time");
    commit(one, vec![put("d", None, "1", Some(now))]).await.expect("new");
    assert_eq!(other.expire(now, 10).await.expect("expires"), 1);
    assert_eq!(versions(one, &["a", "b", "c", "d"]).await, [Some(2), Some(1), None, None]);
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

async fn a_batch_on_its_way_arrives(store: &dyn Store) {
    let submitted = store.submit(vec![put("a", None, "1", None)]).await;
    submitted.await.expect("new");
    assert_eq!(versions(store, &["a"]).await, [Some(1)]);
    let late = store.submit(vec![put("b", None, "1", None), put("a", None, "2", None)]).await.await;
    assert!(matches!(late, Err(CommitError::Changed(changed)) if changed == key("a")));
    // The future is dropped, and a later commit still finds the batch applied.
    drop(store.submit(vec![put("c", None, "1", None)]).await);
    commit(store, vec![put("c", Some(1), "2", None)]).await.expect("it has arrived");
    assert_eq!(versions(store, &["a", "b", "c"]).await, [Some(1), None, Some(2)]);
}

async fn expectations_guard_without_writing(store: &dyn Store) {
    commit(store, vec![put("a", None, "1", None)]).await.expect("new");
    let expect = |read| Write::Expect { key: key("a"), read };
    commit(store, vec![expect(Some(1)), put("b", None, "1", None)]).await.expect("holds");
    assert_eq!(commit(store, vec![expect(Some(2)), put("c", None, "1", None)]).await, Err(key("a")));
    assert_eq!(versions(store, &["a", "b", "c"]).await, [Some(1), Some(1), None]);
}

async fn kinds_are_apart(store: &dyn Store) {
    let keys = Kind::ALL.map(|kind| Key { kind, id: "same".to_owned() });
    let value = |key: &Key| format!("{{\"kind\":\"{}\"}}", key.kind.table());
    for key in &keys {
        let write = Write::Put {
            key: key.clone(),
            read: None,
            value: Value(value(key)),
            expires: Some(Timestamp::MAX),
        };
        commit(store, vec![write]).await.expect("new in its kind");
    }
    let loaded = store.load(&keys).await.expect("reads");
    for (key, stored) in keys.into_iter().zip(loaded) {
        let stored = stored.expect("is there");
        assert_eq!((stored.version, &stored.value), (1, &value(&key)));
        let scanned = store.scan(key.kind, "", "", 10).await.expect("reads");
        assert_eq!(scanned, [("same".to_owned(), stored)]);
        commit(store, vec![Write::Delete { key, read: 1 }]).await.expect("as read");
    }
}

async fn ids(store: &dyn Store, prefix: &str, after: &str, limit: usize) -> Vec<String> {
    let found = store.scan(Kind::Token, prefix, after, limit).await.expect("reads");
    found.into_iter().map(|(id, _)| id).collect()
}

async fn scans_are_in_order(store: &dyn Store) {
    for id in ["b", "B", "a", "10", "9"] {
        commit(store, vec![put(id, None, id, None)]).await.expect("new");
    }
    assert_eq!(ids(store, "", "", 10).await, ["10", "9", "B", "a", "b"]);
    assert!(store.scan(Kind::Brand, "", "", 10).await.expect("reads").is_empty());
}

/// Ids in bytewise order; the cards of one template sort between those of others.
const IDS: [&str; 12] = [
    "card",
    "card\u{1f}",
    "card\u{1f}1",
    "card\u{1f}2",
    "card\u{1f}会员",
    "card\u{1f}会员卡",
    "card2",
    "card2\u{1f}1",
    "会",
    "会\u{1f}员",
    "会员",
    "\u{10ffff}1",
];

async fn scans_are_cut_to_prefix_and_page(store: &dyn Store) {
    for id in IDS.iter().rev() {
        commit(store, vec![put(id, None, "", None)]).await.expect("new");
    }
    // Other kinds sort before and after, and their ids have the same prefix.
    for kind in [Kind::Media, Kind::Answer] {
        let key = Key { kind, id: "card\u{1f}3".to_owned() };
        let write = Write::Put { key, read: None, value: Value("{}".to_owned()), expires: None };
        commit(store, vec![write]).await.expect("new in its kind");
    }
    let prefixes =
        ["", "card", "card\u{1f}", "card\u{1f}会", "会", "会\u{1f}", "\u{10ffff}", "gone", "z", "zz%", "_"];
    let afters = [
        "",
        "a",
        "card",
        "card\u{1f}",
        "card\u{1f}1",
        "card\u{1f}会员",
        "card2",
        "会",
        "会员",
        "\u{10ffff}",
        "\u{10ffff}2",
    ];
    for prefix in prefixes {
        for after in afters {
            for limit in [0, 1, 2, 100, usize::MAX] {
                let fits = |id: &&str| id.starts_with(prefix) && *id > after;
                let expected: Vec<&str> = IDS.into_iter().filter(fits).take(limit).collect();
                assert_eq!(ids(store, prefix, after, limit).await, expected, "{prefix:?} {after:?} {limit}");
            }
        }
    }
}

async fn pages_make_the_whole(store: &dyn Store) {
    let all: Vec<String> = (0..2500).map(|number| format!("{number:04}")).collect();
    let batch = all.iter().map(|id| put(id, None, id, None)).collect();
    commit(store, batch).await.expect("new");
    let mut pages: Vec<String> = Vec::new();
    loop {
        let after = pages.last().cloned().unwrap_or_default();
        let page = ids(store, "", &after, 700).await;
        if page.is_empty() {
            break;
        }
        pages.extend(page);
    }
    assert_eq!(pages, all);
    let read = store.read_all::<Row>().await.expect("reads");
    assert_eq!(read.into_iter().map(|loaded| loaded.record.value).collect::<Vec<_>>(), all);
}

/// JSON value that `put` writes.
#[derive(serde::Serialize, serde::Deserialize)]
struct Row {
    value: String,
}

impl Record for Row {
    const KIND: Kind = Kind::Token;

    fn id(&self) -> String {
        self.value.clone()
    }
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

async fn only_some_kinds_expire(store: &dyn Store) {
    let now = Timestamp::from_second(1_750_000_000).expect("a time");
    let keys = Kind::ALL.map(|kind| Key { kind, id: "past".to_owned() });
    let value = Value("{}".to_owned());
    let put = |key| Write::Put { key, read: None, value: value.clone(), expires: Some(now) };
    commit(store, keys.clone().map(put).into()).await.expect("new");
    assert_eq!(store.expire(now, 3).await.expect("expires"), 3, "the limit is for all kinds together");
    assert_eq!(store.expire(now, 100).await.expect("expires"), Kind::EXPIRING.len() - 3);
    for (key, stored) in keys.iter().zip(store.load(&keys).await.expect("reads")) {
        assert_eq!(stored.is_none(), Kind::EXPIRING.contains(&key.kind), "{key:?}");
    }
}

async fn of_many_writers_one_wins(store: &dyn Store) {
    let attempts = (0..32).map(|writer| commit(store, vec![put("a", None, &writer.to_string(), None)]));
    let results = join_all(attempts).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(versions(store, &["a"]).await, [Some(1)]);
}

/// Returns all records, or `None` if the backend has no such operation, which it then says in both languages.
async fn exported(store: &dyn Store) -> Option<Vec<Whole>> {
    match store.export().await {
        Ok(rows) => Some(rows),
        Err(error @ StoreError::NotSupported { .. }) => {
            assert!(!format!("{error:#}").is_ascii(), "{error:#}");
            let replaced = store.replace(Vec::new()).await;
            assert!(matches!(replaced, Err(StoreError::NotSupported { .. })), "{replaced:?}");
            None
        }
        Err(error) => panic!("the store failed: {error}"),
    }
}

fn whole(kind: Kind, id: &str, version: i64, expires: Option<Timestamp>) -> Whole {
    let key = Key { kind, id: id.to_owned() };
    Whole { key, version, expires, value: Value(format!("{{\"value\":\"会员 {id}\"}}")) }
}

async fn an_export_is_everything(store: &dyn Store) {
    let Some(empty) = exported(store).await else { return };
    assert_eq!(empty, []);
    let at = Timestamp::from_millisecond(1_750_000_000_123).expect("a time");
    let finer = at + SignedDuration::from_nanos(456);
    let rows: Vec<Whole> =
        Kind::ALL.iter().flat_map(|kind| ["a", "b\u{1f}1"].map(|id| whole(*kind, id, 1, Some(at)))).collect();
    let put = |row: &Whole| Write::Put {
        key: row.key.clone(),
        read: None,
        value: row.value.clone(),
        expires: Some(finer),
    };
    commit(store, rows.iter().rev().map(put).collect()).await.expect("new");
    let expires = |kind| Some(at).filter(|_| Kind::EXPIRING.contains(&kind));
    let expected: Vec<Whole> =
        rows.into_iter().map(|row| Whole { expires: expires(row.key.kind), ..row }).collect();
    assert_eq!(exported(store).await, Some(expected), "in the order of the keys");
}

async fn a_replacement_is_the_whole_content(store: &dyn Store) {
    if exported(store).await.is_none() {
        return;
    }
    let now = Timestamp::from_second(1_750_000_000).expect("a time");
    let batch =
        vec![put("gone", None, "1", None), put("over", None, "1", Some(now)), put("kept", None, "1", None)];
    commit(store, batch).await.expect("new");
    // The future is dropped: a batch that was submitted earlier is applied before the replacement.
    drop(store.submit(vec![put("submitted", None, "1", None)]).await);
    let rows = vec![
        whole(Kind::Brand, "1004", 3, None),
        whole(Kind::Token, "kept", 7, None),
        whole(Kind::Token, "over", 2, Some(now)),
        whole(Kind::Internal, "name", 1, None),
    ];
    store.replace(rows.clone()).await.expect("replaces");
    assert_eq!(exported(store).await, Some(rows.clone()));
    assert_eq!(versions(store, &["gone", "over", "kept", "submitted"]).await, [None, Some(2), Some(7), None]);
    assert_eq!(
        commit(store, vec![put("kept", Some(1), "2", None)]).await,
        Err(key("kept")),
        "an old version"
    );
    commit(store, vec![put("kept", Some(7), "2", None)]).await.expect("as read");
    assert_eq!(store.expire(now, 10).await.expect("expires"), 1, "the expiry is that of the row");

    store.replace(Vec::new()).await.expect("replaces");
    assert_eq!(exported(store).await, Some(Vec::new()));
    store.replace(rows.clone()).await.expect("replaces");
    assert_eq!(exported(store).await, Some(rows));
}

async fn a_failed_replacement_changes_nothing(store: &dyn Store) {
    if exported(store).await.is_none() {
        return;
    }
    commit(store, vec![put("a", None, "1", None)]).await.expect("new");
    let twice = [1, 2].map(|version| whole(Kind::Token, "twice", version, None));
    store.replace(twice.into()).await.expect_err("a key occurs twice");
    assert_eq!(versions(store, &["a", "twice"]).await, [Some(1), None]);
    commit(store, vec![put("a", Some(1), "2", None)]).await.expect("the store goes on");
}

/// Polls all futures concurrently on this task, so that their batches meet in the writer.
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
        if running.iter().all(|(_, output)| output.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}
