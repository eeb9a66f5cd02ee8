//! The parts of a message as the caller may have put them together, and the row of the table that changes
//! them.

use super::cause::Cause;
use std::rc::Rc;

/// Items are tried in every order up to this many.
pub(super) const PERMUTED: usize = 5;

/// What went into the message, and how.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub(super) method: String,
    /// Path and query. Bytes, since a caller may have signed other characters than UTF-8.
    pub(super) target: Vec<u8>,
    /// The host that the caller named, where it is known.
    pub(super) host: Option<String>,
    pub(super) timestamp: String,
    pub(super) nonce: String,
    /// Shared, since some mistakes have a thousand variants and a body has up to a megabyte.
    pub(super) body: Rc<[u8]>,
    /// The whole form and its file, of an upload: they were sent, and are not to be signed.
    pub(super) form: Option<Rc<Form>>,
    pub(super) layout: Layout,
}

/// The whole form of an upload, and its file: the parts that are sent and not signed.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) whole: Vec<u8>,
    pub(super) file: Option<Vec<u8>>,
}

/// A transformation of the whole message before it is signed.
pub(super) type Then = fn(&[u8]) -> Vec<u8>;

/// The layout of the lines in the message.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// The lines, by their places in the documented message.
    pub(super) lines: Vec<usize>,
    pub(super) first: &'static str,
    pub(super) between: &'static str,
    pub(super) last: &'static str,
    /// The transformation of the whole message.
    pub(super) then: Option<Then>,
}

impl Layout {
    /// The message as the documents have it: five lines, each followed by a line feed.
    pub(super) fn documented() -> Self {
        Self { lines: vec![0, 1, 2, 3, 4], first: "", between: "\n", last: "\n", then: None }
    }
}

impl Parts {
    pub(super) fn message(&self) -> Vec<u8> {
        let Layout { lines, first, between, last, then } = &self.layout;
        let mut message = Vec::with_capacity(self.body.len() + self.target.len() + 96);
        message.extend_from_slice(first.as_bytes());
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                message.extend_from_slice(between.as_bytes());
            }
            message.extend_from_slice(match line {
                0 => self.method.as_bytes(),
                1 => &self.target,
                2 => self.timestamp.as_bytes(),
                3 => self.nonce.as_bytes(),
                _ => &self.body,
            });
        }
        message.extend_from_slice(last.as_bytes());
        match then {
            Some(then) => then(&message),
            None => message,
        }
    }

    pub(super) fn with_method(&self, method: impl Into<String>) -> Self {
        Self { method: method.into(), ..self.clone() }
    }

    pub(super) fn with_target(&self, target: impl Into<Vec<u8>>) -> Self {
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

    /// These parts in another layout.
    pub(super) fn laid_out(&self, change: impl FnOnce(&mut Layout)) -> Self {
        let mut layout = self.layout.clone();
        change(&mut layout);
        Self { layout, ..self.clone() }
    }

    /// The body as text, if it is text.
    pub(super) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }

    /// The target as text; empty if it is not UTF-8, so that it has no variants.
    pub(super) fn target_text(&self) -> &str {
        std::str::from_utf8(&self.target).unwrap_or_default()
    }
}

/// All orders of the items but the one they are in.
pub(super) fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in items {
        orders = orders
            .into_iter()
            .flat_map(|order| {
                let free: Vec<_> = (0..items.len()).filter(|index| !order.contains(index)).collect();
                free.into_iter().map(move |index| order.iter().copied().chain([index]).collect())
            })
            .collect();
    }
    orders
        .into_iter()
        .skip(1)
        .map(|order| order.into_iter().map(|index| items[index].clone()).collect())
        .collect()
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
    BodyMembers,
    BodyOrder,
    BodyStyle,
    BodyEscape,
    BodyEncoding,
    BodyEnd,
    Layout,
}

/// How often a mistake is met, and so when it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trial {
    /// Alone, and together with others of its kind.
    Frequent,
    /// Alone, and together with one that is frequent; at the very end with any other.
    Alone,
    /// Alone and after everything else: there are many variants.
    Last,
}

/// A way to build the message wrongly: a row of the table in `causes`.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) stage: Stage,
    pub(super) trial: Trial,
    /// The messages that the mistake may have made out of the right parts. Each must be one of which the
    /// mistake's sentence is true to the letter.
    pub(super) variants: fn(&Parts) -> Vec<Parts>,
    pub(super) cause: Cause,
}
