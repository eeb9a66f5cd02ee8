//! Trying what may have been signed until the signature fits.
//!
//! A signature that fits is proof. Each trial costs one RSA verification (some 14 µs for 2048 bits) and the
//! hashing of the message, so both are limited: the worst request takes well under a second.

use super::causes::MISTAKES;
use super::parts::{Mistake, Parts, Trial};
use super::words::Cause;
use crate::crypto::sha256;
use crate::key::PublicKey;
use std::collections::BTreeSet;

/// The most trials for one request.
const TRIALS: usize = 4_000;
/// The most bytes of messages looked at for one request, so that a long body gets fewer trials.
const BYTES: usize = 64 * 1024 * 1024;

/// A message that the signature fits.
#[derive(Debug)]
pub(super) struct Hit {
    /// One cause, or two that came together.
    pub(super) causes: Vec<&'static Cause>,
    pub(super) message: Vec<u8>,
    /// The key, by its place among those that were given.
    pub(super) key: usize,
}

#[derive(Debug)]
pub(super) struct Search<'a> {
    keys: &'a [&'a PublicKey],
    signature: &'a [u8],
    seen: BTreeSet<(usize, [u8; 32])>,
    bytes: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(keys: &'a [&'a PublicKey], signature: &'a [u8]) -> Self {
        Self { keys, signature, seen: BTreeSet::new(), bytes: 0 }
    }

    /// How many verifications were made.
    pub(super) fn trials(&self) -> usize {
        self.seen.len()
    }

    /// Whether the signature is this key's over this message. A second time, or over the limit, it is not.
    pub(super) fn fits(&mut self, key: usize, message: &[u8]) -> bool {
        self.bytes += message.len();
        !self.is_over()
            && self.seen.insert((key, sha256(&[message])))
            && self.keys[key].inner().verifies(message, self.signature)
    }

    fn is_over(&self) -> bool {
        self.seen.len() >= TRIALS || self.bytes > BYTES
    }

    /// Single mistakes with every key; then pairs of the frequent ones with the first `callers` keys; last
    /// the long tails with the likeliest key.
    pub(super) fn run(&mut self, base: &Parts, callers: usize) -> Option<Hit> {
        let tried = |trial: fn(Trial) -> bool| MISTAKES.iter().filter(move |mistake| trial(mistake.trial));
        (0..self.keys.len())
            .find_map(|key| {
                tried(|trial| trial != Trial::Last).find_map(|mistake| self.single(key, base, mistake))
            })
            .or_else(|| (0..callers).find_map(|key| self.pairs(key, base)))
            .or_else(|| tried(|trial| trial == Trial::Last).find_map(|mistake| self.single(0, base, mistake)))
    }

    fn single(&mut self, key: usize, base: &Parts, mistake: &'static Mistake) -> Option<Hit> {
        if self.is_over() {
            return None;
        }
        let mut messages = (mistake.variants)(base).into_iter().map(|parts| parts.message());
        let message = messages.find(|message| self.fits(key, message))?;
        Some(Hit { causes: vec![&mistake.cause], message, key })
    }

    fn pairs(&mut self, key: usize, base: &Parts) -> Option<Hit> {
        let frequent = || MISTAKES.iter().filter(|mistake| mistake.trial == Trial::Frequent);
        for first in frequent() {
            if self.is_over() {
                return None;
            }
            for changed in (first.variants)(base) {
                for second in frequent().filter(|second| first.stage < second.stage) {
                    if let Some(mut hit) = self.single(key, &changed, second) {
                        hit.causes.insert(0, &first.cause);
                        return Some(hit);
                    }
                }
            }
        }
        None
    }
}
