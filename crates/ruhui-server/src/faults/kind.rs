//! The kinds of faults, and what a rule of each kind may say.

use serde::{Deserialize, Serialize};

/// A kind of fault. [`FAULTS`](super::FAULTS) describes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[allow(missing_docs, reason = "the table describes each kind")]
pub enum FaultKind {
    Delay,
    SystemError,
    BadGateway,
    Reset,
    Close,
    RateLimited,
    Redirect,
    StoreFailure,
    Cut,
    Truncated,
    EmptyBody,
    Unsigned,
    Forged,
    Altered,
    Stale,
    Ahead,
    UnknownSerial,
    SignatureProbe,
    WrongContentType,
    Compressed,
    DoubledHeaders,
    UnknownFields,
    CallbackLate,
    CallbackTwice,
    CallbackLost,
    CallbackUnsigned,
    CallbackForged,
    CallbackAltered,
    CallbackStale,
    CallbackAhead,
    CallbackUnknownSerial,
    CallbackWrongKey,
    CallbackOutOfOrder,
    HostDown,
}

/// The part of the service that a fault breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultGroup {
    /// The request, or its response as a whole: before or after the commit.
    Request,
    /// The bytes of the response, always after the commit.
    Response,
    /// An attempt at a callback.
    Callback,
    /// A listener of the API.
    Host,
    /// The store, for the commit of one request.
    Store,
}

/// The moment of a fault, relative to the commit of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "a commit has no third side")]
pub enum FaultTime {
    /// Nothing is committed: the request leaves no state.
    Before,
    /// The request is processed and its state is durable, then the response fails.
    After,
}

impl FaultTime {
    /// The name in rules.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// A host of the API, as clients see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "the API has two hosts")]
pub enum FaultHost {
    /// The main host.
    Main,
    /// The backup host.
    Backup,
}

impl FaultHost {
    /// The name in rules.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Backup => "backup",
        }
    }
}

/// The moments that a kind allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// `at` chooses; before by default.
    Either,
    /// Always this moment, so a rule has no `at`.
    Always(FaultTime),
    /// The kind has nothing to do with a commit.
    None,
}

impl FaultKind {
    /// The name in rules, such as `bad-gateway`.
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The part of the service that the fault breaks.
    pub fn group(self) -> FaultGroup {
        self.row().group
    }

    /// Whether a request may ask for the fault by its header: it concerns this request.
    pub fn is_of_request(self) -> bool {
        matches!(self.group(), FaultGroup::Request | FaultGroup::Response | FaultGroup::Store)
    }

    /// The members that a rule of this kind may have, next to `fault`.
    pub fn members(self) -> impl Iterator<Item = &'static str> {
        let matching: &[&'static str] = match self.group() {
            FaultGroup::Request | FaultGroup::Response | FaultGroup::Store => {
                &["path", "method", "caller", "openid", "host", "nth", "times", "probability", "seed"]
            }
            FaultGroup::Callback => {
                &["caller", "openid", "event_type", "nth", "times", "probability", "seed"]
            }
            FaultGroup::Host => &["host"],
        };
        let at = (self.times() == Times::Either).then_some("at");
        let delay = self.has_delay().then_some("delay_ms");
        at.into_iter().chain(delay).chain(matching.iter().copied())
    }

    /// Whether the fault lasts for `delay_ms`, which a rule of it must have.
    pub fn has_delay(self) -> bool {
        matches!(self, Self::Delay | Self::CallbackLate)
    }

    pub(super) fn times(self) -> Times {
        match self.group() {
            FaultGroup::Callback | FaultGroup::Host => Times::None,
            FaultGroup::Response => Times::Always(FaultTime::After),
            FaultGroup::Request | FaultGroup::Store => match self {
                Self::RateLimited | Self::Redirect => Times::Always(FaultTime::Before),
                _ => Times::Either,
            },
        }
    }
}
