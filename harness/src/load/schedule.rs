//! The random times and contents of requests, the same in every run.

use std::time::Duration;

/// Returns Poisson arrivals, as of many independent clients, the same in every run. Each phase is a rate per second and
/// a number of seconds.
pub(crate) fn arrivals(phases: &[(f64, f64)]) -> Vec<Duration> {
    let mut random = Random::default();
    let (mut begin, mut all) = (0.0, Vec::new());
    for (per_second, seconds) in phases {
        let mut at = begin;
        loop {
            at -= (1.0 - random.fraction()).ln() / per_second;
            if at >= begin + seconds {
                break;
            }
            all.push(Duration::from_secs_f64(at));
        }
        begin += seconds;
    }
    all
}

/// An xorshift generator. It yields the same numbers in every run.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Default for Random {
    fn default() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }
}

impl Random {
    /// Creates a generator whose numbers depend on the seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        // The first numbers of small seeds are alike.
        for _ in 0..16 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Returns a number from 0 to less than 1, made of the upper 53 bits.
    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns a number from 0 to less than `count`.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        (self.fraction() * count as f64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_come_at_the_rate_and_in_order() {
        let arrivals = arrivals(&[(1000.0, 5.0), (2000.0, 2.5)]);
        assert!(arrivals.is_sorted());
        let first = arrivals.iter().filter(|at| at.as_secs() < 5).count();
        assert!((4750..5250).contains(&first), "{first}");
        assert!((9500..10_500).contains(&arrivals.len()), "{}", arrivals.len());
        assert!(arrivals.last().unwrap().as_secs_f64() < 7.5);
    }
}
