//! Who may send at once: so many to one endpoint, so many in all, and each event by one task.
//!
//! An endpoint that hangs thereby holds a few places for a few seconds, and delays nobody but itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// At once to one endpoint.
const PER_ENDPOINT: usize = 8;
/// At once in all.
const IN_ALL: usize = 256;

pub(super) struct Places {
    taken: Mutex<Taken>,
    freed: Arc<Notify>,
}

#[derive(Default)]
struct Taken {
    by_endpoint: BTreeMap<String, usize>,
    events: BTreeSet<String>,
    somebody_waits: bool,
}

/// The answer to who wants to send.
pub(super) enum Entry {
    /// It may.
    Place(Place),
    /// Not to this endpoint now, or this event is being sent.
    Busy,
    /// Nobody may now.
    Full,
}

/// A place; free again when dropped.
pub(super) struct Place {
    places: Arc<Places>,
    endpoint: String,
    event_id: String,
}

impl Places {
    /// `freed` is notified when a place is free that was asked for in vain.
    pub(super) fn new(freed: Arc<Notify>) -> Self {
        Self { taken: Mutex::default(), freed }
    }

    pub(super) fn enter(self: &Arc<Self>, endpoint: String, event_id: &str) -> Entry {
        let mut taken = self.taken();
        if taken.events.len() >= IN_ALL {
            taken.somebody_waits = true;
            return Entry::Full;
        }
        if taken.events.contains(event_id) {
            return Entry::Busy;
        }
        let there = taken.by_endpoint.get(&endpoint).copied().unwrap_or_default();
        if there >= PER_ENDPOINT {
            taken.somebody_waits = true;
            return Entry::Busy;
        }
        taken.by_endpoint.insert(endpoint.clone(), there + 1);
        taken.events.insert(event_id.to_owned());
        Entry::Place(Place { places: self.clone(), endpoint, event_id: event_id.to_owned() })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.events.remove(&self.event_id);
        match taken.by_endpoint.get_mut(&self.endpoint) {
            Some(there) if *there > 1 => *there -= 1,
            _ => {
                taken.by_endpoint.remove(&self.endpoint);
            }
        }
        if std::mem::take(&mut taken.somebody_waits) {
            self.places.freed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_has_its_places_and_all_have_theirs() {
        let places = Arc::new(Places::new(Arc::new(Notify::new())));
        let mut held = Vec::new();
        for endpoint in 0..40 {
            for number in 0..10 {
                match places.enter(format!("e{endpoint}"), &format!("{endpoint} {number}")) {
                    Entry::Place(place) => held.push(place),
                    Entry::Busy => assert!(number >= PER_ENDPOINT),
                    Entry::Full => assert_eq!(held.len(), IN_ALL),
                }
            }
        }
        assert_eq!(held.len(), IN_ALL);
        held.clear();
        assert!(places.taken().by_endpoint.is_empty() && places.taken().events.is_empty());
    }

    #[test]
    fn an_event_is_sent_by_one_task() {
        let places = Arc::new(Places::new(Arc::new(Notify::new())));
        let first = places.enter("e".to_owned(), "a");
        assert!(matches!(places.enter("e".to_owned(), "a"), Entry::Busy));
        drop(first);
        assert!(matches!(places.enter("e".to_owned(), "a"), Entry::Place(_)));
    }
}
