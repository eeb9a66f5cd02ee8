//! Searches the message that was signed: tries candidates until one has the digest in the signature.
//!
//! Such a message is proof. Each trial builds and hashes a message, so the number of messages and of their
//! bytes is limited.

use super::block::Block;
use super::cause::Cause;
use super::causes::message::MISTAKES;
use super::parts::{Mistake, Parts, Trial};
use crate::crypto::{Hash, sha256};
use std::collections::HashSet;

/// Largest number of trials for one request.
const TRIALS: usize = 100_000;
/// Largest number of message bytes hashed for one request. A long body gets fewer trials.
const BYTES: usize = 128 * 1024 * 1024;

/// Message that was signed, with the mistakes that made it.
#[derive(Debug)]
pub(super) struct Hit {
    /// One cause, or two that occurred together.
    pub(super) causes: Vec<&'static Cause>,
    pub(super) message: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Search<'a> {
    block: &'a Block,
    seen: HashSet<[u8; 32]>,
    bytes: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(block: &'a Block) -> Self {
        Self { block, seen: HashSet::new(), bytes: 0 }
    }

    /// Returns the number of messages that were tried.
    pub(super) fn trials(&self) -> usize {
        self.seen.len()
    }

    /// Returns whether this message was signed. Returns false for a message that was tried before, and beyond
    /// the limits.
    pub(super) fn fits(&mut self, message: &[u8]) -> bool {
        self.bytes += message.len();
        if self.is_over() {
            return false;
        }
        let digest = sha256(&[message]);
        self.seen.insert(digest)
            && match self.block {
                Block::Digest { hash: Hash::Sha256, digest: signed } => *signed == digest,
                other => other.is_of(message),
            }
    }

    fn is_over(&self) -> bool {
        self.seen.len() >= TRIALS || self.bytes > BYTES
    }

    /// Tries single mistakes, then pairs of frequent ones, then mistakes with many variants, then other
    /// pairs, within the limits.
    pub(super) fn run(&mut self, base: &Parts) -> Option<Hit> {
        let tried = |trial: fn(Trial) -> bool| MISTAKES.iter().filter(move |mistake| trial(mistake.trial));
        tried(|trial| trial != Trial::Last)
            .find_map(|mistake| self.single(base, mistake))
            .or_else(|| {
                self.pairs(base, |first, second| first == Trial::Frequent && second == Trial::Frequent)
            })
            .or_else(|| tried(|trial| trial == Trial::Last).find_map(|mistake| self.single(base, mistake)))
            .or_else(|| self.pairs(base, |first, second| first != second))
            .or_else(|| self.pairs(base, |first, second| first == Trial::Alone && second == Trial::Alone))
    }

    fn single(&mut self, base: &Parts, mistake: &'static Mistake) -> Option<Hit> {
        if self.is_over() {
            return None;
        }
        let mut messages = (mistake.variants)(base).into_iter().map(|parts| parts.message());
        let message = messages.find(|message| self.fits(message))?;
        Some(Hit { causes: vec![&mistake.cause], message })
    }

    fn pairs(&mut self, base: &Parts, tried: fn(Trial, Trial) -> bool) -> Option<Hit> {
        let mistakes = || MISTAKES.iter().filter(|mistake| mistake.trial != Trial::Last);
        for first in mistakes() {
            for changed in (first.variants)(base) {
                if self.is_over() {
                    return None;
                }
                let later = mistakes()
                    .filter(|second| first.stage < second.stage && tried(first.trial, second.trial));
                for second in later {
                    if let Some(mut hit) = self.single(&changed, second) {
                        hit.causes.insert(0, &first.cause);
                        return Some(hit);
                    }
                }
            }
        }
        None
    }
}
