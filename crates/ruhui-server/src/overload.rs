//! How much the service takes on at once.
//!
//! Beyond what the processor can sign, more requests in hand only make each of them wait longer. So a request that
//! finds too many before it is turned away at once, before its signature is verified: a refusal costs a tenth of
//! that, and the time saved goes into the requests that are in hand.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Requests whose body is there and whose reply is not.
#[derive(Debug)]
pub(crate) struct InFlight {
    limit: usize,
    count: AtomicUsize,
    /// For the log: a line when it begins and a line when it ends, not one for each request.
    is_shedding: AtomicBool,
}

/// One request's place; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place<'a>(&'a InFlight);

impl InFlight {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, count: AtomicUsize::new(0), is_shedding: AtomicBool::new(false) }
    }

    /// A place, or none: there are as many requests in hand as may be.
    pub(crate) fn enter(&self) -> Option<Place<'_>> {
        let place = Place(self);
        if self.count.fetch_add(1, Ordering::Relaxed) < self.limit {
            return Some(place);
        }
        if !self.is_shedding.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                limit = self.limit,
                "overloaded: requests beyond the limit are answered 500 unverified"
            );
        }
        None
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let left = self.0.count.fetch_sub(1, Ordering::Relaxed) - 1;
        if left <= self.0.limit / 2
            && self.0.is_shedding.load(Ordering::Relaxed)
            && self.0.is_shedding.swap(false, Ordering::Relaxed)
        {
            tracing::warn!("no longer overloaded");
        }
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
}
