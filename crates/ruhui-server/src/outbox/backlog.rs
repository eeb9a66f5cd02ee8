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
    waiting: BTreeMap<String, VecDeque<Waiting>>,
    ids: BTreeSet<String>,
    by_owner: BTreeMap<String, usize>,
    begun: Option<Instant>,
}

#[derive(Debug)]
struct Waiting {
    id: String,
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
        self.waiting.entry(endpoint).or_default().push_back(Waiting { id: id.to_owned(), owner });
        Kept::Waits
    }

    /// Those that have a slot now, the longest waiting of each endpoint first.
    pub(super) fn slotted(&mut self, slots: &Arc<Slots>) -> Vec<(String, Slot)> {
        let mut slotted = Vec::new();
        'all: for (endpoint, queue) in &mut self.waiting {
            while let Some(Waiting { id, owner }) = queue.front() {
                match slots.enter(endpoint.clone(), owner.clone(), event_of(id)) {
                    Entry::Slot(slot) => slotted.push((id.clone(), slot)),
                    Entry::Busy => break,
                    Entry::Full => break 'all,
                }
                self.ids.remove(id);
                if let Some(of_owner) = self.by_owner.get_mut(owner) {
                    *of_owner -= 1;
                }
                queue.pop_front();
            }
        }
        self.waiting.retain(|_, queue| !queue.is_empty());
        slotted
    }
}
