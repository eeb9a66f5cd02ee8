//! The reasons why the business clock is not changed.

use crate::store::StoreError;
use ruhui_core::types::DateTime;
use std::fmt;

/// The reason why the clock was not changed. `{}` prints English, `{:#}` Chinese.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClockError {
    /// The new time is before the clock's time.
    Back {
        /// Time of the clock.
        now: DateTime,
    },
    /// The leap is larger than [`LARGEST_LEAP`](super::LARGEST_LEAP).
    TooFar {
        /// The latest time that one leap reaches.
        latest: DateTime,
    },
    /// The new time is further from the machine's time than a clock can be.
    BeyondEnd {
        /// The latest time of the clock.
        latest: DateTime,
    },
    /// The store failed.
    Store(StoreError),
}

impl fmt::Display for ClockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Back { now }, false) => write!(
                f,
                "the business time is {now}, and the clock goes back only by restore and reset: `ruhui sandbox restore`, `ruhui sandbox reset`"
            ),
            (Self::Back { now }, true) => write!(
                f,
                "业务时间为 {now}，时钟只能通过恢复快照或重置后退：`ruhui sandbox restore`、`ruhui sandbox reset`"
            ),
            (Self::TooFar { latest }, false) => {
                write!(f, "at most 731 days (two years) a leap: now, at most to {latest}; leap several times")
            }
            (Self::TooFar { latest }, true) => {
                write!(f, "一次最多前移 731 天（两年），即现在最多前移到 {latest}；可分多次前移")
            }
            (Self::BeyondEnd { latest }, false) => {
                write!(f, "the clock ends 36500 days after the machine's time: at most {latest}")
            }
            (Self::BeyondEnd { latest }, true) => {
                write!(f, "业务时间最多比本机时间快 36500 天，即最晚 {latest}")
            }
            (Self::Store(error), _) => error.fmt(f),
        }
    }
}

impl std::error::Error for ClockError {}
