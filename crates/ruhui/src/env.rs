//! Time and randomness: the traits, and the machine's own.
//!
//! The machine's clock and random source: only this file reads them.

use jiff::Timestamp;
pub use ruhui_core::env::{Clock, Entropy};

/// The machine's clock; the default.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place where time enters")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's randomness, through the crypto library; the default.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes)
            .expect("the operating system's random source does not fail once it is up");
    }
}
