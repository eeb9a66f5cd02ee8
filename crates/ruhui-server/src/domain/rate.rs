//! The rate limit's arithmetic: the generic cell rate algorithm, one number for each caller and call.

use jiff::{SignedDuration, Timestamp};

/// At most `per_second` calls a second, and as many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Calls a second, at least 1.
    pub per_second: u32,
}

impl Rate {
    /// Decides about one call. `full_at` is when the earlier calls will have been worked off.
    ///
    /// # Errors
    ///
    /// How long to wait when the call is one too many; it then counts for nothing.
    pub fn admit(self, full_at: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, SignedDuration> {
        let cost = SignedDuration::from_nanos(1_000_000_000 / i64::from(self.per_second.max(1)));
        let next = full_at.unwrap_or(now).max(now).saturating_add(cost).unwrap_or(Timestamp::MAX);
        let ahead = next.duration_since(now);
        let burst = SignedDuration::from_secs(1);
        if ahead > burst { Err(ahead - burst) } else { Ok(next) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(rate: Rate, at: impl Iterator<Item = i64>) -> usize {
        let start = Timestamp::from_second(1_750_000_000).unwrap();
        let mut full_at = None;
        at.filter(|ms| {
            let result = rate.admit(full_at, start + SignedDuration::from_millis(*ms));
            full_at = result.ok().or(full_at);
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
        // 100 calls a second for ten seconds.
        assert_eq!(admitted(Rate { per_second: 10 }, (0..10_000).step_by(10)), 10 + 99);
    }

    #[test]
    fn a_refused_call_does_not_make_the_wait_longer() {
        let rate = Rate { per_second: 1 };
        let now = Timestamp::from_second(1_750_000_000).unwrap();
        let full_at = rate.admit(None, now).unwrap();
        let half = now + SignedDuration::from_millis(500);
        assert_eq!(rate.admit(Some(full_at), half), Err(SignedDuration::from_millis(500)));
        assert!(rate.admit(Some(full_at), now + SignedDuration::from_secs(1)).is_ok());
    }
}
