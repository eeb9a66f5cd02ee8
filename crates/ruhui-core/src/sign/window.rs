//! The time window for signatures, which limits replays: a timestamp at most 300 seconds before or after the
//! verifier's clock passes.

use jiff::{SignedDuration, Timestamp};
use std::fmt;

/// Largest distance between a signature's timestamp and the verifier's clock, either way (partner page
/// 4012082324).
pub const WINDOW: SignedDuration = SignedDuration::from_secs(300);

/// Timestamp outside the time window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skew {
    /// The timestamp is older than the window allows.
    TooOld {
        /// Number of seconds before the verifier's clock.
        seconds: i64,
    },
    /// The timestamp is further ahead than the window allows.
    TooFarAhead {
        /// Number of seconds after the verifier's clock.
        seconds: i64,
    },
}

/// Checks that the Unix time `timestamp` is at most [`WINDOW`] before or after `now`. A distance of exactly
/// 300 seconds passes.
///
/// # Errors
///
/// [`Skew`], with the offset, if the timestamp is outside the window.
pub fn check_window(timestamp: i64, now: Timestamp) -> Result<(), Skew> {
    let ahead = timestamp.saturating_sub(now.as_second());
    if ahead > WINDOW.as_secs() {
        Err(Skew::TooFarAhead { seconds: ahead })
    } else if ahead < -WINDOW.as_secs() {
        Err(Skew::TooOld { seconds: ahead.saturating_neg() })
    } else {
        Ok(())
    }
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::TooOld { seconds }, false) => {
                write!(f, "the timestamp is {seconds} s before this clock, 300 s are allowed")
            }
            (Self::TooOld { seconds }, true) => write!(f, "timestamp 比服务器时间早 {seconds} 秒"),
            (Self::TooFarAhead { seconds }, false) => {
                write!(f, "the timestamp is {seconds} s ahead of this clock, 300 s are allowed")
            }
            (Self::TooFarAhead { seconds }, true) => {
                write!(f, "timestamp 比服务器时间晚 {seconds} 秒")
            }
        }
    }
}

impl std::error::Error for Skew {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_hundred_seconds_pass_and_one_more_does_not() {
        let now = Timestamp::from_second(1_750_000_000).unwrap();
        let check = |offset: i64| check_window(1_750_000_000 + offset, now);
        assert_eq!(check(300), Ok(()));
        assert_eq!(check(-300), Ok(()));
        assert_eq!(check(301), Err(Skew::TooFarAhead { seconds: 301 }));
        assert_eq!(check(-301), Err(Skew::TooOld { seconds: 301 }));
    }

    #[test]
    fn extreme_timestamps_do_not_overflow() {
        let now = Timestamp::from_second(1_750_000_000).unwrap();
        assert!(check_window(i64::MAX, now).is_err());
        assert!(check_window(i64::MIN, now).is_err());
    }
}
