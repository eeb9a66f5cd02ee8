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

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

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
    let mut text = String::with_capacity(length);
    let mut pool = [0_u8; 64];
    while text.len() < length {
        entropy.fill(&mut pool);
        // 248 = 4 * 62: a larger byte would favour the alphabet's first characters.
        let fair = pool.iter().filter(|byte| **byte < 248);
        for byte in fair.take(length - text.len()) {
            text.push(char::from(ALPHABET[usize::from(byte % 62)]));
        }
    }
    text
}

/// A fresh `nonce_str`: 32 characters of `[0-9A-Za-z]`, the form that the official SDKs use.
pub fn nonce_str(entropy: &dyn Entropy) -> String {
    alphanumeric(entropy, 32)
}
