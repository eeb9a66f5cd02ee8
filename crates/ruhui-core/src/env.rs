//! What the outside world supplies: time and randomness, as traits without an implementation.
//!
//! Each shell (SDK, service) reads the real clock and the real random source in one file of its own;
//! everything else takes these, so that every test can set them.

use jiff::Timestamp;

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// The current time, UTC.
    fn now(&self) -> Timestamp;
}

/// A source of random bytes, fit for tokens and nonces.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The letters and digits of ASCII, in its order: numbers that are written in base 62 with them sort as their texts do.
pub const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `length` random characters of `[0-9A-Za-z]`, each equally likely.
///
/// # Example
///
/// ```
/// use ruhui_core::env::{Entropy, alphanumeric};
///
/// struct Zeros;
/// impl Entropy for Zeros {
///     fn fill(&self, bytes: &mut [u8]) {
///         bytes.fill(0);
///     }
/// }
/// assert_eq!(alphanumeric(&Zeros, 4), "0000");
/// ```
pub fn alphanumeric(entropy: &dyn Entropy, length: usize) -> String {
    draw(entropy, &mut [0; 64], ALPHANUMERIC, length)
}

/// `length` random digits, each equally likely.
pub fn digits(entropy: &dyn Entropy, length: usize) -> String {
    draw(entropy, &mut [0; 32], &ALPHANUMERIC[..10], length)
}

/// Draws characters of `alphabet` by rejection, from as many bytes at a time as the pool has.
fn draw(entropy: &dyn Entropy, pool: &mut [u8], alphabet: &[u8], length: usize) -> String {
    // A byte beyond the last whole multiple would favour the alphabet's first characters.
    let fair = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    while text.len() < length {
        entropy.fill(pool);
        let drawn = pool.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        for byte in drawn.take(length - text.len()) {
            text.push(char::from(alphabet[byte % alphabet.len()]));
        }
    }
    text
}

/// A fresh `nonce_str`: 32 characters of `[0-9A-Za-z]`, the form that the official SDKs use.
pub fn nonce_str(entropy: &dyn Entropy) -> String {
    alphanumeric(entropy, 32)
}
