//! The event history of a sandbox: each event that was queued or sent since the start or the last reset, with its
//! attempts, in memory.
//!
//! Waiting events are in the store, and the history knows what the store forgets: accepted, ended and dropped events,
//! and the outcome of each attempt. It is bounded by the number of events and by their bytes; the oldest leave first.

mod attempt;

pub(crate) use attempt::PastAttempt;

use crate::outbox::{AttemptKind, CallbackObserver, Delivery, ObservedAttempt};
use ruhui_core::types::NotifyUrl;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bounds of an event history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Number of events.
    pub(crate) events: usize,
    /// Bytes of all events together.
    pub(crate) bytes: usize,
    /// Number of attempts that are kept of one event: the last ones.
    pub(crate) attempts: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { events: 10_000, bytes: 16 << 20, attempts: 100 }
    }
}

/// The event history.
#[derive(Default)]
pub(crate) struct EventHistory {
    bounds: Bounds,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Events by the order in which the history got to know them.
    events: BTreeMap<u64, KnownEvent>,
    by_id: HashMap<String, u64>,
    newest: u64,
    bytes: usize,
}

/// An event that the history knows. `Debug` hides its resource.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct KnownEvent {
    /// Order of the event among all that the history knows, from 1.
    pub(crate) order: u64,
    /// The event as it was when it was sent last. `None` before its first attempt.
    pub(crate) delivery: Option<Delivery>,
    /// The last attempts, oldest first.
    pub(crate) attempts: Vec<PastAttempt>,
    /// Number of resends so far.
    pub(crate) resends: u32,
    /// End of the event, if it no longer waits.
    pub(crate) end: Option<End>,
}

/// The reason why an event no longer waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// An attempt was accepted.
    Accepted,
    /// The last attempt failed, or the queue was too long.
    Ended,
    /// A control removed the event.
    Dropped,
}

impl EventHistory {
    #[cfg(test)]
    fn bounded(bounds: Bounds) -> Self {
        Self { bounds, state: Mutex::default() }
    }

    /// Notes the order of an event that was queued.
    pub(crate) fn queued(&self, event_id: &str) {
        self.update(event_id, |_| {});
    }

    /// Notes that a waiting event was removed by a control.
    pub(crate) fn dropped(&self, delivery: &Delivery) {
        self.update(&delivery.event_id, |event| {
            event.delivery = Some(delivery.clone());
            event.end = Some(End::Dropped);
        });
    }

    /// Sets the URL that a resend of an event uses that no longer waits. Returns `false` if the history does not have
    /// the event.
    pub(crate) fn redirect(&self, event_id: &str, notify_url: &NotifyUrl) -> bool {
        if self.find(event_id).is_none_or(|event| event.delivery.is_none()) {
            return false;
        }
        self.update(event_id, |event| {
            if let Some(delivery) = &mut event.delivery {
                delivery.notify_url = notify_url.clone();
            }
        });
        true
    }

    /// Returns the event of this id.
    pub(crate) fn find(&self, event_id: &str) -> Option<KnownEvent> {
        let state = self.state();
        state.events.get(state.by_id.get(event_id)?).cloned()
    }

    /// Takes the numbers of the next resends of an event.
    pub(crate) fn next_resends(&self, event_id: &str, times: u32) -> std::ops::RangeInclusive<u32> {
        let mut first = 1;
        self.update(event_id, |event| {
            first = event.resends + 1;
            event.resends = event.resends.saturating_add(times);
        });
        first..=first.saturating_add(times - 1)
    }

    /// Returns all events by id.
    pub(crate) fn all(&self) -> HashMap<String, KnownEvent> {
        let state = self.state();
        state
            .by_id
            .iter()
            .filter_map(|(id, order)| Some((id.clone(), state.events.get(order)?.clone())))
            .collect()
    }

    /// Forgets all events.
    pub(crate) fn clear(&self) {
        let mut state = self.state();
        state.events.clear();
        state.by_id.clear();
        state.bytes = 0;
    }

    /// Changes what the history knows of an event, and lets the oldest events leave until the bounds hold.
    fn update(&self, event_id: &str, change: impl FnOnce(&mut KnownEvent)) {
        let bounds = self.bounds;
        let mut state = self.state();
        let order = match state.by_id.get(event_id) {
            Some(order) => *order,
            None => {
                state.newest += 1;
                let order = state.newest;
                state.by_id.insert(event_id.to_owned(), order);
                order
            }
        };
        let (before, after) = {
            let is_new = !state.events.contains_key(&order);
            let event =
                state.events.entry(order).or_insert_with(|| KnownEvent { order, ..Default::default() });
            let before = if is_new { 0 } else { event.size() };
            change(event);
            let surplus = event.attempts.len().saturating_sub(bounds.attempts);
            event.attempts.drain(..surplus);
            (before, event.size())
        };
        state.bytes = state.bytes - before + after;
        while state.events.len() > bounds.events || state.bytes > bounds.bytes {
            let Some((order, oldest)) = state.events.pop_first() else { break };
            state.bytes -= oldest.size();
            state.by_id.retain(|_, known| *known != order);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KnownEvent {
    /// Bytes of memory that the event holds, about.
    fn size(&self) -> usize {
        let delivery = self.delivery.as_ref().map_or(0, Delivery::size);
        size_of::<Self>() + delivery + self.attempts.iter().map(PastAttempt::size).sum::<usize>()
    }
}

impl CallbackObserver for EventHistory {
    fn started(&self, delivery: &Delivery, kind: AttemptKind) {
        if kind != AttemptKind::Probe {
            self.update(&delivery.event_id, |event| event.delivery = Some(delivery.clone()));
        }
    }

    fn attempted(&self, attempt: &ObservedAttempt<'_>) {
        if attempt.kind == AttemptKind::Probe {
            return;
        }
        // Its start is known, unless the history was cleared since or the event has left it.
        if self.find(&attempt.delivery.event_id).is_none() {
            return;
        }
        let past = PastAttempt::of(attempt);
        self.update(&attempt.delivery.event_id, |event| {
            event.delivery = Some(attempt.delivery.clone());
            match attempt.result {
                Ok(_) => event.end = Some(End::Accepted),
                Err(_) if attempt.kind == AttemptKind::Scheduled && attempt.delivery.is_spent() => {
                    event.end.get_or_insert(End::Ended);
                }
                Err(_) => {}
            }
            event.attempts.push(past);
        });
    }

    fn ended(&self, delivery: &Delivery) {
        self.update(&delivery.event_id, |event| {
            event.delivery = Some(delivery.clone());
            event.end = Some(End::Ended);
        });
    }
}

impl std::fmt::Debug for EventHistory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EventHistory({:?})", self.bounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_events_leave_and_the_bytes_are_counted() {
        let history = EventHistory::bounded(Bounds { events: 3, bytes: 1 << 20, attempts: 2 });
        for id in ["a", "b", "c", "d", "b"] {
            history.queued(id);
        }
        let all = history.all();
        let mut ids: Vec<_> = all.iter().map(|(id, event)| (event.order, id.as_str())).collect();
        ids.sort_unstable();
        assert_eq!(ids, [(2, "b"), (3, "c"), (4, "d")]);
        assert_eq!(history.find("a"), None);
        assert_eq!(history.state().bytes, 3 * size_of::<KnownEvent>());
        let few = EventHistory::bounded(Bounds { bytes: 2 * size_of::<KnownEvent>(), ..Bounds::default() });
        for id in ["a", "b", "c"] {
            few.queued(id);
        }
        assert_eq!((few.all().len(), few.find("a")), (2, None));
        few.clear();
        assert_eq!((few.all().len(), few.state().bytes), (0, 0));
    }

    #[test]
    fn resends_are_numbered() {
        let history = EventHistory::default();
        assert_eq!(history.next_resends("a", 1), 1..=1);
        assert_eq!(history.next_resends("a", 3), 2..=4);
        assert_eq!(history.next_resends("b", 2), 1..=2);
    }
}
