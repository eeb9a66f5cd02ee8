//! The parts of a message as the caller may have put them together, and the row of the table that changes
//! them.

use super::words::Cause;
use crate::sign;
use std::rc::Rc;

/// What went into the message, and how.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub(super) method: String,
    pub(super) target: String,
    /// The host that the caller named, where it is known.
    pub(super) host: Option<String>,
    pub(super) timestamp: String,
    pub(super) nonce: String,
    /// Shared, since some mistakes have a thousand variants and a body has up to a megabyte.
    pub(super) body: Rc<[u8]>,
    /// Makes the message of method, target, timestamp, nonce and body.
    pub(super) layout: fn([&[u8]; 5]) -> Vec<u8>,
}

impl Parts {
    pub(super) fn message(&self) -> Vec<u8> {
        (self.layout)([
            self.method.as_bytes(),
            self.target.as_bytes(),
            self.timestamp.as_bytes(),
            self.nonce.as_bytes(),
            &self.body,
        ])
    }

    pub(super) fn with_method(&self, method: impl Into<String>) -> Self {
        Self { method: method.into(), ..self.clone() }
    }

    pub(super) fn with_target(&self, target: impl Into<String>) -> Self {
        Self { target: target.into(), ..self.clone() }
    }

    pub(super) fn with_timestamp(&self, timestamp: impl Into<String>) -> Self {
        Self { timestamp: timestamp.into(), ..self.clone() }
    }

    pub(super) fn with_nonce(&self, nonce: impl Into<String>) -> Self {
        Self { nonce: nonce.into(), ..self.clone() }
    }

    pub(super) fn with_body(&self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into().into(), ..self.clone() }
    }

    pub(super) fn with_layout(&self, layout: fn([&[u8]; 5]) -> Vec<u8>) -> Self {
        Self { layout, ..self.clone() }
    }

    /// The body as text, if it is text.
    pub(super) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }
}

/// The message as the documents have it.
pub(super) fn documented([method, target, timestamp, nonce, body]: [&[u8]; 5]) -> Vec<u8> {
    let text = |bytes| std::str::from_utf8(bytes).expect("the parts but the body are text");
    sign::request_message(text(method), text(target), text(timestamp), text(nonce), body)
}

/// The part that a mistake changes. Two mistakes combine when their stages differ; they are applied in this
/// order, so that a body's members are put in order before they are indented, and indented before a line
/// feed is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Method,
    Target,
    Clock,
    Nonce,
    BodyOrder,
    BodyStyle,
    BodyEscape,
    BodyEnd,
    Layout,
}

/// How often a mistake is met, and so when it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trial {
    /// Alone, and together with others of its kind.
    Frequent,
    /// Alone.
    Alone,
    /// Alone and after everything else: there are many variants.
    Last,
}

/// A way to build the message wrongly: a row of the table in `causes`.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) stage: Stage,
    pub(super) trial: Trial,
    /// The messages that the mistake may have made out of the right parts.
    pub(super) variants: fn(&Parts) -> Vec<Parts>,
    pub(super) cause: Cause,
}
