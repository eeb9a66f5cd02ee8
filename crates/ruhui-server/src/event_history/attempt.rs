//! One attempt at a callback, as the history keeps it.

use crate::faults::PlayedFault;
use crate::outbox::{AttemptKind, LastFailure, ObservedAttempt};
use jiff::Timestamp;
use ruhui_core::types::NotifyUrl;
use std::time::Duration;

/// An attempt that has ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PastAttempt {
    /// Reason for the attempt.
    pub(crate) kind: AttemptKind,
    /// Number among the attempts of its kind, from 1.
    pub(crate) number: u32,
    /// Wire time at which the attempt began.
    pub(crate) time: Timestamp,
    /// Business time at which the attempt began.
    pub(crate) business_time: Timestamp,
    /// The fault that a rule played, if one did.
    pub(crate) fault: Option<PlayedFault>,
    /// URL that the callback was sent to.
    pub(crate) notify_url: NotifyUrl,
    /// Time that the attempt took.
    pub(crate) duration: Duration,
    /// The status that accepted the callback, or the failure.
    pub(crate) result: Result<u16, Box<LastFailure>>,
}

impl PastAttempt {
    pub(super) fn of(attempt: &ObservedAttempt<'_>) -> Self {
        let failed = |failure| Box::new(LastFailure::of(failure, attempt.business_time));
        Self {
            kind: attempt.kind,
            number: attempt.number,
            time: attempt.started,
            business_time: attempt.business_time,
            fault: attempt.fault.cloned(),
            notify_url: attempt.delivery.notify_url.clone(),
            duration: attempt.duration,
            result: attempt.result.map(|response| response.status).map_err(failed),
        }
    }

    /// Bytes of memory that the attempt holds, about.
    pub(super) fn size(&self) -> usize {
        let failure = self.result.as_ref().err().map_or(0, |failure| {
            let texts = [failure.location.as_deref(), failure.body.as_deref()];
            failure.zh.len() + failure.en.len() + texts.into_iter().flatten().map(str::len).sum::<usize>()
        });
        size_of::<Self>() + self.notify_url.as_str().len() + failure
    }
}
