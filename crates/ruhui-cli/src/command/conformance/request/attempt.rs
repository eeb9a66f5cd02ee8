//! Requests of a client, as they arrived.

use super::step::Step;
use crate::command::conformance::wire::Message;
use ruhui_core::sign::Authorization;
use serde::Serialize;
use std::time::Duration;

/// A listener of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::command::conformance) enum Host {
    Main,
    Backup,
    /// The place to which a redirect leads.
    Elsewhere,
}

/// A request for a token, with what was played to it.
#[derive(Debug, Clone)]
pub(in crate::command::conformance) struct Attempt {
    /// Time since the start of the case.
    pub(in crate::command::conformance) at: Duration,
    pub(in crate::command::conformance) host: Host,
    pub(super) step: Step,
    pub(super) authorization: Option<String>,
    pub(super) is_compression_asked: bool,
    /// Time since the start of the case when the response was sent.
    pub(super) answered: Duration,
    /// The status that was played.
    pub(in crate::command::conformance) status: Option<u16>,
    /// The token in the response.
    pub(super) token: Option<String>,
    /// The sandbox rejected the request itself, so that nothing could be played.
    pub(super) rejection: Option<String>,
}

impl Attempt {
    pub(super) fn new(at: Duration, host: Host, step: Step, request: &Message) -> Self {
        let is_compression_asked =
            request.header("accept-encoding").is_some_and(|value| value.contains("gzip"));
        Self {
            at,
            host,
            step,
            authorization: request.header("authorization").map(str::to_owned),
            is_compression_asked,
            answered: at,
            status: None,
            token: None,
            rejection: None,
        }
    }

    /// Returns the nonce of the request's signature.
    pub(in crate::command::conformance) fn nonce(&self) -> Option<String> {
        let parsed = Authorization::parse(self.authorization.as_deref()?).ok()?;
        Some(parsed.nonce_str().as_str().to_owned())
    }
}
