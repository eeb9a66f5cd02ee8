//! How much the service takes on at once.
//!
//! Beyond what the processor can sign, more requests in hand only make each of them wait longer. So a request that
//! finds too many before it is turned away at once, before its signature is verified: a refusal costs a tenth of
//! that, and the time saved goes into the requests that are in hand.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The log says that it is over once so many times the limit found a place in a row: under steady overload the last
/// place is taken and given back all the time.
const CALM: usize = 16;

/// Requests whose body is there and whose reply is not.
#[derive(Debug)]
pub(crate) struct InFlight {
    limit: usize,
    count: AtomicUsize,
    /// For the log: a line when it begins and a line when it ends, not one for each request.
    shedding: Mutex<Option<Shedding>>,
    is_shedding: AtomicBool,
}

#[derive(Debug)]
struct Shedding {
    turned_away: u64,
    /// Since the last that was turned away.
    admitted: usize,
}

/// One request's place; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place<'a>(&'a InFlight);

impl InFlight {
    pub(crate) fn new(limit: usize) -> Self {
        let (count, is_shedding) = (AtomicUsize::new(0), AtomicBool::new(false));
        Self { limit, count, shedding: Mutex::new(None), is_shedding }
    }

    /// A place, or none: there are as many requests in hand as may be.
    pub(crate) fn enter(&self) -> Option<Place<'_>> {
        let place = Place(self);
        let is_free = self.count.fetch_add(1, Ordering::Relaxed) < self.limit;
        if !is_free || self.is_shedding.load(Ordering::Relaxed) {
            self.tell(is_free);
        }
        is_free.then_some(place)
    }

    fn tell(&self, is_free: bool) {
        let mut shedding = self.shedding.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *shedding {
            None if is_free => {}
            None => {
                *shedding = Some(Shedding { turned_away: 1, admitted: 0 });
                self.is_shedding.store(true, Ordering::Relaxed);
                tracing::warn!(
                    limit = self.limit,
                    "overloaded: requests beyond the limit are answered 500 unverified"
                );
            }
            Some(now) if !is_free => *now = Shedding { turned_away: now.turned_away + 1, admitted: 0 },
            Some(now) => {
                now.admitted += 1;
                if now.admitted >= self.limit * CALM {
                    tracing::warn!(turned_away = now.turned_away, "no longer overloaded");
                    *shedding = None;
                    self.is_shedding.store(false, Ordering::Relaxed);
                }
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_too_many_finds_no_place_and_takes_none() {
        let in_flight = InFlight::new(2);
        let places = [in_flight.enter(), in_flight.enter()];
        assert!(places.iter().all(Option::is_some));
        for _ in 0..3 {
            assert!(in_flight.enter().is_none());
        }
        drop(places);
        let again = [in_flight.enter(), in_flight.enter(), in_flight.enter()];
        assert_eq!(again.map(|place| place.is_some()), [true, true, false]);
    }
    #[test]
    fn overload_ends_for_the_log_when_many_in_a_row_found_a_place() {
        let in_flight = InFlight::new(1);
        let is_shedding = || in_flight.is_shedding.load(Ordering::Relaxed);
        let overload = || {
            let place = in_flight.enter();
            assert!(in_flight.enter().is_none());
            drop(place);
        };
        assert!(!is_shedding());
        overload();
        assert!(is_shedding());
        // One that is turned away begins the count anew.
        (1..CALM).for_each(|_| drop(in_flight.enter()));
        overload();
        (1..CALM).for_each(|_| drop(in_flight.enter()));
        assert!(is_shedding());
        drop(in_flight.enter());
        assert!(!is_shedding());
    }
}
