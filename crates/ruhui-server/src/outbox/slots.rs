//! Concurrency limits (bulkheads) on callbacks in flight: per endpoint, per owner, and in total. One task
//! sends each event.
//!
//! An endpoint that hangs holds a few slots for a few seconds, and delays only its own callbacks. An owner
//! can hold at most as many slots as are left free: one owner alone can hold half of all, and `n` such owners
//! leave one part in `n + 1` to the next. So owners whose endpoints all hang delay only themselves, however
//! many endpoints they name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Maximum number of callbacks in flight to one endpoint.
const PER_ENDPOINT: usize = 8;
/// Maximum number of callbacks in flight in total.
const IN_ALL: usize = 256;

pub(super) struct Slots {
    taken: Mutex<TakenSlots>,
    freed: Arc<Notify>,
    left: Notify,
}

#[derive(Default)]
struct TakenSlots {
    by_endpoint: BTreeMap<String, usize>,
    by_owner: BTreeMap<String, usize>,
    events: BTreeSet<String>,
    somebody_waits: bool,
}

/// Result of a request for a slot.
pub(super) enum Entry {
    /// The callback may be sent while the slot is held.
    Slot(Slot),
    /// The endpoint or the owner has reached its limit.
    Busy,
    /// The event is already being sent.
    Sending,
    /// The total limit is reached.
    Full,
}

/// A slot in use, freed on drop.
pub(super) struct Slot {
    slots: Arc<Slots>,
    endpoint: String,
    owner: String,
    event_id: String,
}

impl Slots {
    /// `freed` is notified when a slot is freed after a request for one failed.
    pub(super) fn new(freed: Arc<Notify>) -> Self {
        Self { taken: Mutex::default(), freed, left: Notify::new() }
    }

    pub(super) fn enter(self: &Arc<Self>, endpoint: String, owner: String, event_id: &str) -> Entry {
        let mut taken = self.taken();
        if taken.events.len() >= IN_ALL {
            taken.somebody_waits = true;
            return Entry::Full;
        }
        if taken.events.contains(event_id) {
            return Entry::Sending;
        }
        let free = IN_ALL - taken.events.len();
        let count = |held: &BTreeMap<String, usize>, name: &str| held.get(name).copied().unwrap_or_default();
        let (there, of_owner) = (count(&taken.by_endpoint, &endpoint), count(&taken.by_owner, &owner));
        if there >= PER_ENDPOINT || of_owner >= free {
            taken.somebody_waits = true;
            return Entry::Busy;
        }
        taken.by_endpoint.insert(endpoint.clone(), there + 1);
        taken.by_owner.insert(owner.clone(), of_owner + 1);
        taken.events.insert(event_id.to_owned());
        Entry::Slot(Slot { slots: self.clone(), endpoint, owner, event_id: event_id.to_owned() })
    }

    /// Waits until no attempt at the event is in progress, and takes a slot for it beyond all limits: a control acts on
    /// the event. A client of callbacks responds within seconds, so this does not take longer.
    pub(super) async fn reserve(self: &Arc<Self>, endpoint: String, owner: String, event_id: &str) -> Slot {
        loop {
            let left = self.left.notified();
            let mut left = std::pin::pin!(left);
            // Registered before the look, so that a slot that is freed in between wakes this task.
            left.as_mut().enable();
            {
                let mut taken = self.taken();
                if taken.events.insert(event_id.to_owned()) {
                    *taken.by_endpoint.entry(endpoint.clone()).or_default() += 1;
                    *taken.by_owner.entry(owner.clone()).or_default() += 1;
                    return Slot { slots: self.clone(), endpoint, owner, event_id: event_id.to_owned() };
                }
            }
            left.await;
        }
    }

    /// The ids of the events that are being sent.
    pub(super) fn events(&self) -> BTreeSet<String> {
        self.taken().events.clone()
    }

    fn taken(&self) -> MutexGuard<'_, TakenSlots> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        taken.events.remove(&self.event_id);
        leave(&mut taken.by_endpoint, &self.endpoint);
        leave(&mut taken.by_owner, &self.owner);
        self.slots.left.notify_waiters();
        if std::mem::take(&mut taken.somebody_waits) {
            self.slots.freed.notify_one();
        }
    }
}

fn leave(held: &mut BTreeMap<String, usize>, name: &str) {
    match held.get_mut(name) {
        Some(count) if *count > 1 => *count -= 1,
        _ => {
            held.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_has_its_places_and_all_have_theirs() {
        let slots = Arc::new(Slots::new(Arc::new(Notify::new())));
        let mut held = Vec::new();
        for endpoint in 0..400 {
            for number in 0..10 {
                let (owner, event) = (format!("o{endpoint}"), format!("{endpoint} {number}"));
                match slots.enter(format!("e{endpoint}"), owner, &event) {
                    Entry::Slot(slot) => held.push(slot),
                    Entry::Sending => panic!("each event is another one"),
                    Entry::Busy => assert!(number >= PER_ENDPOINT || number >= IN_ALL - held.len()),
                    Entry::Full => assert_eq!(held.len(), IN_ALL),
                }
            }
        }
        assert_eq!(held.len(), IN_ALL);
        held.clear();
        let taken = slots.taken();
        assert!(taken.by_endpoint.is_empty() && taken.by_owner.is_empty() && taken.events.is_empty());
    }

    #[test]
    fn owners_who_hold_all_they_can_leave_places_to_the_next() {
        for owners in 1..=30 {
            let slots = Arc::new(Slots::new(Arc::new(Notify::new())));
            let mut held = Vec::new();
            for number in 0..IN_ALL {
                for owner in 0..owners {
                    let (endpoint, event) = (format!("{owner} {number}"), format!("{owner} {number}"));
                    if let Entry::Slot(slot) = slots.enter(endpoint, format!("o{owner}"), &event) {
                        held.push(slot);
                    }
                }
            }
            let free = IN_ALL - held.len();
            assert!(free >= IN_ALL / (owners + 1), "{owners} owners leave {free}");
            assert!(
                matches!(slots.enter("e".to_owned(), "next".to_owned(), "e"), Entry::Slot(_)),
                "{owners}"
            );
        }
    }

    #[test]
    fn an_event_is_sent_by_one_task() {
        let slots = Arc::new(Slots::new(Arc::new(Notify::new())));
        let enter = || slots.enter("e".to_owned(), "o".to_owned(), "a");
        let first = enter();
        assert!(matches!(enter(), Entry::Sending));
        drop(first);
        assert!(matches!(enter(), Entry::Slot(_)));
    }
}
