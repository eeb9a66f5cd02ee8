//! Cases in which the client requests a token: a listener of the case's own stands in front of the sandbox, and plays
//! the wrong responses.

mod answers;
mod attempt;
mod deform;
mod front;
mod judge;
mod run;
mod step;

pub(super) use attempt::Attempt;
pub(super) use run::run;
pub(super) use step::Step;

use std::time::Duration;

/// The responses of a case, and the behaviour that is allowed.
#[derive(Debug)]
pub(super) struct RequestScript {
    /// The response to each attempt. Attempts after the last one get the last one's.
    pub(super) steps: &'static [Step],
    pub(super) expect: Expect,
    pub(super) resend: Resend,
}

/// Whether the client accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
    /// It prints the token.
    Accept,
    /// It exits with a failure.
    Reject,
    /// It may give up. If it accepts, it prints the token of a sound response.
    Either,
    /// As `Accept` if the request asks for compression, as `Either` otherwise.
    AcceptIfAsked,
}

/// Whether the client may send the request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resend {
    /// Yes, a few times.
    Allowed,
    /// No: the same request would fail in the same way.
    Never,
    /// Not before this time has passed, whichever the host.
    Later(Duration),
    /// Not to the same host before this time has passed.
    LaterToSameHost(Duration),
    /// Signed again: with another nonce, if it goes to the same host. The page on the backup host lets a client reuse the
    /// signature there.
    Renewed,
}

/// Number of attempts after which a client counts as one that retries without an end.
pub(super) const MOST_ATTEMPTS: usize = 8;
