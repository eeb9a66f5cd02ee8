//! Backlog of due deliveries that found no free slot. Their ids are kept in memory, so that a scan does not
//! read them again.
//!
//! A scan continues where the previous one ended, and reads only what has become due since. Without the
//! backlog, every scan would read the whole queue of an endpoint that hangs.

use super::record::{due_text, event_of};
use super::slots::{Entry, Slot, Slots};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Maximum number of an owner's deliveries that wait for a slot; a further one is ended.
pub(super) const PER_OWNER: usize = 10_000;
/// Overlap of a scan with the previous one: another replica, whose clock is slightly slow, may have added a
/// delivery before the end of the previous scan.
const OVERLAP: SignedDuration = SignedDuration::from_secs(5);
/// Time after which a scan begins at the start of the queue, for clocks that differ by more or were put back.
const WHOLE: Duration = Duration::from_secs(60);

/// A replica's position in the queue, and the due deliveries that wait for a slot.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    /// The id up to which the queue has been scanned.
    pub(super) after: String,
    /// Waiting ids in order, by endpoint and owner.
    waiting: BTreeMap<Queue, VecDeque<String>>,
    ids: BTreeSet<String>,
    by_owner: BTreeMap<String, usize>,
    begun: Option<Instant>,
}

/// Waiting deliveries of one owner to one endpoint. Owners that share an endpoint have separate queues, so
/// that an owner without a free slot does not block the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Queue {
    endpoint: String,
    owner: String,
}

/// Outcome for a delivery that found no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// The delivery waits in the backlog.
    Waits,
    /// The owner has too many waiting deliveries.
    TooMany,
}

impl Backlog {
    /// Begins a scan at `now`, in business time.
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

    /// Adds a delivery that found no slot.
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

    /// Removes and returns the deliveries that have a slot now, the longest waiting first, across endpoints
    /// and owners.
    pub(super) fn slotted(&mut self, slots: &Arc<Slots>) -> Vec<(String, Slot)> {
        let mut slotted = Vec::new();
        let fronts =
            self.waiting.iter().filter_map(|(queue, ids)| Some((ids.front()?.clone(), queue.clone())));
        let mut fronts: BTreeSet<(String, Queue)> = fronts.collect();
        while let Some((id, queue)) = fronts.pop_first() {
            match slots.enter(queue.endpoint.clone(), queue.owner.clone(), event_of(&id)) {
                Entry::Slot(slot) => slotted.push((id, slot)),
                // If the first delivery of a queue has no slot, the following ones have none either.
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

    /// Removes the first delivery of a queue, and returns the id of the next one.
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
