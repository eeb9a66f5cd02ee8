//! The outcome of a case: the verdict, with all that was seen of the client.

use super::callback::Answered;
use super::case::Case;
use super::child::End;
use super::request::Attempt;
use super::verdict::Verdict;
use std::time::Duration;

/// Observations of one run of a client.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) verdict: Verdict,
    /// The requests of the client.
    pub(super) attempts: Vec<Attempt>,
    /// The client's responses to callbacks.
    pub(super) responses: Vec<Answered>,
    pub(super) end: End,
    pub(super) stderr: String,
}

/// A case, with what was seen of its run.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) case: &'static Case,
    pub(super) ran: Ran,
    pub(super) took: Duration,
}

impl Outcome {
    pub(super) fn is_passed(&self) -> bool {
        self.ran.verdict.is_passed()
    }
}
