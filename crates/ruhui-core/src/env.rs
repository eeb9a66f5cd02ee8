//! Time and randomness, as traits without an implementation.
//!
//! The SDK and the service each read the real clock and the real random source in a single file. All other
//! code takes these traits, so that tests can set time and randomness.

use jiff::Timestamp;

/// Source of the current time.
pub trait Clock: Send + Sync {
    /// Returns the current time, in UTC.
    fn now(&self) -> Timestamp;
}

/// Source of random bytes that are secure enough for tokens and nonces.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// ASCII letters and digits in ASCII order: numbers written with them in base 62, at equal length, sort as
/// their texts do.
pub const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Returns `length` random characters of `[0-9A-Za-z]`, each equally likely.
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

/// Returns `length` random digits, each equally likely.
pub fn digits(entropy: &dyn Entropy, length: usize) -> String {
    draw(entropy, &mut [0; 32], &ALPHANUMERIC[..10], length)
}

/// Draws characters of `alphabet` by rejection sampling, filling the pool with random bytes as often as
/// needed.
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

/// Returns a new random `nonce_str`: 32 characters of `[0-9A-Za-z]`, the form that the official SDKs use.
pub fn nonce_str(entropy: &dyn Entropy) -> String {
    alphanumeric(entropy, 32)
}
