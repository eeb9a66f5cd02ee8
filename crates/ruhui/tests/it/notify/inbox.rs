//! Tests of idempotent handling: duplicates, concurrent notifications, failed handlers, and dropped handlers.

use super::*;
use jiff::{SignedDuration, Timestamp};
use ruhui::notify::{Claim, Handled, Inbox, InboxError, Journal, JournalKey, MemoryJournal, Received};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;

fn received(id: &str) -> Received {
    let (headers, body) = callback(&notification(id, EventKind::SyncUserPoint, SYNC_USER_POINT));
    receiver().receive(&headers, &body).unwrap()
}

/// Receives a notification about a card of the same user under another template.
fn received_of_another_card(id: &str) -> Received {
    let plain = SYNC_USER_POINT.replace("pbLatjvWOibDc5", "another");
    let (headers, body) = callback(&notification(id, EventKind::SyncUserPoint, &plain));
    receiver().receive(&headers, &body).unwrap()
}

fn inbox() -> Inbox<MemoryJournal> {
    Inbox::new(MemoryJournal::new()).clock(Standing::at(NOW))
}

/// A handler that counts its runs.
async fn count(runs: &AtomicUsize) -> Result<(), &'static str> {
    runs.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

#[tokio::test]
async fn what_succeeded_is_not_run_again() {
    let (inbox, runs) = (inbox(), AtomicUsize::new(0));
    assert_eq!(inbox.handle(&received("1"), count(&runs)).await, Ok(Handled::Now));
    for _ in 0..3 {
        assert_eq!(inbox.handle(&received("1"), count(&runs)).await, Ok(Handled::Before));
    }
    assert_eq!(inbox.handle(&received("2"), count(&runs)).await, Ok(Handled::Now), "another notification");
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn what_failed_runs_again() {
    let (inbox, runs) = (inbox(), AtomicUsize::new(0));
    for _ in 0..3 {
        let handled = inbox.handle(&received("1"), async { Err("no database") }).await;
        assert_eq!(handled, Err(InboxError::Handler("no database")));
    }
    assert_eq!(inbox.handle(&received("1"), count(&runs)).await, Ok(Handled::Now));
    assert_eq!(inbox.handle(&received("1"), count(&runs)).await, Ok(Handled::Before));
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn of_many_at_the_same_time_one_runs() {
    let (inbox, runs) = (Arc::new(inbox()), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (inbox, runs) = (inbox.clone(), runs.clone());
            tokio::spawn(async move {
                let slow = async {
                    tokio::task::yield_now().await;
                    count(&runs).await
                };
                inbox.handle(&received("1"), slow).await.unwrap()
            })
        })
        .collect();
    let mut now = 0;
    for task in tasks {
        now += usize::from(task.await.unwrap() == Handled::Now);
    }
    assert_eq!((now, runs.load(Ordering::Relaxed)), (1, 1));
}

/// Each duplicate waits for the one before it, and finds that it failed.
#[tokio::test]
async fn a_duplicate_that_waited_runs_if_the_first_failed() {
    let (inbox, runs) = (Arc::new(inbox()), AtomicUsize::new(0));
    let (go, gone) = oneshot::channel::<()>();
    let first = tokio::spawn({
        let inbox = inbox.clone();
        async move {
            let fail = async {
                let _ = gone.await;
                Err("no database")
            };
            inbox.handle(&received("1"), fail).await
        }
    });
    tokio::task::yield_now().await;
    let duplicate = received("1");
    let mut second = std::pin::pin!(inbox.handle(&duplicate, count(&runs)));
    assert!(tokio::time::timeout(Duration::from_millis(10), &mut second).await.is_err(), "it waits");
    go.send(()).unwrap();
    assert_eq!(second.await, Ok(Handled::Now));
    assert_eq!(first.await.unwrap(), Err(InboxError::Handler("no database")));
}

#[tokio::test]
async fn two_about_one_card_take_turns_and_two_cards_do_not() {
    let inbox = inbox();
    let at_work = AtomicBool::new(false);
    let exclusive = async || {
        assert!(!at_work.swap(true, Ordering::Relaxed));
        tokio::task::yield_now().await;
        at_work.store(false, Ordering::Relaxed);
        Ok::<(), ()>(())
    };
    let (a, b, c) = (received("1"), received("2"), received("3"));
    let handled = tokio::join!(
        inbox.handle(&a, exclusive()),
        inbox.handle(&b, exclusive()),
        inbox.handle(&c, exclusive())
    );
    assert_eq!(handled, (Ok(Handled::Now), Ok(Handled::Now), Ok(Handled::Now)));

    let (go, gone) = oneshot::channel::<()>();
    let waits = async { gone.await.map_err(|_| ()) };
    let goes = async { go.send(()) };
    let (one, other) = (received("4"), received_of_another_card("5"));
    let handled = tokio::join!(inbox.handle(&one, waits), inbox.handle(&other, goes));
    assert_eq!(handled, (Ok(Handled::Now), Ok(Handled::Now)));
}

#[tokio::test]
async fn a_handler_that_went_away_has_handled_nothing() {
    let (inbox, runs) = (inbox(), AtomicUsize::new(0));
    let event = received("1");
    let never = inbox.handle(&event, std::future::pending::<Result<(), ()>>());
    assert!(tokio::time::timeout(Duration::from_millis(10), never).await.is_err());
    assert_eq!(inbox.handle(&event, count(&runs)).await, Ok(Handled::Now));
}

/// A panic drops the handler's future too.
#[tokio::test]
async fn a_handler_that_panicked_has_handled_nothing() {
    let inbox = Arc::new(inbox());
    let task = tokio::spawn({
        let inbox = inbox.clone();
        async move {
            let panics = async { if true { panic!("as handlers do") } else { Ok::<(), ()>(()) } };
            inbox.handle(&received("1"), panics).await
        }
    });
    assert!(task.await.is_err());
    assert_eq!(inbox.handle(&received("1"), async { Ok::<(), ()>(()) }).await, Ok(Handled::Now));
}

/// A journal like a database: processes share it, and no claim can be ended without waiting.
#[derive(Clone)]
struct Shared(Arc<MemoryJournal>);

impl Journal for Shared {
    type Error = Infallible;

    async fn claim(&self, key: &JournalKey, now: Timestamp, until: Timestamp) -> Result<Claim, Infallible> {
        self.0.claim(key, now, until).await
    }

    async fn finish(&self, key: &JournalKey, until: Timestamp) -> Result<(), Infallible> {
        self.0.finish(key, until).await
    }

    async fn release(&self, key: &JournalKey, until: Timestamp) -> Result<(), Infallible> {
        self.0.release(key, until).await
    }
}

#[tokio::test]
async fn another_process_is_told_to_come_back() {
    let journal = Shared(Arc::new(MemoryJournal::new()));
    let process = || Inbox::new(journal.clone()).clock(Standing::at(NOW));
    let (here, there, runs) = (process(), process(), AtomicUsize::new(0));
    let (event, other_event) = (received("1"), received("2"));
    let meanwhile = async {
        assert_eq!(there.handle(&event, count(&runs)).await, Err(InboxError::Busy));
        assert_eq!(there.handle(&other_event, count(&runs)).await, Err(InboxError::Busy), "the same card");
        Ok::<(), ()>(())
    };
    assert_eq!(here.handle(&event, meanwhile).await, Ok(Handled::Now));
    assert_eq!(there.handle(&event, count(&runs)).await, Ok(Handled::Before));
    assert_eq!(there.handle(&other_event, count(&runs)).await, Ok(Handled::Now));
}

#[tokio::test]
async fn a_claim_that_nobody_ends_ends_by_its_time() {
    let clock = Standing::at(NOW);
    let inbox = Inbox::new(Shared(Arc::new(MemoryJournal::new()))).clock(clock.clone());
    let (event, runs) = (received("1"), AtomicUsize::new(0));
    let never = inbox.handle(&event, std::future::pending::<Result<(), ()>>());
    assert!(tokio::time::timeout(Duration::from_millis(10), never).await.is_err());
    clock.set(NOW + 44);
    assert_eq!(inbox.handle(&event, count(&runs)).await, Err(InboxError::Busy));
    clock.set(NOW + 45);
    assert_eq!(inbox.handle(&event, count(&runs)).await, Ok(Handled::Now), "before it comes again at 60");
}

/// A handler whose claim has expired must not end the claim of the next handler.
#[tokio::test]
async fn a_late_handler_leaves_the_next_ones_claim_alone() {
    let journal = MemoryJournal::new();
    let at = |second| Timestamp::from_second(NOW + second).unwrap();
    let key = keys().await;
    assert_eq!(journal.claim(&key, at(0), at(45)).await, Ok(Claim::Claimed));
    assert_eq!(journal.claim(&key, at(45), at(90)).await, Ok(Claim::Claimed));
    journal.release(&key, at(45)).await.unwrap();
    assert_eq!(journal.claim(&key, at(46), at(91)).await, Ok(Claim::Busy));
    journal.release(&key, at(90)).await.unwrap();
    assert_eq!(journal.claim(&key, at(46), at(91)).await, Ok(Claim::Claimed));
}

#[tokio::test]
async fn memory_forgets_after_a_day() {
    let journal = MemoryJournal::new();
    let at = |second| Timestamp::from_second(NOW + second).unwrap();
    let key = keys().await;
    journal.claim(&key, at(0), at(45)).await.unwrap();
    journal.finish(&key, at(45)).await.unwrap();
    let day = SignedDuration::from_hours(24).as_secs();
    assert_eq!(journal.claim(&key, at(day), at(day + 45)).await, Ok(Claim::Done));
    assert_eq!(journal.claim(&key, at(day + 45), at(day + 90)).await, Ok(Claim::Claimed));
    assert!(!format!("{journal:?}").contains("obLatjnx"));
}

/// Returns the key of a notification, as a journal receives it.
async fn keys() -> JournalKey {
    struct Watching(std::sync::Mutex<Option<JournalKey>>);
    impl Journal for &Watching {
        type Error = ();

        async fn claim(&self, key: &JournalKey, _: Timestamp, _: Timestamp) -> Result<Claim, ()> {
            *self.0.lock().unwrap() = Some(key.clone());
            Ok(Claim::Done)
        }

        async fn finish(&self, _: &JournalKey, _: Timestamp) -> Result<(), ()> {
            Ok(())
        }

        async fn release(&self, _: &JournalKey, _: Timestamp) -> Result<(), ()> {
            Ok(())
        }
    }
    let watching = Watching(std::sync::Mutex::new(None));
    Inbox::new(&watching).handle(&received("1"), async { Ok::<(), ()>(()) }).await.unwrap();
    watching.0.into_inner().unwrap().unwrap()
}

#[tokio::test]
async fn a_key_names_notification_and_card() {
    let key = keys().await;
    assert_eq!(
        (key.id.as_str(), key.subject.as_str()),
        ("1", "1077/pbLatjvWOibDc5/obLatjnxgnqzS4myYGmLZ7LgLBA")
    );
    assert!(!format!("{key:?}").contains("obLatjnx"));
}

/// A journal whose operations fail from the nth one on.
struct Failing(AtomicUsize);

impl Failing {
    fn next(&self) -> Result<(), &'static str> {
        match self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)) {
            Ok(_) => Ok(()),
            Err(_) => Err("disk full"),
        }
    }
}

impl Journal for Failing {
    type Error = &'static str;

    async fn claim(&self, _: &JournalKey, _: Timestamp, _: Timestamp) -> Result<Claim, &'static str> {
        self.next().map(|()| Claim::Claimed)
    }

    async fn finish(&self, _: &JournalKey, _: Timestamp) -> Result<(), &'static str> {
        self.next()
    }

    async fn release(&self, _: &JournalKey, _: Timestamp) -> Result<(), &'static str> {
        self.next()
    }
}

#[tokio::test]
async fn a_failing_journal_asks_for_another_sending() {
    for working in 0..2 {
        let (inbox, runs) = (Inbox::new(Failing(AtomicUsize::new(working))), AtomicUsize::new(0));
        let error = inbox.handle(&received("1"), count(&runs)).await.unwrap_err();
        assert_eq!(error, InboxError::Journal("disk full"));
        assert_eq!(runs.load(Ordering::Relaxed), working, "it runs only with a claim");
        assert_eq!(
            (error.response().status().as_u16(), error.to_string().as_str()),
            (500, "the journal failed: disk full")
        );
    }
    let inbox = Inbox::new(Failing(AtomicUsize::new(1)));
    let error = inbox.handle(&received("1"), async { Err("handler") }).await.unwrap_err();
    assert_eq!(error, InboxError::Handler("handler"), "and not that the claim stays");
}
