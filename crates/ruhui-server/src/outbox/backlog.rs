//! Deliveries that are due and found no slot: known by their ids, so that nobody reads them again to find the next one.
//!
//! A look goes on where the one before ended, and reads what has become due since. Without this an endpoint that hangs
//! would make every look read its whole queue.

use super::record::{due_text, event_of};
use super::slots::{Entry, Slot, Slots};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Deliveries of one owner that wait for a slot. One more is ended.
pub(super) const PER_OWNER: usize = 10_000;
/// A delivery may be put behind the slot where the last look ended: by another service, whose clock is slightly behind.
const OVERLAP: SignedDuration = SignedDuration::from_secs(5);
/// The time after which everything is looked at from the beginning: for clocks that differ by more, or were put back.
const WHOLE: Duration = Duration::from_secs(60);

/// A service's position in the queue, and the deliveries that it passed over.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    /// Everything up to here has been looked at.
    pub(super) after: String,
    /// Ids in their order, by endpoint and owner.
    waiting: BTreeMap<Queue, VecDeque<String>>,
    ids: BTreeSet<String>,
    by_owner: BTreeMap<String, usize>,
    begun: Option<Instant>,
}

/// Deliveries of one owner to one endpoint. Owners that share an endpoint wait apart, so that one who may not send now
/// keeps none of the others back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Queue {
    endpoint: String,
    owner: String,
}

/// The fate of a delivery that finds no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// It waits here.
    Waits,
    /// Its owner has too many that wait.
    TooMany,
}

impl Backlog {
    /// Begins a look, `now` in business time.
    pub(crate) fn begin(&mut self, now: Timestamp) {
        let is_whole = self.begun.is_none_or(|begun| begun.elapsed() >= WHOLE);
        if is_whole {
            *self = Self { begun: Some(Instant::now()), ..Self::default() };
            return;
        }
        let again = due_text(now.saturating_sub(OVERLAP).unwrap_or(Timestamp::MIN));
        if again < self.after {
            self.after = again;
        }
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Keeps a delivery that found no slot.
    pub(super) fn keep(&mut self, id: &str, endpoint: String, owner: String) -> Kept {
        let of_owner = self.by_owner.entry(owner.clone()).or_default();
        if *of_owner >= PER_OWNER {
            return Kept::TooMany;
        }
        *of_owner += 1;
        self.ids.insert(id.to_owned());
        self.waiting.entry(Queue { endpoint, owner }).or_default().push_back(id.to_owned());
        Kept::Waits
    }

    /// Takes out the deliveries that have a slot now, the longest waiting first, whatever their endpoint and owner.
    pub(super) fn slotted(&mut self, slots: &Arc<Slots>) -> Vec<(String, Slot)> {
        let mut slotted = Vec::new();
        let fronts =
            self.waiting.iter().filter_map(|(queue, ids)| Some((ids.front()?.clone(), queue.clone())));
        let mut fronts: BTreeSet<(String, Queue)> = fronts.collect();
        while let Some((id, queue)) = fronts.pop_first() {
            match slots.enter(queue.endpoint.clone(), queue.owner.clone(), event_of(&id)) {
                Entry::Slot(slot) => slotted.push((id, slot)),
                // The first of a queue may not be sent now, so none behind it may.
                Entry::Busy | Entry::Sending => continue,
                Entry::Full => break,
            }
            if let Some(next) = self.take_front(&queue) {
                fronts.insert((next, queue));
            }
        }
        self.waiting.retain(|_, ids| !ids.is_empty());
        slotted
    }

    /// Takes the first delivery out of a queue, and returns the id of the next one.
    fn take_front(&mut self, queue: &Queue) -> Option<String> {
        let ids = self.waiting.get_mut(queue)?;
        if let Some(id) = ids.pop_front() {
            self.ids.remove(&id);
            if let Some(of_owner) = self.by_owner.get_mut(&queue.owner) {
                *of_owner -= 1;
            }
        }
        ids.front().cloned()
    }
}
