//! Tests of several services over one database.

use crate::common::TestService;
use crate::contract::{key, put};
use crate::database::{client, execute, open, schema, url};
use jiff::Timestamp;
use ruhui_server::store::{CommitError, Kind, Store, Value, Write};
use std::sync::Arc;

/// Many writers at three replicas try to create a record, and one succeeds. Each adds one to a count, and no update is
/// lost.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_writers_at_three_replicas_one_wins_each_time() {
    let schema = schema();
    let replicas = [open(&schema).await, open(&schema).await, open(&schema).await];
    let writers: Vec<_> = (0..30)
        .map(|writer| {
            let store = replicas[writer % 3].clone();
            tokio::spawn(async move {
                let is_first = store.commit(vec![put("first", None)]).await.is_ok();
                let mut tries = 0;
                loop {
                    tries += 1;
                    let read = store.load(&[key(Kind::Token, "count")]).await.unwrap().remove(0);
                    let count = read.as_ref().map_or(0, |stored| stored.value.parse::<u32>().unwrap());
                    let write = Write::Put {
                        key: key(Kind::Token, "count"),
                        read: read.map(|stored| stored.version),
                        value: Value((count + 1).to_string()),
                        expires: None,
                    };
                    match store.commit(vec![write]).await {
                        Ok(()) => return (is_first, tries),
                        Err(CommitError::Changed(_)) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            })
        })
        .collect();
    let mut firsts = 0;
    for writer in writers {
        firsts += u32::from(writer.await.unwrap().0);
    }
    assert_eq!(firsts, 1);
    let count = replicas[0].load(&[key(Kind::Token, "count")]).await.unwrap().remove(0).unwrap();
    assert_eq!((count.value.as_str(), count.version), ("30", 30));
}

/// Two services commit records on the condition that the other's record does not exist: one of them must fail.
#[tokio::test(flavor = "multi_thread")]
async fn conditions_on_what_is_absent_hold_across_replicas() {
    let schema = schema();
    let (left, right) = (open(&schema).await, open(&schema).await);
    for round in 0..100 {
        let batch = |mine: &str, other: &str| {
            let expect = Write::Expect { key: key(Kind::Token, &format!("{other}{round}")), read: None };
            vec![put(&format!("{mine}{round}"), None), expect]
        };
        let attempts = [(left.clone(), batch("l", "r")), (right.clone(), batch("r", "l"))]
            .map(|(store, batch)| tokio::spawn(async move { store.commit(batch).await }));
        let mut won = 0;
        for attempt in attempts {
            match attempt.await.unwrap() {
                Ok(()) => won += 1,
                Err(CommitError::Changed(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(won, 1, "round {round}");
    }
}

/// A transaction without the advisory lock aborts the store's transaction, which is retried.
#[tokio::test]
async fn a_transaction_that_meets_another_is_tried_again() {
    let schema = schema();
    let store = open(&schema).await;
    store.commit(vec![put("a", None), put("b", None)]).await.unwrap();
    let mut other = client(&url(&schema)).await;
    let transaction = other
        .build_transaction()
        .isolation_level(tokio_postgres::IsolationLevel::Serializable)
        .start()
        .await
        .unwrap();
    transaction.query("UPDATE records SET version = 2 WHERE kind = 13 AND id = 'a'", &[]).await.unwrap();
    let ours = tokio::spawn({
        let store = store.clone();
        let expect = |id: &str| Write::Expect { key: key(Kind::Token, id), read: Some(1) };
        let batch = vec![expect("a"), put("b", Some(1))];
        async move {
            let first = store.commit(vec![put("a", Some(1))]).await;
            (first, store.commit(batch).await)
        }
    });
    // The store's transaction waits for the other's lock, and is aborted when the other commits.
    let waits =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'";
    let watcher = client(&crate::database::server()).await;
    while watcher.query_one(waits, &[&schema]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    transaction.commit().await.unwrap();
    let (first, second) = ours.await.unwrap();
    assert!(matches!(first, Err(CommitError::Changed(changed)) if changed == key(Kind::Token, "a")));
    assert!(matches!(second, Err(CommitError::Changed(_))));
    assert_eq!(store.connection_attempts(), 3, "the connection was not lost over it");
}

/// Services that delete expired records at the same time do not wait for each other, and each record is deleted once.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_forgotten_once() {
    let schema = schema();
    let replicas = [open(&schema).await, open(&schema).await, open(&schema).await];
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let batch = (0..900).map(|number| Write::Put {
        key: key(Kind::Token, &format!("{number:04}")),
        read: None,
        value: Value("{}".to_owned()),
        expires: Some(now),
    });
    replicas[0].commit(batch.collect()).await.unwrap();
    let forgetting: Vec<_> = (0..12)
        .map(|round| {
            let store: Arc<dyn Store> = replicas[round % 3].clone();
            tokio::spawn(async move { store.expire(now, 100).await.unwrap() })
        })
        .collect();
    let mut forgotten = 0;
    for one in forgetting {
        forgotten += one.await.unwrap();
    }
    while forgotten < 900 {
        let more = replicas[0].expire(now, 1000).await.unwrap();
        assert!(more > 0, "{forgotten} of 900");
        forgotten += more;
    }
    assert_eq!(forgotten, 900);
    assert!(replicas[1].scan(Kind::Token, "", "", 1).await.unwrap().is_empty());
}

/// Another transaction stays open with a lock on a record: the commit fails within its deadline, and succeeds
/// afterwards.
#[tokio::test]
async fn a_lock_that_is_never_given_back_makes_us_fail_in_time() {
    let schema = schema();
    let store = open(&schema).await;
    store.commit(vec![put("a", None)]).await.unwrap();
    let other = client(&url(&schema)).await;
    other
        .batch_execute("BEGIN; UPDATE records SET value = value WHERE kind = 13 AND id = 'a'")
        .await
        .unwrap();
    let error = store.commit(vec![put("a", Some(1))]).await.unwrap_err().to_string();
    assert!(error.contains("SQLSTATE 55P03"), "{error}");
    other.batch_execute("ROLLBACK").await.unwrap();
    // The connection was dropped together with its transaction, and another one is opened at once.
    loop {
        match store.commit(vec![put("a", Some(1))]).await {
            Ok(()) => break,
            Err(CommitError::Store(_)) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
    execute(&url(&schema), "SELECT 1").await;
}

/// A signed request comes to two replicas at once, each with its own connections. It takes effect once, and both return
/// one token.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_to_two_services_acts_once() {
    let schema = schema();
    let world = TestService::over(open(&schema).await).await;
    let beside = world.beside(open(&schema).await).await;
    for round in 0..20 {
        let draft = world.founding();
        let [here, there] = [draft.sign(), draft.sign()];
        let (here, there) = tokio::join!(world.send(here), world.send_to(beside.clone(), there));
        let tokens: Vec<String> = [&here, &there]
            .into_iter()
            .filter(|response| response.status == 200)
            .map(|response| response.json()["token"].as_str().unwrap().to_owned())
            .collect();
        // The second request may get an error that allows a retry. It never gets another token.
        assert!(!tokens.is_empty() && tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
        assert_eq!(world.tokens().await.len(), round + 1);
        assert_eq!(world.send(draft.sign()).await.json()["token"], tokens[0].as_str());
    }
}

/// A change by one replica is visible to another one: a template that was ended issues no token.
#[tokio::test]
async fn a_template_that_ends_at_one_service_gives_no_token_at_another() {
    use crate::common::CARD_ID;
    use ruhui_core::api::card_member::CardTemplateState;
    use ruhui_server::domain::Template;
    let schema = schema();
    let world = TestService::over(open(&schema).await).await;
    let beside = world.beside(open(&schema).await).await;
    let draft = world.founding();
    assert_eq!(world.send_to(beside.clone(), draft.sign()).await.status, 200);
    world.change::<Template>(CARD_ID, |template| template.card.state = CardTemplateState::CardInvalid).await;
    let response = world.send_to(beside, world.founding().sign()).await;
    assert_eq!(response.status, 400, "{}", response.text());
}
