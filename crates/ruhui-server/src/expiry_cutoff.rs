//! Retention: the expiry cutoff, guarded against a clock that was put forward by mistake.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// The expiry cutoff, which follows a clock that was put forward only after an hour.
///
/// A clock that is put forward by mistake, and back again, must not expire records early: if a kept response is
/// deleted too early, a resent request takes effect twice. So the cutoff advances with the steady time until the
/// clock has stayed ahead for an hour. The cutoff is never later than the clock.
#[derive(Debug)]
pub(crate) struct ExpiryCutoff {
    /// The trusted offset: the clock less the steady time.
    believed: SignedDuration,
    /// Set while the clock is ahead of the trusted offset: the steady time since when, and the smallest offset seen
    /// since.
    doubted: Option<(Duration, SignedDuration)>,
}

impl ExpiryCutoff {
    /// Time for which a clock must stay ahead before it is trusted.
    const SETTLED: Duration = Duration::from_secs(3600);
    /// Largest step between two readings that counts as an ordinary adjustment of the clock.
    const ADJUSTED: SignedDuration = SignedDuration::from_secs(1);

    /// Trusts `clock`, as read when the steady time is zero.
    pub(crate) fn new(clock: Timestamp) -> Self {
        Self { believed: SignedDuration::from_millis(clock.as_millisecond()), doubted: None }
    }

    /// Returns the cutoff for a reading of the clock, and of the steady time, which cannot be set.
    pub(crate) fn at(&mut self, clock: Timestamp, steady: Duration) -> Timestamp {
        let passed = SignedDuration::try_from(steady).unwrap_or(SignedDuration::MAX);
        let offset = SignedDuration::from_millis(clock.as_millisecond()).saturating_sub(passed);
        if offset <= self.believed.saturating_add(Self::ADJUSTED) {
            (self.believed, self.doubted) = (offset, None);
            return clock;
        }
        let (since, least) = self.doubted.unwrap_or((steady, offset));
        let least = least.min(offset);
        if steady.saturating_sub(since) < Self::SETTLED {
            self.doubted = Some((since, least));
        } else {
            (self.believed, self.doubted) = (least, None);
        }
        let reached = i64::try_from(passed.saturating_add(self.believed).as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millisecond(reached).unwrap_or(clock).min(clock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the cutoffs, in seconds, for a sequence of readings of the clock and the steady time.
    fn horizons(readings: &[(i64, u64)]) -> Vec<i64> {
        let mut expiry_cutoff = ExpiryCutoff::new(Timestamp::from_second(readings[0].0).unwrap());
        let at = |(clock, steady): &(i64, u64)| {
            expiry_cutoff
                .at(Timestamp::from_second(*clock).unwrap(), Duration::from_secs(*steady))
                .as_second()
        };
        readings.iter().map(at).collect()
    }

    #[test]
    fn it_goes_with_the_clock() {
        assert_eq!(horizons(&[(1000, 0), (1005, 5), (4600, 3600)]), [1000, 1005, 4600]);
        // The clock is adjusted by at most a second at a time.
        assert_eq!(horizons(&[(1000, 0), (1006, 5), (1012, 10)]), [1000, 1006, 1012]);
    }

    #[test]
    fn a_clock_put_forward_and_back_has_moved_nothing() {
        let day = 86_400;
        assert_eq!(
            horizons(&[(1000, 0), (1005 + day, 5), (1010 + day, 10), (1015, 15), (1020, 20)]),
            [1000, 1005, 1010, 1015, 1020]
        );
    }

    #[test]
    fn a_clock_that_stays_forward_is_followed_after_an_hour() {
        let day = 86_400;
        assert_eq!(
            horizons(&[
                (1000, 0),
                (1005 + day, 5),
                (4604 + day, 3604),
                (4605 + day, 3605),
                (4610 + day, 3610)
            ]),
            [1000, 1005, 4604, 4605 + day, 4610 + day]
        );
    }

    #[test]
    fn what_a_clock_went_back_meanwhile_is_not_followed() {
        assert_eq!(horizons(&[(1000, 0), (9005, 5), (5010, 10), (12_605, 3605)]), [1000, 1005, 1010, 8605]);
    }

    #[test]
    fn a_clock_put_back_takes_it_along_at_once() {
        assert_eq!(horizons(&[(10_000, 0), (1005, 5), (1010, 10)]), [10_000, 1005, 1010]);
    }
}
