//! Up to when records are forgotten, by a clock that people and programs may set.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// A clock that was put forward by mistake, and back again, must not have made the service forget what was not over: an
/// answer that is forgotten too early lets a repeated request act twice. So the expiry_cutoff moves as time passes, and follows
/// a clock that was put forward only when it has stayed there. It is never later than the clock.
#[derive(Debug)]
pub(crate) struct ExpiryCutoff {
    /// The clock less the steady time, as it is believed.
    believed: SignedDuration,
    /// The clock was put forward: since when on the steady time, and how far at least.
    doubted: Option<(Duration, SignedDuration)>,
}

impl ExpiryCutoff {
    /// How long a clock must have stayed where it was put.
    const SETTLED: Duration = Duration::from_secs(3600);
    /// Up to this much from one look to the next is a clock that is being adjusted.
    const ADJUSTED: SignedDuration = SignedDuration::from_secs(1);

    /// With a clock that is believed, when the steady time begins.
    pub(crate) fn new(clock: Timestamp) -> Self {
        Self { believed: SignedDuration::from_millis(clock.as_millisecond()), doubted: None }
    }

    /// The expiry_cutoff when `clock` is read, and `steady` on a watch that nobody sets.
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

    /// What the expiry_cutoff is, in seconds, as the clock and the steady time are read one after the other.
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
        // Adjusted by less than a second at a time.
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
