//! The good client: it sends signed token requests at a fixed pace, over connections that stay open and over new ones.

use crate::load::requests::Maker;
use crate::load::responses::{Answer, Responses, Sample, quantile, sorted};
use crate::load::{Lifetime, Pace, send, send_and_store};
use anyhow::{Context as _, Result, anyhow};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::ops::Range;
use std::thread::JoinHandle;
use std::time::Duration;

/// Time from one request to the next, for each of the two kinds of connections.
const PACE: Duration = Duration::from_millis(80);
/// Connections that stay open and are used in turn. A slow request must not delay the next one here: the service's
/// delays are measured, not the client's. Each connection is used again before the service closes it as idle.
const KEPT: usize = 64;
/// New connections that may wait at once. There are enough that a slow request does not delay the next one.
const NEW: usize = 128;
/// Unmeasured requests before the first measured one. They fill the service's caches.
const WARM_UP: usize = 50;

/// A running good client.
pub(super) struct GoodClient {
    kept: JoinHandle<Result<Responses>>,
    new: JoinHandle<Result<Responses>>,
}

impl GoodClient {
    /// Sends requests for `length` from now on. All of them are signed before the first is sent.
    pub(super) fn start(maker: &Maker, address: SocketAddr, length: Duration) -> Result<Self> {
        send(&[address], 1, maker.requests(WARM_UP)?, Pace::Closed)?.all_ok()?;
        let count = length.div_duration_f64(PACE) as u32;
        let start = |offset: Duration, connections: usize, lifetime: Lifetime| -> Result<_> {
            let due: Vec<_> = (0..count).map(|index| PACE * index + offset).collect();
            let requests = maker.requests(due.len())?;
            Ok(std::thread::spawn(move || send_and_store(address, connections, requests, &due, lifetime)))
        };
        let kept = start(Duration::ZERO, KEPT, Lifetime::Kept)?;
        Ok(Self { kept, new: start(PACE / 2, NEW, Lifetime::OneRequest)? })
    }

    /// Waits for the last response, and verifies each.
    pub(super) fn finish(self, maker: &Maker) -> Result<Served> {
        let join = |thread: JoinHandle<Result<Responses>>| {
            thread.join().map_err(|_| anyhow!("the good client panicked"))?
        };
        let (kept, new) = (join(self.kept)?, join(self.new)?);
        for responses in [&kept, &new] {
            maker.check(&responses.kept).context("a response to the good client does not verify")?;
        }
        Ok(Served { kept: kept.samples, new: new.samples })
    }
}

/// Samples of requests, by kind of connection.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) kept: Vec<Sample>,
    pub(super) new: Vec<Sample>,
}

impl Served {
    /// Returns the requests that were due within `time`.
    pub(super) fn within(&self, time: &Range<Duration>) -> Self {
        let some = |samples: &[Sample]| -> Vec<Sample> {
            samples.iter().filter(|sample| time.contains(&sample.due)).copied().collect()
        };
        Self { kept: some(&self.kept), new: some(&self.new) }
    }

    /// Adds the requests of another round.
    pub(super) fn extend(&mut self, other: Self) {
        self.kept.extend(other.kept);
        self.new.extend(other.new);
    }

    pub(super) fn phase(&self) -> Phase {
        let all = Times::of(self.kept.iter().chain(&self.new));
        Phase { all, kept: Times::of(&self.kept), new: Times::of(&self.new) }
    }
}

/// Latencies of the good client before, during or after an attack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phase {
    pub(super) all: Times,
    pub(super) kept: Times,
    pub(super) new: Times,
}

/// Latencies, counted from the time at which each request was due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) calls: usize,
    /// Requests without a response of 200.
    pub(super) failed: usize,
    pub(super) p50: Duration,
    pub(super) p99: Duration,
}

impl Times {
    fn of<'a>(samples: impl IntoIterator<Item = &'a Sample>) -> Self {
        let samples: Vec<_> = samples.into_iter().collect();
        let times = sorted(samples.iter().map(|sample| sample.latency()));
        Self {
            calls: samples.len(),
            failed: samples.iter().filter(|sample| sample.answer != Answer::OK).count(),
            p50: quantile(&times, 0.5),
            p99: quantile(&times, 0.99),
        }
    }

    /// Returns the ratio of this p99 to that of `before`.
    pub(super) fn ratio(&self, before: &Self) -> f64 {
        self.p99.as_secs_f64() / before.p99.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

impl Phase {
    pub(super) fn to_json(self) -> Value {
        let of = |times: Times| {
            json!({
                "calls": times.calls,
                "failed": times.failed,
                "p50_ms": times.p50.as_secs_f64() * 1e3,
                "p99_ms": times.p99.as_secs_f64() * 1e3,
            })
        };
        json!({ "all": of(self.all), "kept": of(self.kept), "new": of(self.new) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_belongs_to_the_phase_in_which_it_was_due() {
        let sample = |due: u64, took: u64, answer: Answer| {
            let [due, took] = [due, took].map(Duration::from_millis);
            Sample { due, sent: due, done: due + took, answer }
        };
        let served = Served {
            kept: vec![sample(0, 5, Answer::OK), sample(90, 40, Answer::OK)],
            new: vec![sample(10, 7, Answer::Late), sample(100, 1, Answer::OK)],
        };
        let phase = served.within(&(Duration::ZERO..Duration::from_millis(100))).phase();
        assert_eq!((phase.all.calls, phase.all.failed), (3, 1));
        assert_eq!((phase.kept.calls, phase.new.failed), (2, 1));
        assert_eq!(phase.all.p99, Duration::from_millis(40));
        assert!((phase.all.ratio(&phase.new) - 40.0 / 7.0).abs() < 1e-9);
    }
}
