//! Retry and fail-over: decides whether a failed attempt is retried at the other host. A pure function.

use crate::transport::{Sent, TransportError};
use ruhui_core::api::RetrySafety;

/// Next step after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    OtherHost,
    GiveUp,
}

/// Returns whether to retry a request at the other host, by the transport error and the request's retry
/// safety:
///
/// - nothing was sent: any request is retried at the other host;
/// - the request may have arrived: only an idempotent request is retried;
/// - the other host would fail in the same way: give up.
///
/// An error response of the service is not a failed attempt, so it is never retried here (partner page
/// 4012082567).
pub(crate) fn after(error: &TransportError, safety: RetrySafety) -> Next {
    match error {
        TransportError::Unsendable { .. } | TransportError::TooLarge { .. } => Next::GiveUp,
        TransportError::Connect { .. } | TransportError::Timeout { .. } | TransportError::Lost { .. } => {
            match (error.sent(), safety) {
                (Sent::No, _) | (Sent::Maybe, RetrySafety::Idempotent) => Next::OtherHost,
                (Sent::Maybe, RetrySafety::NotIdempotent) => Next::GiveUp,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table() {
        use crate::transport::{Phase, Unsendable};
        use ruhui_core::network::NetworkCause;

        let table = [
            (TransportError::Unsendable { why: Unsendable::Invalid }, Next::GiveUp, Next::GiveUp),
            (TransportError::connect(NetworkCause::Refused), Next::OtherHost, Next::OtherHost),
            (TransportError::Timeout { phase: Phase::Connecting }, Next::OtherHost, Next::OtherHost),
            (TransportError::Timeout { phase: Phase::Waiting }, Next::OtherHost, Next::GiveUp),
            (TransportError::Timeout { phase: Phase::Reading }, Next::OtherHost, Next::GiveUp),
            (TransportError::lost(NetworkCause::Closed), Next::OtherHost, Next::GiveUp),
            (TransportError::lost(NetworkCause::NotHttp), Next::OtherHost, Next::GiveUp),
            (TransportError::TooLarge { limit: 1 }, Next::GiveUp, Next::GiveUp),
        ];
        for (error, repeatable, once) in table {
            assert_eq!(after(&error, RetrySafety::Idempotent), repeatable, "{error}");
            assert_eq!(after(&error, RetrySafety::NotIdempotent), once, "{error}");
        }
    }
}
