//! Delivery of callbacks: scan the queue, claim an attempt, send it, store its outcome.

use super::Delivery;
use super::Outbox;
use super::backlog::{Backlog, Kept, PER_OWNER};
use super::client::endpoint;
use super::failure::CallbackFailure;
use super::observer::AttemptKind;
use super::record::{LastFailure, end_of_due};
use super::slots::{Entry, Slot};
use crate::state_gate::Generation;
use crate::store::{CommitError, Key, Kind, Loaded, Record as _, StoreError};
use ruhui_core::types::NotifyUrl;
use std::sync::Arc;
use tokio::task::{JoinError, JoinSet};

/// Number of records that one page of a scan reads.
const PAGE: usize = 64;

/// Whether a scan of the queue has another page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// The scan has another page.
    More,
    /// The page was the last one.
    Last,
}

/// Result of one attempt. `None`: another replica claimed it. `Err`: it was not claimed.
type Made = Result<Option<Attempt>, StoreError>;
/// Result of an attempt's task.
pub(crate) type Done = Result<Made, JoinError>;
/// Tasks of the attempts in progress.
pub(crate) type Sending = JoinSet<Made>;

/// One finished attempt at one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Id of the event.
    pub event_id: String,
    /// Type of the event.
    pub event_type: String,
    /// URL that the callback was sent to.
    pub notify_url: NotifyUrl,
    /// Number of the attempt, from 1.
    pub number: u32,
    /// Number of attempts allowed.
    pub allowed: u32,
    /// The accepting status, 200 or 204, or the failure that asks for a retry.
    pub outcome: Result<u16, CallbackFailure>,
}

impl Outbox {
    /// Sends every callback that is due and that no other replica has claimed, and returns when all these
    /// attempts have ended. A failed callback becomes due again after the pause of its schedule.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails; attempts that were claimed by then have been sent.
    pub async fn deliver_due(self: &Arc<Self>) -> Result<Vec<Attempt>, StoreError> {
        let (mut sending, mut over) = (Sending::new(), Vec::new());
        let mut failed = None;
        let mut backlog = Backlog::default();
        loop {
            self.begin(&mut backlog);
            while failed.is_none() {
                match self.claim_page(&mut backlog, &mut sending).await {
                    Ok(Page::More) => {}
                    Ok(Page::Last) => break,
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

    /// Begins a scan of the queue.
    pub(crate) fn begin(&self, backlog: &mut Backlog) {
        if self.takes_restart() {
            *backlog = Backlog::default();
        }
        backlog.begin(self.env.business.now());
    }

    /// Starts an attempt at each waiting delivery that has a slot now, and at each due delivery of the next
    /// page that has one.
    pub(crate) async fn claim_page(
        self: &Arc<Self>,
        backlog: &mut Backlog,
        sending: &mut Sending,
    ) -> Result<Page, StoreError> {
        if self.is_paused() {
            return Ok(Page::Last);
        }
        let entered = self.state_gate.enter().await;
        let generation = entered.generation();
        self.claim_waiting(backlog, sending, generation).await?;
        let end = end_of_due(self.env.business.now());
        let page = self.store.scan(Kind::Delivery, "", &backlog.after, PAGE).await?;
        let is_full = page.len() == PAGE;
        for (id, stored) in page {
            if id >= end {
                return Ok(Page::Last);
            }
            if !backlog.has(&id) {
                let loaded = match Loaded::<Delivery>::read(&id, stored) {
                    Ok(loaded) => loaded,
                    Err(error) => {
                        self.log_unreadable(&error);
                        backlog.after = id;
                        continue;
                    }
                };
                let Delivery { notify_url, event_id, owner, .. } = &loaded.record;
                let (endpoint, owner) = (endpoint(notify_url.as_str()), owner.to_string());
                match self.slots.enter(endpoint.clone(), owner.clone(), event_id) {
                    Entry::Slot(slot) => {
                        sending.spawn(self.clone().attempt(loaded, slot, generation));
                    }
                    Entry::Busy => match backlog.keep(&id, endpoint, owner) {
                        Kept::Waits => {}
                        Kept::TooMany => self.end(&loaded).await?,
                    },
                    // The attempt in progress sets a new due time.
                    Entry::Sending => {}
                    Entry::Full => return Ok(Page::Last),
                }
            }
            backlog.after = id;
        }
        Ok(if is_full { Page::More } else { Page::Last })
    }

    /// Starts attempts at deliveries that waited for a slot. A record that no longer exists was claimed by
    /// another replica.
    async fn claim_waiting(
        self: &Arc<Self>,
        backlog: &mut Backlog,
        sending: &mut Sending,
        generation: Generation,
    ) -> Result<(), StoreError> {
        let slotted = backlog.slotted(&self.slots);
        if slotted.is_empty() {
            return Ok(());
        }
        let keys: Vec<Key> = slotted.iter().map(|(id, _)| Delivery::key(id)).collect();
        let found = match self.store.load(&keys).await {
            Ok(found) => found,
            Err(error) => {
                // The waiting deliveries are still due, so the next scan from the beginning finds them.
                *backlog = Backlog::default();
                return Err(error);
            }
        };
        for ((id, slot), stored) in slotted.into_iter().zip(found) {
            if let Some(loaded) = stored.and_then(|stored| Loaded::<Delivery>::read(&id, stored).ok()) {
                sending.spawn(self.clone().attempt(loaded, slot, generation));
            }
        }
        Ok(())
    }

    /// Ends a delivery whose owner has too many waiting ones: a limit on the length of the queue.
    async fn end(&self, loaded: &Loaded<Delivery>) -> Result<(), StoreError> {
        let Delivery { event_id, event_type, notify_url, owner, made, allowed, .. } = &loaded.record;
        match self.store.commit(vec![loaded.delete()]).await {
            Ok(()) => {
                self.observers.iter().for_each(|observer| observer.ended(&loaded.record));
                let endpoint = endpoint(notify_url.as_str());
                tracing::warn!(
                    event_id,
                    event_type,
                    endpoint,
                    "callback ended after {made} of {allowed}: {PER_OWNER} callbacks of {owner} wait already"
                );
                Ok(())
            }
            // Another replica has claimed or ended it.
            Err(CommitError::Changed(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    /// Claims and sends a delivery that was read in this generation of the state. Nothing is claimed, and no outcome
    /// stored, once the state has been replaced: the record may exist there too, as it was before this attempt.
    async fn attempt(self: Arc<Self>, loaded: Loaded<Delivery>, _slot: Slot, generation: Generation) -> Made {
        let entered = self.state_gate.enter().await;
        if entered.generation() != generation || self.is_paused() {
            return Ok(None);
        }
        let (claimed, batch) = loaded.claim(self.env.business.now());
        match self.store.commit(batch).await {
            Ok(()) => {}
            Err(CommitError::Changed(_)) => return Ok(None),
            Err(CommitError::Store(error)) => return Err(error),
        }
        // The receiver may call the API before it responds, so nothing is waited for inside the gate.
        drop(entered);
        let sent = self.send(&claimed.record, AttemptKind::Scheduled, claimed.record.made).await;
        let outcome = sent.map(|response| response.status);
        if let Err(failure) = &outcome {
            log(&claimed.record, failure);
        }
        let entered = self.state_gate.enter().await;
        match &outcome {
            _ if entered.generation() != generation => {}
            Ok(_) => self.note_accepted(&claimed.record).await,
            Err(failure) => self.note_failed(&claimed, failure).await,
        }
        drop(entered);
        let Delivery { event_id, event_type, notify_url, made: number, allowed, .. } = claimed.record;
        Ok(Some(Attempt { event_id, event_type, notify_url, number, allowed, outcome }))
    }

    /// Stores the failure for readers of the event. If the store fails, this failure is lost and the delivery
    /// continues.
    async fn note_failed(&self, claimed: &Loaded<Delivery>, failure: &CallbackFailure) {
        let failure = LastFailure::of(failure, self.env.business.now());
        let Some(write) = claimed.failed(failure) else { return };
        match self.store.commit(vec![write]).await {
            // Version conflict: the next attempt claimed the delivery in the meantime.
            Ok(()) | Err(CommitError::Changed(_)) => {}
            Err(CommitError::Store(error)) => {
                let event_id = &claimed.record.event_id;
                tracing::warn!(event_id, %error, "the failure of a callback is not kept: the store failed");
            }
        }
    }

    async fn note_accepted(&self, claimed: &Delivery) {
        let Some(write) = claimed.accepted() else { return };
        match self.store.commit(vec![write]).await {
            // Version conflict: the delivery became due again, and was claimed, before this response arrived.
            Ok(()) | Err(CommitError::Changed(_)) => {}
            Err(CommitError::Store(error)) => {
                let event_id = &claimed.event_id;
                tracing::error!(event_id, %error, "an accepted callback is sent again: the store failed");
            }
        }
    }
}

fn log(claimed: &Delivery, failure: &CallbackFailure) {
    let is_old = claimed.allowed < claimed.schedule.attempts();
    let Delivery { event_id, event_type, notify_url, made, allowed, due, .. } = claimed;
    let endpoint = endpoint(notify_url.as_str());
    if claimed.is_spent() {
        let why = if is_old { ", the last since the first was a day ago," } else { ", the last," };
        tracing::warn!(event_id, event_type, endpoint, "callback {made} of {allowed}{why} failed: {failure}");
    } else {
        tracing::warn!(event_id, event_type, endpoint, %due, "callback {made} of {allowed} failed: {failure}");
    }
}
