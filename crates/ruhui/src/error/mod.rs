//! Errors of the client, grouped by whose fault they are: the caller's, the network's, the peer's, or the
//! service's rejection.

mod api;
mod exchange;
mod key_mixup;
mod response;
mod usage;

pub use api::{ApiError, Foreign, Proof};
pub use exchange::{Exchange, Failure};
pub use key_mixup::KeyMixup;
pub(crate) use response::VerifiedBody;
pub use response::{UndecryptableField, Unexpected, UnverifiedResponse};
pub use ruhui_core::explain::{Certainty, Finding};
pub use usage::{InvalidHost, InvalidTarget, Parameter, UsageError};

use crate::transport::Sent;
use bytes::Bytes;
use http::StatusCode;
use ruhui_core::api::Code;
use ruhui_core::sign::VerifyError;
use std::fmt;

/// Reason for which a method returns no value. `{}` prints English, `{:#}` prints Chinese.
///
/// No variant contains a key, a request body or the Authorization header, so logging an error leaks none of
/// them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller's fault: the client was configured or used in a way that cannot work. No request was sent.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// The peer's fault: the response's signature is missing or wrong. The content of the response cannot be
    /// trusted.
    #[error(transparent)]
    Verify(Box<UnverifiedResponse>),
    /// The peer's fault: a verified success response whose body is not what the documents promise.
    #[error(transparent)]
    Unexpected(Box<Unexpected>),
    /// The peer's fault: a verified success response has a sensitive field that was not encrypted for this
    /// client's key.
    #[error(transparent)]
    Undecryptable(Box<UndecryptableField>),
    /// The network's fault: no response came. One failure for each host that was tried, in order; never empty.
    #[error(fmt = write_failures)]
    Transport(Vec<Failure>),
    /// The service, or a proxy in front of it, responded with an error.
    #[error(transparent)]
    Api(Box<ApiError>),
}

impl Error {
    /// Returns the status of the response, if there was one. The status of an [`Error::Verify`] is not
    /// proven.
    pub fn status(&self) -> Option<StatusCode> {
        self.exchange().map(|exchange| exchange.status)
    }

    /// Returns the error code of an API error.
    pub fn code(&self) -> Option<&Code> {
        match self {
            Self::Api(refusal) => refusal.code.as_ref(),
            _ => None,
        }
    }

    /// Returns the `Request-ID`, the service's id of the exchange, which its support asks for. It is never
    /// signed.
    pub fn request_id(&self) -> Option<&str> {
        self.exchange().and_then(|exchange| exchange.request_id.as_deref())
    }

    /// Returns whether the same request may succeed later. After a 429, also send more slowly.
    ///
    /// The result says nothing about the effect of a second request. Before you retry a request that changes
    /// something, also check [`may_have_taken_effect`](Self::may_have_taken_effect).
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Usage(_) | Self::Unexpected(_) | Self::Undecryptable(_) => false,
            // WeChat Pay does not probe a retried request (partner page 4013059017).
            Self::Verify(unverified) => unverified.error == VerifyError::Probe,
            Self::Transport(failures) => failures.iter().all(|failure| failure.error.may_pass()),
            Self::Api(refusal) => {
                let status = refusal.status();
                status.is_server_error()
                    || [StatusCode::ACCEPTED, StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS]
                        .contains(&status)
            }
        }
    }

    /// Returns whether the request may have taken effect, although the caller has no proof of it.
    ///
    /// The result is `false` if nothing was sent, or if the service rejected the request with a signed 4xx.
    /// It is also `false` for unsigned errors of the checks that come before any effect: 400 `PARAM_ERROR`
    /// and `INVALID_REQUEST`, 401, and 404 and 405 without a body or with a code.
    ///
    /// The result is `true` after time-outs, lost connections, 5xx, any other unsigned response, and
    /// responses that do not verify. In these cases query the state before you act again.
    pub fn may_have_taken_effect(&self) -> bool {
        let earlier = self.exchange().and_then(|exchange| exchange.earlier.as_ref());
        if earlier.is_some_and(|failure| failure.error.sent() == Sent::Maybe) {
            return true;
        }
        match self {
            Self::Usage(_) => false,
            Self::Verify(_) | Self::Unexpected(_) | Self::Undecryptable(_) => true,
            Self::Transport(failures) => failures.iter().any(|failure| failure.error.sent() == Sent::Maybe),
            Self::Api(refusal) => match refusal.proof {
                Proof::Signed => !refusal.status().is_client_error(),
                Proof::Unsigned => !refusal.is_of_an_early_check(),
            },
        }
    }

    fn exchange(&self) -> Option<&Exchange> {
        match self {
            Self::Usage(_) | Self::Transport(_) => None,
            Self::Verify(unverified) => Some(&unverified.exchange),
            Self::Unexpected(unexpected) => Some(&unexpected.exchange),
            Self::Undecryptable(unopened) => Some(&unopened.exchange),
            Self::Api(refusal) => Some(&refusal.exchange),
        }
    }

    /// Returns the body of a verified success response that was not decoded into a value. It is the JSON as
    /// received, with sensitive fields encrypted. The request may have taken effect, and this body is the
    /// response to it.
    pub fn verified_body(&self) -> Option<&Bytes> {
        match self {
            Self::Unexpected(unexpected) => Some(&unexpected.body.0),
            Self::Undecryptable(unopened) => Some(&unopened.body.0),
            _ => None,
        }
    }
}

fn write_failures(failures: &[Failure], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(if f.alternate() { "未收到应答" } else { "no response" })?;
    for (index, failure) in failures.iter().enumerate() {
        f.write_str(match (index, f.alternate()) {
            (0, false) => ": ",
            (0, true) => "：",
            (_, false) => "; ",
            (_, true) => "；",
        })?;
        fmt::Display::fmt(failure, f)?;
    }
    Ok(())
}
