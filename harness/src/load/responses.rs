//! Outcomes of requests.

use anyhow::{Result, ensure};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Outcome of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    /// A response with this status.
    Status(u16),
    /// No connection was to be had.
    NoConnection,
    /// The connection ended before the response did.
    Broken,
    /// No whole response came within 10 s.
    Late,
}

impl Answer {
    pub(crate) const OK: Self = Self::Status(200);
    /// Response of an overloaded service (load shedding).
    pub(crate) const OVERLOADED: Self = Self::Status(500);
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{status}"),
            Self::NoConnection => f.write_str("no connection"),
            Self::Broken => f.write_str("broken off"),
            Self::Late => f.write_str("no response in 10 s"),
        }
    }
}

/// One request: times from the start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// When it was to be sent. A request that waits for a free connection is due all the same.
    pub(crate) due: Duration,
    /// When it was sent, or given up.
    pub(crate) sent: Duration,
    /// When all of the response was there, or it was given up.
    pub(crate) done: Duration,
    pub(crate) answer: Answer,
}

impl Sample {
    /// From when it was due.
    pub(crate) fn latency(&self) -> Duration {
        self.done.saturating_sub(self.due)
    }
}

/// Outcome of the request.
#[derive(Debug)]
pub(crate) struct Responses {
    /// From the first request to the last response.
    pub(crate) wall: Duration,
    /// One for each request, as they ended.
    pub(crate) samples: Vec<Sample>,
    /// Some responses of 200, whole.
    pub(crate) kept: Vec<Vec<u8>>,
    /// The first response of each other status, whole.
    pub(crate) others: BTreeMap<u16, Vec<u8>>,
    /// Processor time that sending and receiving took here.
    pub(crate) cpu: Duration,
}

impl Responses {
    /// Those that were answered 200, and nothing else was.
    pub(crate) fn all_ok(self) -> Result<Self> {
        let counts = self.counts();
        let text = self.others.values().next().map(|response| String::from_utf8_lossy(response).into_owned());
        let is_ok = counts.keys().all(|answer| *answer == Answer::OK);
        ensure!(is_ok, "not every request was answered 200: {counts:?}\n{}", text.unwrap_or_default());
        Ok(self)
    }

    /// Each was answered 200, or turned away by a service that has too much, which is said.
    pub(crate) fn served_or_rejected(self) -> Result<Self> {
        let counts = self.counts();
        let is_known = |answer: &Answer| [Answer::OK, Answer::OVERLOADED].contains(answer);
        ensure!(counts.keys().all(is_known), "neither 200 nor 500: {counts:?}");
        if let Some(rejected) = counts.get(&Answer::OVERLOADED) {
            eprintln!("  {rejected} of {} were turned away", self.samples.len());
        }
        Ok(self)
    }

    /// How many there were of each.
    pub(crate) fn counts(&self) -> BTreeMap<Answer, usize> {
        let mut counts = BTreeMap::new();
        for sample in &self.samples {
            *counts.entry(sample.answer).or_default() += 1;
        }
        counts
    }

    /// Requests answered in a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.samples.len() as f64 / self.wall.as_secs_f64()
    }

    /// The latencies of those that were answered 200, shortest first.
    pub(crate) fn latencies(&self) -> Vec<Duration> {
        sorted(self.samples.iter().filter(|sample| sample.answer == Answer::OK).map(Sample::latency))
    }
}

/// Shortest first.
pub(crate) fn sorted(times: impl Iterator<Item = Duration>) -> Vec<Duration> {
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    times
}

/// The time that this share of `sorted` keeps within; zero of none.
pub(crate) fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_times() {
        let times: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(quantile(&times, 0.5), Duration::from_millis(51));
        assert_eq!(quantile(&times, 0.99), Duration::from_millis(99));
        assert_eq!(quantile(&times, 1.0), Duration::from_millis(100));
        assert_eq!(quantile(&[], 0.5), Duration::ZERO);
    }
}
