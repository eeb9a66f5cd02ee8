//! Load shedding: the limit on requests in flight.
//!
//! Beyond what the processor can sign, more requests in flight only make each of them wait longer. So a request that
//! finds the limit reached is rejected at once, before its signature is verified: a rejection costs a tenth of a
//! verified request, and the time saved goes into the requests that are in flight.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The requests whose body has arrived and whose response is not signed yet.
#[derive(Debug)]
pub(crate) struct InFlight {
    limit: usize,
    count: AtomicUsize,
    /// Requests rejected since the log was last written.
    rejected: AtomicU64,
}

/// The permit of one request; returned when it is dropped.
#[derive(Debug)]
pub(crate) struct Permit<'a>(&'a InFlight);

impl InFlight {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, count: AtomicUsize::new(0), rejected: AtomicU64::new(0) }
    }

    /// A permit, unless the limit is reached.
    pub(crate) fn enter(&self) -> Option<Permit<'_>> {
        let permit = Permit(self);
        if self.count.fetch_add(1, Ordering::Relaxed) < self.limit {
            return Some(permit);
        }
        self.rejected.fetch_add(1, Ordering::Relaxed);
        None
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// The number of requests rejected since this was last called.
    pub(crate) fn take_rejected(&self) -> u64 {
        self.rejected.swap(0, Ordering::Relaxed)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The log's account of an overload. It has a line for its first second, and one for its end: not one for each
/// rejected request, of which there may be thousands a second.
#[derive(Debug, Default)]
pub(crate) struct Overload {
    rejected: u64,
}

/// A line for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OverloadLine {
    /// Requests were rejected, and none in the second before.
    Began,
    /// No request was rejected for a second; so many were until then.
    Ended { rejected: u64 },
}

impl Overload {
    /// Takes account of a second in which so many requests were rejected.
    pub(crate) fn second(&mut self, rejected: u64) -> Option<OverloadLine> {
        match (self.rejected, rejected) {
            (0, 0) => None,
            (0, _) => {
                self.rejected = rejected;
                Some(OverloadLine::Began)
            }
            (all, 0) => {
                self.rejected = 0;
                Some(OverloadLine::Ended { rejected: all })
            }
            (all, _) => {
                self.rejected = all.saturating_add(rejected);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_request_too_many_is_rejected_and_counted() {
        let in_flight = InFlight::new(2);
        let permits = [in_flight.enter(), in_flight.enter()];
        assert!(permits.iter().all(Option::is_some));
        for _ in 0..3 {
            assert!(in_flight.enter().is_none());
        }
        drop(permits);
        let again = [in_flight.enter(), in_flight.enter(), in_flight.enter()];
        assert_eq!(again.map(|permit| permit.is_some()), [true, true, false]);
        assert_eq!((in_flight.take_rejected(), in_flight.take_rejected()), (4, 0));
    }

    #[test]
    fn the_log_has_a_line_for_the_beginning_and_one_for_the_end() {
        let mut overload = Overload::default();
        let lines = [0, 3, 5, 0, 0, 1, 0].map(|rejected| overload.second(rejected));
        let ended = |rejected| Some(OverloadLine::Ended { rejected });
        let began = Some(OverloadLine::Began);
        assert_eq!(lines, [None, began, None, ended(8), None, began, ended(1)]);
    }
}
