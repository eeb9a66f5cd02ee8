//! Callbacks that a fault holds back: a late one for its delay, one out of order until the owner's next event was sent.
//!
//! A hold lasts in real time, whatever the business clock does. It ends early when the service stops; the callback is
//! then sent. It ends without a callback when the state is replaced: the event belongs to a state that is gone.

use super::{Delivery, Outbox};
use crate::faults::{FaultKind, PlayedFault};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, watch};

/// Longest time for which a callback waits for the owner's next event.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Number of sent events that a holder may lag behind.
const SENT: usize = 64;

/// The holds of an outbox.
#[derive(Debug)]
pub(super) struct Holds {
    /// The owner of each event that was sent, and the event's id.
    sent: broadcast::Sender<(String, String)>,
    /// Owners of whom a callback is held until their next one was sent.
    waiting: Mutex<BTreeSet<String>>,
    /// Changes when all holds end.
    ended: watch::Sender<()>,
}

impl Default for Holds {
    fn default() -> Self {
        Self { sent: broadcast::Sender::new(SENT), waiting: Mutex::default(), ended: watch::Sender::new(()) }
    }
}

/// The place of the one callback of an owner that waits for the next one, freed on drop.
struct Place<'a> {
    holds: &'a Holds,
    owner: String,
}

impl Holds {
    /// Ends all holds.
    pub(super) fn end(&self) {
        self.ended.send_replace(());
    }

    /// Notes that an attempt at an event has ended.
    pub(super) fn note_sent(&self, delivery: &Delivery) {
        // An error means that nothing is held.
        let _ = self.sent.send((delivery.owner.to_string(), delivery.event_id.clone()));
    }

    /// Takes the owner's place, unless another callback of the owner waits already.
    fn place(&self, owner: String) -> Option<Place<'_>> {
        let is_first = self.waiting().insert(owner.clone());
        // Made only if it is taken: dropping a place frees it.
        if is_first { Some(Place { holds: self, owner }) } else { None }
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.holds.waiting().remove(&self.owner);
    }
}

impl Outbox {
    /// Ends all holds: the service stops, or its state was replaced.
    pub(crate) fn end_holds(&self) {
        self.holds.end();
    }

    /// Holds a callback back, if the fault asks for it. Returns whether the callback is to be sent afterwards.
    pub(super) async fn hold(&self, delivery: &Delivery, fault: &PlayedFault) -> bool {
        let mut ended = self.holds.ended.subscribe();
        let generation = self.state_gate.generation();
        let over = async {
            match fault.kind() {
                FaultKind::CallbackLate => tokio::time::sleep(fault.delay()).await,
                FaultKind::CallbackOutOfOrder => self.next_sent(delivery).await,
                _ => {}
            }
        };
        tokio::select! {
            () = over => {}
            _ = ended.changed() => {}
        }
        self.state_gate.generation() == generation
    }

    /// Waits until another event of the owner was sent. Of two callbacks with this fault, only the first waits: they
    /// would wait for each other.
    async fn next_sent(&self, delivery: &Delivery) {
        let owner = delivery.owner.to_string();
        let mut sent = self.holds.sent.subscribe();
        let Some(_place) = self.holds.place(owner.clone()) else { return };
        let another = async {
            loop {
                match sent.recv().await {
                    Ok((of, event_id)) if of == owner && event_id != delivery.event_id => return,
                    Ok(_) => {}
                    // So many events were sent that one was most likely the owner's.
                    Err(_) => return,
                }
            }
        };
        let _ = tokio::time::timeout(LONGEST_WAIT, another).await;
    }
}
