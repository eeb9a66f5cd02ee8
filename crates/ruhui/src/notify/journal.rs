//! The journal of handled notifications (idempotency keys and leases): the trait, and a journal in memory.

use super::Received;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::convert::Infallible;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Storage in which an [`Inbox`](super::Inbox) records handled notifications and the claims of running
/// handlers. Usually two tables of the handler's own database.
///
/// # Example
///
/// A journal of two tables, in the SQL of PostgreSQL or SQLite:
///
/// ```sql
/// CREATE TABLE notification_done    (id TEXT PRIMARY KEY);
/// CREATE TABLE notification_running (subject TEXT PRIMARY KEY, until TEXT NOT NULL);
///
/// -- claim, in one transaction: the subject first, or two could find that nothing was done yet.
/// INSERT INTO notification_running VALUES (:subject, :until)
///     ON CONFLICT (subject) DO UPDATE SET until = :until WHERE notification_running.until <= :now;
/// -- No row changed: roll back and answer Busy.
/// SELECT 1 FROM notification_done WHERE id = :id;
/// -- A row: roll back and answer Done. None: commit and answer Claimed.
///
/// -- finish, in one transaction:
/// INSERT INTO notification_done VALUES (:id) ON CONFLICT DO NOTHING;
/// DELETE FROM notification_running WHERE subject = :subject AND until = :until;
///
/// -- release:
/// DELETE FROM notification_running WHERE subject = :subject AND until = :until;
/// ```
///
/// All times are whole milliseconds. Write them as RFC 3339 texts with three decimals, which compare like the
/// times. Retention: records of handled notifications may be deleted after a day, since WeChat Pay stops
/// resending before that.
///
/// Implementations may write the methods as `async fn`.
pub trait Journal: Send + Sync {
    /// Error of the journal's storage.
    type Error: Send;

    /// Claims a notification until `until`, in one atomic step. Returns [`Claim::Done`] if it was handled
    /// before, and [`Claim::Busy`] if a notification with the same subject has a claim that has not expired
    /// at `now`.
    fn claim(
        &self,
        key: &JournalKey,
        now: Timestamp,
        until: Timestamp,
    ) -> impl Future<Output = Result<Claim, Self::Error>> + Send;

    /// Records that a notification was handled, and ends its claim that expires at `until`, if that claim
    /// still exists.
    fn finish(
        &self,
        key: &JournalKey,
        until: Timestamp,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Ends the claim that expires at `until`, if it still exists, so that a resent notification can be
    /// handled.
    fn release(
        &self,
        key: &JournalKey,
        until: Timestamp,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Ends a claim whose handler's future was dropped, if that is possible without waiting. By default it
    /// does nothing, and the claim expires at `until`.
    fn abandon(&self, _key: &JournalKey, _until: Timestamp) {}
}

/// Key of a notification in a journal. Its `Debug` hides the subject.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournalKey {
    /// The notification's id, the idempotency key: the same each time WeChat Pay sends the notification.
    pub id: String,
    /// Subject of the notification: one user's card under one template. Two notifications with one subject
    /// are not handled at the same time. For an unknown event it is the notification's id.
    pub subject: String,
}

impl JournalKey {
    pub(super) fn of(received: &Received) -> Self {
        let id = received.id.clone();
        let subject = match received.event.member() {
            Some((brand_id, card_id, openid)) => format!("{brand_id}/{card_id}/{}", openid.as_str()),
            None => id.clone(),
        };
        Self { id, subject }
    }
}

impl fmt::Debug for JournalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Result of [`Journal::claim`]: whether to handle a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a journal answers one of these")]
pub enum Claim {
    /// The claim was granted: handle the notification.
    Claimed,
    /// The notification was handled before.
    Done,
    /// This notification, or a different one about the same card, has a claim of another handler.
    Busy,
}

/// A journal in memory, for tests, and for a single process that may lose its records when it ends. Records
/// are kept for a day.
#[derive(Default)]
pub struct MemoryJournal(Mutex<State>);

#[derive(Default)]
struct State {
    done: BTreeSet<String>,
    /// Handled notifications, with the end of their retention, oldest first.
    forget: VecDeque<(Timestamp, String)>,
    running: BTreeMap<String, Timestamp>,
}

/// Retention of a record. WeChat Pay sends a notification at most eleven times, within eleven minutes.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

impl MemoryJournal {
    /// Creates an empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn end(&mut self, key: &JournalKey, until: Timestamp) {
        if self.running.get(&key.subject) == Some(&until) {
            self.running.remove(&key.subject);
        }
    }

    fn forget_until(&mut self, now: Timestamp) {
        while self.forget.front().is_some_and(|(at, _)| *at <= now) {
            if let Some((_, id)) = self.forget.pop_front() {
                self.done.remove(&id);
            }
        }
    }
}

/// Shows only the number of records, since subjects name users.
impl fmt::Debug for MemoryJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let (done, running) = (state.done.len(), state.running.len());
        f.debug_struct("MemoryJournal").field("done", &done).field("running", &running).finish()
    }
}

impl Journal for MemoryJournal {
    type Error = Infallible;

    async fn claim(&self, key: &JournalKey, now: Timestamp, until: Timestamp) -> Result<Claim, Infallible> {
        let mut state = self.state();
        state.forget_until(now);
        if state.done.contains(&key.id) {
            return Ok(Claim::Done);
        }
        if state.running.get(&key.subject).is_some_and(|until| *until > now) {
            return Ok(Claim::Busy);
        }
        state.running.insert(key.subject.clone(), until);
        Ok(Claim::Claimed)
    }

    async fn finish(&self, key: &JournalKey, until: Timestamp) -> Result<(), Infallible> {
        let mut state = self.state();
        state.end(key, until);
        if state.done.insert(key.id.clone()) {
            state.forget.push_back((until.saturating_add(REMEMBERED).unwrap_or(until), key.id.clone()));
        }
        Ok(())
    }

    async fn release(&self, key: &JournalKey, until: Timestamp) -> Result<(), Infallible> {
        self.abandon(key, until);
        Ok(())
    }

    fn abandon(&self, key: &JournalKey, until: Timestamp) {
        self.state().end(key, until);
    }
}
