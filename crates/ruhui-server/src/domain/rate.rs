//! Arithmetic of the rate limit: the generic cell rate algorithm (GCRA), with one number for each caller and
//! endpoint.

use jiff::{SignedDuration, Timestamp};

/// Rate limit: at most `per_second` requests a second, with bursts of as many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests per second, at least 1.
    pub per_second: u32,
}

/// Largest believable lead of a stored time over the clock. Requests are counted at most a second ahead, and
/// the clocks of replicas differ by less than this. A time further ahead was stored before the clock was put
/// back, and is ignored.
const APART: SignedDuration = SignedDuration::from_secs(60);

/// Whether a stored time can come from a clock that has not been put back since.
pub fn is_plausible_time(reckoned: Timestamp, now: Timestamp) -> bool {
    reckoned.duration_since(now) <= APART
}

impl Rate {
    /// Returns the share of the limit that one request uses, as a duration.
    pub fn cost(self) -> SignedDuration {
        SignedDuration::from_nanos(1_000_000_000 / i64::from(self.per_second.max(1)))
    }

    /// Reserves up to `wanted` requests, at least 1. `full_at` is the time at which the earlier requests no
    /// longer count. Returns how many requests are granted, and the new `full_at`.
    ///
    /// # Errors
    ///
    /// The time to wait until one request can be granted; nothing is reserved then.
    pub fn reserve(
        self,
        full_at: Option<Timestamp>,
        now: Timestamp,
        wanted: u32,
    ) -> Result<(u32, Timestamp), SignedDuration> {
        let (cost, burst) = (self.cost(), SignedDuration::from_secs(1));
        let from = full_at.filter(|full_at| is_plausible_time(*full_at, now)).unwrap_or(now).max(now);
        let free = burst.saturating_sub(from.duration_since(now));
        let there = free.as_nanos() / cost.as_nanos();
        let granted = u32::try_from(there.max(0)).unwrap_or(u32::MAX).min(wanted.max(1));
        if granted == 0 {
            return Err(cost - free);
        }
        let taken = cost.saturating_mul(i32::try_from(granted).unwrap_or(i32::MAX));
        Ok((granted, from.saturating_add(taken).unwrap_or(Timestamp::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(rate: Rate, at: impl Iterator<Item = i64>) -> usize {
        let start = Timestamp::from_second(1_750_000_000).unwrap();
        let mut full_at = None;
        at.filter(|ms| {
            let result = rate.reserve(full_at, start + SignedDuration::from_millis(*ms), 1);
            full_at = result.map_or(full_at, |(_, full_at)| Some(full_at));
            result.is_ok()
        })
        .count()
    }

    #[test]
    fn a_burst_of_one_second_passes_and_no_more() {
        assert_eq!(admitted(Rate { per_second: 10 }, std::iter::repeat_n(0, 100)), 10);
    }

    #[test]
    fn the_long_run_keeps_the_rate() {
        // 100 requests a second for ten seconds.
        assert_eq!(admitted(Rate { per_second: 10 }, (0..10_000).step_by(10)), 10 + 99);
    }

    #[test]
    fn a_rejected_call_does_not_make_the_wait_longer() {
        let rate = Rate { per_second: 1 };
        let now = Timestamp::from_second(1_750_000_000).unwrap();
        let (_, full_at) = rate.reserve(None, now, 1).unwrap();
        let half = now + SignedDuration::from_millis(500);
        assert_eq!(rate.reserve(Some(full_at), half, 1), Err(SignedDuration::from_millis(500)));
        assert!(rate.reserve(Some(full_at), now + SignedDuration::from_secs(1), 1).is_ok());
    }

    /// Otherwise every request would be rejected until the clock has caught up.
    #[test]
    fn a_clock_that_was_put_back_locks_nobody_out() {
        let rate = Rate { per_second: 1 };
        let now = Timestamp::from_second(1_750_000_000).unwrap();
        let (_, full_at) = rate.reserve(None, now, 1).unwrap();
        let before = now - SignedDuration::from_hours(1);
        let (granted, full_at) = rate.reserve(Some(full_at), before, 1).unwrap();
        assert_eq!((granted, full_at), (1, before + SignedDuration::from_secs(1)));
        assert!(rate.reserve(Some(full_at), before, 1).is_err(), "it counts on");
    }

    #[test]
    fn more_than_is_there_is_granted_in_part() {
        let rate = Rate { per_second: 10 };
        let now = Timestamp::from_second(1_750_000_000).unwrap();
        let (granted, full_at) = rate.reserve(None, now, 7).unwrap();
        assert_eq!((granted, full_at), (7, now + SignedDuration::from_millis(700)));
        assert_eq!(rate.reserve(Some(full_at), now, 7).unwrap(), (3, now + SignedDuration::from_secs(1)));
        assert_eq!(
            rate.reserve(Some(now + SignedDuration::from_secs(9)), now, 1).unwrap_err(),
            SignedDuration::from_millis(8100)
        );
    }
}
