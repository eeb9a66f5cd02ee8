//! Acts of a sandbox's controls on queued events: resend, redirect, drop, pause.
//!
//! An act on an event waits until no attempt at it is in progress, and keeps new ones out meanwhile. It waits outside the
//! gate of the state: the attempt enters the gate to note its outcome.

use super::client::endpoint;
use super::observer::AttemptKind;
use super::slots::Slot;
use super::{Delivery, Outbox};
use crate::store::{Batch, CommitError, Loaded, StoreError, StoreExt as _};
use ruhui_core::types::NotifyUrl;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

/// Number of deliveries that one page of the queue has.
const PAGE: usize = 1000;

impl Outbox {
    /// Lists all waiting deliveries, in the order of their due times. Unreadable records are left out: the worker logs
    /// them.
    pub(crate) async fn waiting(&self) -> Result<Vec<Loaded<Delivery>>, StoreError> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.store.read_page::<Delivery>("", &after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(all) };
            after = crate::store::Record::id(&last.record);
            let is_last = page.len() < PAGE;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    async fn find_waiting(&self, event_id: &str) -> Result<Option<Loaded<Delivery>>, StoreError> {
        Ok(self.waiting().await?.into_iter().find(|loaded| loaded.record.event_id == event_id))
    }

    /// The ids of the events that are being sent.
    pub(crate) fn sending(&self) -> BTreeSet<String> {
        self.slots.events()
    }

    /// Whether no attempt begins by schedule.
    pub(crate) fn is_paused(&self) -> bool {
        self.is_paused.load(Ordering::SeqCst)
    }

    /// Stops or continues the attempts by schedule. Attempts in progress go on.
    pub(crate) fn set_paused(&self, is_paused: bool) {
        self.is_paused.store(is_paused, Ordering::SeqCst);
        if !is_paused {
            self.restart_scan();
        }
    }

    /// Starts a scan from the beginning of the queue: due times have changed.
    pub(crate) fn restart_scan(&self) {
        self.restarts_scan.store(true, Ordering::SeqCst);
        self.wake();
    }

    pub(super) fn takes_restart(&self) -> bool {
        self.restarts_scan.swap(false, Ordering::SeqCst)
    }

    /// Sends an event at once, outside its schedule, once for each number, one after the other. An acceptance takes a
    /// waiting event out of the queue. `known` is the event as it is sent if it no longer waits.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails. Attempts may have been made.
    pub(crate) async fn resend(
        &self,
        event_id: &str,
        known: Delivery,
        numbers: impl Iterator<Item = u32> + Send,
    ) -> Result<(), StoreError> {
        let _slot = self.reserve(event_id, &known).await;
        let entered = self.state_gate.enter().await;
        let generation = entered.generation();
        let waiting = self.find_waiting(event_id).await?;
        drop(entered);
        let delivery = waiting.as_ref().map_or(known, |loaded| loaded.record.clone());
        let mut is_accepted = false;
        for number in numbers {
            is_accepted |= self.send(&delivery, AttemptKind::Resent, number).await.is_ok();
        }
        let entered = self.state_gate.enter().await;
        // A state that was restored meanwhile has the event as it was, so it waits.
        if let Some(waiting) = waiting.filter(|_| is_accepted && entered.generation() == generation) {
            // After a version conflict another process has claimed the event, and sends it.
            self.write(vec![waiting.delete()]).await?;
        }
        Ok(())
    }

    /// Changes the URL of a waiting event. `known` is the event as it was found. Returns the event as it is now; `None` if it does not wait.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails: nothing has changed.
    pub(crate) async fn redirect(
        &self,
        known: &Delivery,
        notify_url: &NotifyUrl,
    ) -> Result<Option<Delivery>, StoreError> {
        let event_id = &known.event_id;
        let _slot = self.reserve(event_id, known).await;
        let _entered = self.state_gate.enter().await;
        loop {
            let Some(loaded) = self.find_waiting(event_id).await? else { return Ok(None) };
            let redirected = Delivery { notify_url: notify_url.clone(), ..loaded.record.clone() };
            if self.write(vec![loaded.replace(&redirected)]).await? {
                self.restart_scan();
                return Ok(Some(redirected));
            }
        }
    }

    /// Removes a waiting event. `known` is the event as it was found. Returns the event; `None` if it does not wait.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails: nothing has changed.
    pub(crate) async fn discard(&self, known: &Delivery) -> Result<Option<Delivery>, StoreError> {
        let event_id = &known.event_id;
        let _slot = self.reserve(event_id, known).await;
        let _entered = self.state_gate.enter().await;
        loop {
            let Some(loaded) = self.find_waiting(event_id).await? else { return Ok(None) };
            if self.write(vec![loaded.delete()]).await? {
                return Ok(Some(loaded.record));
            }
        }
    }

    async fn reserve(&self, event_id: &str, known: &Delivery) -> Slot {
        let (endpoint, owner) = (endpoint(known.notify_url.as_str()), known.owner.to_string());
        self.slots.reserve(endpoint, owner, event_id).await
    }

    /// Commits a batch. Returns `false` after a version conflict.
    async fn write(&self, batch: Batch) -> Result<bool, StoreError> {
        match self.store.commit(batch).await {
            Ok(()) => Ok(true),
            Err(CommitError::Changed(_)) => Ok(false),
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}
