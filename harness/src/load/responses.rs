//! Outcomes and latencies of the requests that were sent.

use anyhow::{Result, ensure};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Outcome of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    /// A response with this status.
    Status(u16),
    /// No connection could be made.
    NoConnection,
    /// The connection ended before the response did.
    Broken,
    /// No complete response came within 10 s.
    Late,
}

impl Answer {
    pub(crate) const OK: Self = Self::Status(200);
    /// The response of an overloaded service.
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

/// Outcome of one request, with its times since the start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Time at which it was due. A request that waits for a free connection is due nevertheless.
    pub(crate) due: Duration,
    /// Time at which it was sent or given up.
    pub(crate) sent: Duration,
    /// Time at which the response was complete or it was given up.
    pub(crate) done: Duration,
    pub(crate) answer: Answer,
}

impl Sample {
    /// Returns the time from when the request was due until it ended.
    pub(crate) fn latency(&self) -> Duration {
        self.done.saturating_sub(self.due)
    }
}

/// Outcomes of all requests.
#[derive(Debug)]
pub(crate) struct Responses {
    /// Time from the first request to the last response.
    pub(crate) wall: Duration,
    /// One sample for each request, in the order in which they ended.
    pub(crate) samples: Vec<Sample>,
    /// Some complete responses with status 200.
    pub(crate) kept: Vec<Vec<u8>>,
    /// The first complete response of each other status.
    pub(crate) others: BTreeMap<u16, Vec<u8>>,
    /// Processor time of the sender.
    pub(crate) cpu: Duration,
}

impl Responses {
    /// Returns itself if every response was 200; an error otherwise.
    pub(crate) fn all_ok(self) -> Result<Self> {
        let counts = self.counts();
        let text = self.others.values().next().map(|response| String::from_utf8_lossy(response).into_owned());
        let is_ok = counts.keys().all(|answer| *answer == Answer::OK);
        ensure!(is_ok, "not every request was answered 200: {counts:?}\n{}", text.unwrap_or_default());
        Ok(self)
    }

    /// Returns itself if every response was 200 or the rejection of an overloaded service; an error otherwise. Prints
    /// the number of rejections.
    pub(crate) fn served_or_rejected(self) -> Result<Self> {
        let counts = self.counts();
        let is_known = |answer: &Answer| [Answer::OK, Answer::OVERLOADED].contains(answer);
        ensure!(counts.keys().all(is_known), "neither 200 nor 500: {counts:?}");
        if let Some(rejected) = counts.get(&Answer::OVERLOADED) {
            eprintln!("  {rejected} of {} were turned away", self.samples.len());
        }
        Ok(self)
    }

    /// Counts the requests of each outcome.
    pub(crate) fn counts(&self) -> BTreeMap<Answer, usize> {
        let mut counts = BTreeMap::new();
        for sample in &self.samples {
            *counts.entry(sample.answer).or_default() += 1;
        }
        counts
    }

    /// Returns the responses per second.
    pub(crate) fn per_second(&self) -> f64 {
        self.samples.len() as f64 / self.wall.as_secs_f64()
    }

    /// Returns the latencies of the requests with a response of 200, shortest first.
    pub(crate) fn latencies(&self) -> Vec<Duration> {
        sorted(self.samples.iter().filter(|sample| sample.answer == Answer::OK).map(Sample::latency))
    }
}

/// Sorts times, shortest first.
pub(crate) fn sorted(times: impl Iterator<Item = Duration>) -> Vec<Duration> {
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    times
}

/// Returns the quantile `share` of `sorted`; zero if it is empty.
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
