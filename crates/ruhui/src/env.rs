//! Clock and random source of a client: the traits, and their implementations over the operating system.
//!
//! Only this file of the crate reads the machine's clock and random source.

use jiff::Timestamp;
pub use ruhui_core::env::{Clock, Entropy};

/// The machine's clock, the default [`Clock`].
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place where time enters")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's random source, read through the crypto library; the default [`Entropy`].
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes)
            .expect("the operating system's random source does not fail once it is up");
    }
}
