//! Cases in which the client receives callbacks: the suite makes, signs and sends them itself.

mod build;
mod event;
mod judge;
mod post;
mod run;

pub(super) use run::run;

use serde::Serialize;
use std::time::Duration;

/// Time in which a callback must be acknowledged (partner page 4012285807).
pub(super) const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(5);

/// One callback of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Post {
    pub(super) subject: Subject,
    pub(super) form: Form,
    pub(super) expect: Expect,
    /// Whether it is sent together with the callback before it, without waiting for that one's response.
    pub(super) is_together: bool,
}

/// The event of a callback. A case has one event of each subject, with one id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// A user opened a card.
    Opened,
    /// The user deleted the card later.
    Deleted,
    /// An event of a type that no document has.
    UnknownType,
}

/// How a callback is written and signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Sound,
    /// Signed with the platform certificate's key, under its serial.
    ByCertificate,
    /// With a phone number that is encrypted for the merchant's certificate.
    EncryptedField,
    /// With white space and escapes in the JSON that no serializer writes.
    OddJson,
    /// With header names in upper case.
    UpperCaseNames,
    Probe,
    Unsigned,
    /// Signed by a key that is not the platform's, under the serial of the one that is.
    Forged,
    /// Forged, with the header `Host: localhost`.
    ForgedToLocalhost,
    Stale,
    Ahead,
    /// With another summary than the one that was signed.
    Altered,
    /// With a resource that another APIv3 key encrypted.
    WrongKey,
    UnknownSerial,
    /// Signed with the platform certificate's key, under the serial of the public key.
    OtherKnownKey,
}

/// The behaviour of a correct receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
    /// 200 or 204. It acts on the event, once, however often the event comes.
    Accept,
    /// 4xx or 5xx. It does not act.
    Reject,
    /// Any status.
    Any,
}

/// The response to one callback.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Answered {
    pub(super) event_id: String,
    /// The status; absent if there was no response in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip)]
    pub(super) post: Post,
}

impl Post {
    pub(super) const fn new(subject: Subject, form: Form, expect: Expect) -> Self {
        Self { subject, form, expect, is_together: false }
    }

    /// Sends the callback together with the one before it.
    pub(super) const fn together(self) -> Self {
        Self { is_together: true, ..self }
    }
}
