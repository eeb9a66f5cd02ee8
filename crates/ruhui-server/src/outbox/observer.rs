//! Observers of attempts at callbacks: the event history and the request log of a sandbox.

use super::{CallbackFailure, CallbackResponse, Delivery};
use crate::faults::PlayedFault;
use bytes::Bytes;
use http::HeaderMap;
use jiff::Timestamp;
use std::time::Duration;

/// An observer of an outbox. It sees each attempt once, when the attempt has ended, and delays the next one for as
/// long as it takes.
pub(crate) trait CallbackObserver: Send + Sync + 'static {
    /// Sees the start of an attempt.
    fn started(&self, _delivery: &Delivery, _kind: AttemptKind) {}

    /// Sees an attempt that has ended.
    fn attempted(&self, attempt: &ObservedAttempt<'_>);

    /// Sees the end of a delivery that is not sent again, although none of its attempts was the last one.
    fn ended(&self, _delivery: &Delivery) {}
}

/// Reason for which an attempt was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttemptKind {
    /// The delivery was due.
    Scheduled,
    /// A control sent the event again, outside its schedule.
    Resent,
    /// A control sent an event with a wrong signature.
    Probe,
}

/// One attempt at a callback, as an observer sees it.
#[derive(Debug)]
pub(crate) struct ObservedAttempt<'a> {
    /// The delivery, after the attempt was claimed.
    pub(crate) delivery: &'a Delivery,
    /// Reason for the attempt.
    pub(crate) kind: AttemptKind,
    /// Number of the attempt among those of its kind, from 1.
    pub(crate) number: u32,
    /// The fault that a rule plays, if one does.
    pub(crate) fault: Option<&'a PlayedFault>,
    /// The request as it was sent; `None` if nothing was sent: the owner has no key to encrypt with, or a fault.
    pub(crate) sent: Option<SentCallback<'a>>,
    /// Wire time at which the attempt began.
    pub(crate) started: Timestamp,
    /// Business time at which the attempt began.
    pub(crate) business_time: Timestamp,
    /// Time that the attempt took.
    pub(crate) duration: Duration,
    /// The response that accepted the callback, or the failure.
    pub(crate) result: Result<&'a CallbackResponse, &'a CallbackFailure>,
}

/// Headers and body of a callback as they were sent. The client adds the headers of the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SentCallback<'a> {
    /// Headers, with the signature.
    pub(crate) headers: &'a HeaderMap,
    /// Body, with the encrypted resource.
    pub(crate) body: &'a Bytes,
}
