//! The facts about a request or a callback that rules compare.

use super::kind::FaultHost;
use serde::Deserialize;
use std::borrow::Cow;
use std::fmt;

/// Facts about a verified request.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::exhaustive_structs, reason = "the pipeline makes one for each request")]
pub struct RequestFacts<'a> {
    /// The method.
    pub method: &'a str,
    /// The path, without the query.
    pub path: &'a str,
    /// The query.
    pub query: Option<&'a str>,
    /// The `mchid` or `brand_id` of the caller.
    pub caller: &'a str,
    /// The host that the request came to, if it is known.
    pub host: Option<FaultHost>,
    /// The signed body.
    pub body: &'a [u8],
}

/// Facts about an attempt at a callback.
#[derive(Clone, Copy)]
#[allow(clippy::exhaustive_structs, reason = "the outbox makes one for each attempt")]
pub struct CallbackFacts<'a> {
    /// The `mchid` or `brand_id` of the owner, who gets the callback.
    pub owner: &'a str,
    /// The type of the event, as it is sent.
    pub event_type: &'a str,
    /// The content of the event as JSON, before its encryption.
    pub resource: &'a str,
}

/// Hides the resource: it may have a phone number.
impl fmt::Debug for CallbackFacts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallbackFacts({}, {})", self.owner, self.event_type)
    }
}

/// The user whom an event names.
#[derive(Deserialize)]
struct OfUser<'a> {
    #[serde(borrow)]
    openid: Cow<'a, str>,
}

impl CallbackFacts<'_> {
    /// Whether the event is about this user. Events of some types have none.
    pub(super) fn is_about(&self, openid: &str) -> bool {
        serde_json::from_str::<OfUser<'_>>(self.resource).is_ok_and(|event| event.openid == openid)
    }
}

impl RequestFacts<'_> {
    /// Whether the request names this user: as a segment of the path, a value of the query, or a text of the body.
    pub(super) fn names(&self, openid: &str) -> bool {
        let quoted = format!("\"{openid}\"");
        self.path.split('/').any(|segment| segment == openid)
            || self.query.is_some_and(|query| {
                query.split('&').any(|pair| pair.split_once('=').is_some_and(|(_, value)| value == openid))
            })
            || memchr::memmem::find(self.body, quoted.as_bytes()).is_some()
    }
}
