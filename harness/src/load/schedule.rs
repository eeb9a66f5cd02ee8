//! When requests are due, and which: by chance, and the same at every run.

use std::time::Duration;

/// Poisson arrivals, as of many callers who know nothing of each other; the same at every run. Each phase is
/// so many a second for so many seconds.
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

/// An xorshift generator: the same numbers at every run.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Default for Random {
    fn default() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }
}

impl Random {
    /// Other numbers for another seed, and the same for the same.
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

    /// Of 0 to 1, without 1: the upper 53 bits.
    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of so many.
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
