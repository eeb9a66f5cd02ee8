//! Load shedding: the in-flight limit, which rejects requests when too many are being processed.
//!
//! More requests in flight than the processor can sign for only make each of them wait longer. So a request that
//! exceeds the limit is rejected at once, before its signature is verified. A rejection costs a tenth of a verified
//! request, and the time saved goes to the requests in flight.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The in-flight limit, and the number of requests whose body has arrived and whose response is not signed yet.
#[derive(Debug)]
pub(crate) struct InFlight {
    limit: AtomicUsize,
    count: AtomicUsize,
    /// Number of requests rejected since the last call of [`InFlight::take_rejected`].
    rejected: AtomicU64,
}

/// The permit of one request in flight, given back on drop.
#[derive(Debug)]
pub(crate) struct Permit<'a>(&'a InFlight);

impl InFlight {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit: AtomicUsize::new(limit), count: AtomicUsize::new(0), rejected: AtomicU64::new(0) }
    }

    /// Returns a permit, or `None` if the limit is reached.
    pub(crate) fn enter(&self) -> Option<Permit<'_>> {
        let permit = Permit(self);
        if self.count.fetch_add(1, Ordering::Relaxed) < self.limit() {
            return Some(permit);
        }
        self.rejected.fetch_add(1, Ordering::Relaxed);
        None
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }

    /// Replaces the limit. Requests in flight beyond a lower limit are finished.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Ordering::Relaxed);
    }

    /// Returns the number of requests rejected since the last call of this function.
    pub(crate) fn take_rejected(&self) -> u64 {
        self.rejected.swap(0, Ordering::Relaxed)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Turns the number of rejected requests of each second into log lines. An overload has one line for its first second
/// and one for its end, rather than one for each of perhaps thousands of rejections a second.
#[derive(Debug, Default)]
pub(crate) struct Overload {
    rejected: u64,
}

/// A log line about an overload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OverloadLine {
    /// The overload began: requests were rejected in this second, and none in the second before.
    Began,
    /// The overload ended: no request was rejected for a second, after `rejected` in all.
    Ended { rejected: u64 },
}

impl Overload {
    /// Counts a second in which `rejected` requests were rejected, and returns the line to log, if any.
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
