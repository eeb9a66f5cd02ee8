//! The sending: look, claim, send, take note.

use super::Delivery;
use super::backlog::{Backlog, Kept, PER_OWNER};
use super::client::{CallbackResponse, CourierError, endpoint};
use super::record::{LastFailure, end_of_due};
use super::signed_callback::{self, Letter};
use super::slots::{Entry, Place};
use crate::service::Service;
use crate::store::{CommitError, Key, Kind, Loaded, Record as _, StoreError};
use ruhui_core::types::{Caller, NotifyUrl};
use std::fmt;
use std::sync::Arc;
use tokio::task::{JoinError, JoinSet};

/// How many records are looked at, at once.
const PAGE: usize = 64;

/// An attempt that is over. `None`: another service makes it. An error: nobody does for now.
type Made = Result<Option<Attempt>, StoreError>;
/// The same as its task ends.
pub(crate) type Done = Result<Made, JoinError>;
/// Attempts that are being made.
pub(crate) type Sending = JoinSet<Made>;

/// One attempt at one delivery, when it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The event.
    pub event_id: String,
    /// Its type.
    pub event_type: String,
    /// Where to.
    pub notify_url: NotifyUrl,
    /// Which attempt, from 1.
    pub number: u32,
    /// How many there are.
    pub allowed: u32,
    /// 200 or 204, or why it has to be sent again.
    pub outcome: Result<u16, Failure>,
}

/// Why an event has not been accepted. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// There is no key to seal with, or nobody of that name any more.
    NoKey(Caller),
    /// Another status than 200 and 204.
    Refused(CallbackResponse),
    /// No status.
    Courier(CourierError),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey(owner) => {
                let key = match owner {
                    Caller::Merchant(_) => "apiv3_key",
                    Caller::Brand(_) => "api_key",
                };
                match f.alternate() {
                    false => write!(f, "{owner} has no key to seal with: give it an `{key}` in ruhui.toml"),
                    true => write!(f, "{owner} 未设置密钥，无法加密通知，请在 ruhui.toml 中设置 `{key}`"),
                }
            }
            Self::Refused(response) => response.fmt(f),
            Self::Courier(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl Service {
    /// Sends everything that is due now and that no other service sends, and returns when all of it has been
    /// answered. What fails is due a minute later, and not now.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails; what was claimed by then has been sent.
    pub async fn deliver_due(self: &Arc<Self>) -> Result<Vec<Attempt>, StoreError> {
        let (mut sending, mut over) = (Sending::new(), Vec::new());
        let mut failed = None;
        let mut backlog = Backlog::default();
        loop {
            backlog.begin(self.env.business.now());
            while failed.is_none() {
                match self.claim_page(&mut backlog, &mut sending).await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => failed = Some(error),
                }
            }
            let Some(done) = sending.join_next().await else { break };
            match done.expect("an attempt does not panic") {
                Ok(attempt) => over.extend(attempt),
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(over), Err)
    }

    /// Sends an event whose signature is wrong on purpose, once and from no store, and tells the status. An
    /// endpoint that answers 4xx or 5xx checks signatures; one that accepts this accepts anything. Give it an
    /// event that the endpoint acts upon: it may refuse any other for another reason.
    ///
    /// # Errors
    ///
    /// [`Failure`], if there is no status. Never [`Failure::Refused`]: that is what is hoped for.
    pub async fn probe(&self, event: &Delivery) -> Result<u16, Failure> {
        let mut letter = self.write(event)?;
        letter.spoil();
        Ok(self.post(event, letter).await?.status)
    }

    /// Begins an attempt at each delivery that has waited for its place and has one now, and at each of one page that is
    /// due and has one. Whether there is another page.
    pub(crate) async fn claim_page(
        self: &Arc<Self>,
        backlog: &mut Backlog,
        sending: &mut Sending,
    ) -> Result<bool, StoreError> {
        self.claim_waiting(backlog, sending).await?;
        let end = end_of_due(self.env.business.now());
        let page = self.store.scan(Kind::Delivery, "", &backlog.after, PAGE).await?;
        let is_full = page.len() == PAGE;
        for (id, stored) in page {
            if id >= end {
                return Ok(false);
            }
            if !backlog.has(&id) {
                let loaded = match Loaded::<Delivery>::read(&stored) {
                    Ok(loaded) => loaded,
                    Err(error) => {
                        self.outbox.tell_unreadable(&error);
                        backlog.after = id;
                        continue;
                    }
                };
                let Delivery { notify_url, event_id, owner, .. } = &loaded.record;
                let (endpoint, owner) = (endpoint(notify_url.as_str()), owner.to_string());
                match self.outbox.places.enter(endpoint.clone(), owner.clone(), event_id) {
                    Entry::Place(place) => {
                        sending.spawn(self.clone().attempt(loaded, place));
                    }
                    Entry::Busy => match backlog.keep(&id, endpoint, owner) {
                        Kept::Waits => {}
                        Kept::TooMany => self.end(&loaded).await?,
                    },
                    Entry::Full => return Ok(false),
                }
            }
            backlog.after = id;
        }
        Ok(is_full)
    }

    /// Begins attempts at those that have waited. A record that is gone was taken by another service.
    async fn claim_waiting(
        self: &Arc<Self>,
        backlog: &mut Backlog,
        sending: &mut Sending,
    ) -> Result<(), StoreError> {
        let placed = backlog.placed(&self.outbox.places);
        if placed.is_empty() {
            return Ok(());
        }
        let keys: Vec<Key> = placed.iter().map(|(id, _)| Delivery::key(id)).collect();
        let found = match self.store.load(&keys).await {
            Ok(found) => found,
            Err(error) => {
                // They are due, and the next look from the beginning finds them.
                *backlog = Backlog::default();
                return Err(error);
            }
        };
        for ((_, place), stored) in placed.into_iter().zip(found) {
            if let Some(loaded) = stored.and_then(|stored| Loaded::<Delivery>::read(&stored).ok()) {
                sending.spawn(self.clone().attempt(loaded, place));
            }
        }
        Ok(())
    }

    /// Ends a delivery whose owner has too many that wait, so that a queue that nobody empties has an end.
    async fn end(&self, loaded: &Loaded<Delivery>) -> Result<(), StoreError> {
        let Delivery { event_id, event_type, notify_url, owner, made, allowed, .. } = &loaded.record;
        match self.store.commit(vec![loaded.delete()]).await {
            Ok(()) => {
                let endpoint = endpoint(notify_url.as_str());
                tracing::warn!(
                    event_id,
                    event_type,
                    endpoint,
                    "callback ended after {made} of {allowed}: {PER_OWNER} callbacks of {owner} wait already"
                );
                Ok(())
            }
            // Another service has claimed or ended it.
            Err(CommitError::Changed(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    async fn attempt(self: Arc<Self>, loaded: Loaded<Delivery>, _place: Place) -> Made {
        let (claimed, batch) = loaded.claim(self.env.business.now());
        match self.store.commit(batch).await {
            Ok(()) => {}
            Err(CommitError::Changed(_)) => return Ok(None),
            Err(CommitError::Store(error)) => return Err(error),
        }
        let outcome = self.send(&claimed).await;
        match &outcome {
            Ok(_) => self.note_accepted(&claimed).await,
            Err(failure) => {
                log(&claimed, failure);
                self.note_failed(&claimed, failure).await;
            }
        }
        let Delivery { event_id, event_type, notify_url, made: number, allowed, .. } = claimed;
        Ok(Some(Attempt { event_id, event_type, notify_url, number, allowed, outcome }))
    }

    async fn send(&self, delivery: &Delivery) -> Result<u16, Failure> {
        let letter = self.write(delivery)?;
        match self.post(delivery, letter).await? {
            response if response.accepts() => Ok(response.status),
            response => Err(Failure::Refused(response)),
        }
    }

    fn write(&self, delivery: &Delivery) -> Result<Letter, Failure> {
        signed_callback::write(self, delivery).ok_or_else(|| Failure::NoKey(delivery.owner.clone()))
    }

    async fn post(&self, delivery: &Delivery, letter: Letter) -> Result<CallbackResponse, Failure> {
        let Letter { headers, body } = letter;
        let posted = self.outbox.courier.post(delivery.notify_url.as_str(), headers, body);
        posted.await.map_err(Failure::Courier)
    }

    /// Stores the failure for readers of the event. If the store fails, this failure is lost and the delivery goes on.
    async fn note_failed(&self, claimed: &Delivery, failure: &Failure) {
        let failure = LastFailure::of(failure, self.env.business.now());
        let Some(write) = claimed.failed(failure) else { return };
        match self.store.commit(vec![write]).await {
            // `Changed`: the next attempt claimed the delivery in the meantime.
            Ok(()) | Err(CommitError::Changed(_)) => {}
            Err(CommitError::Store(error)) => {
                let event_id = &claimed.event_id;
                tracing::warn!(event_id, %error, "the failure of a callback is not kept: the store failed");
            }
        }
    }

    async fn note_accepted(&self, claimed: &Delivery) {
        let Some(write) = claimed.accepted() else { return };
        match self.store.commit(vec![write]).await {
            // Changed: its time came again while the answer was under way.
            Ok(()) | Err(CommitError::Changed(_)) => {}
            Err(CommitError::Store(error)) => {
                let event_id = &claimed.event_id;
                tracing::error!(event_id, %error, "an accepted callback is sent again: the store failed");
            }
        }
    }
}

fn log(claimed: &Delivery, failure: &Failure) {
    let is_old = claimed.allowed < claimed.schedule.attempts();
    let Delivery { event_id, event_type, notify_url, made, allowed, due, .. } = claimed;
    let endpoint = endpoint(notify_url.as_str());
    match claimed.is_spent() {
        false => {
            tracing::warn!(event_id, event_type, endpoint, %due, "callback {made} of {allowed} failed: {failure}");
        }
        true => {
            let why = if is_old { ", the last since the first was a day ago," } else { ", the last," };
            tracing::warn!(
                event_id,
                event_type,
                endpoint,
                "callback {made} of {allowed}{why} failed: {failure}"
            );
        }
    }
}
