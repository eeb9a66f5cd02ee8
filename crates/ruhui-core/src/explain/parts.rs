//! Parts of the canonical message as the caller may have built them, and the mistakes that change the parts.

use super::cause::Cause;
use std::rc::Rc;

/// Largest number of items that are tried in every order.
pub(super) const PERMUTED: usize = 5;

/// Parts of the message, and their layout.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub(super) method: String,
    /// Path and query as bytes, since a caller may have signed in another character set than UTF-8.
    pub(super) target: Vec<u8>,
    /// Host that the caller named, if known.
    pub(super) host: Option<String>,
    pub(super) timestamp: String,
    pub(super) nonce: String,
    /// Body, shared: some mistakes have a thousand variants, and a body has up to a megabyte.
    pub(super) body: Rc<[u8]>,
    /// Whole form and file of an upload, which are sent but not signed.
    pub(super) form: Option<Rc<Form>>,
    pub(super) layout: Layout,
}

/// Whole form of an upload, and its file: sent but not signed.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) whole: Vec<u8>,
    pub(super) file: Option<Vec<u8>>,
}

/// Transformation of the whole message before it is signed.
pub(super) type Then = fn(&[u8]) -> Vec<u8>;

/// Layout of the lines in the message.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Lines, as indexes into the documented message.
    pub(super) lines: Vec<usize>,
    pub(super) first: &'static str,
    pub(super) between: &'static str,
    pub(super) last: &'static str,
    /// Transformation of the whole message.
    pub(super) then: Option<Then>,
}

impl Layout {
    /// Returns the documented layout: five lines, each followed by a line feed.
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

    /// Returns these parts in another layout.
    pub(super) fn laid_out(&self, change: impl FnOnce(&mut Layout)) -> Self {
        let mut layout = self.layout.clone();
        change(&mut layout);
        Self { layout, ..self.clone() }
    }

    /// Returns the body as text; `None` if it is not UTF-8.
    pub(super) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }

    /// Returns the target as text; empty if it is not UTF-8, so that it has no variants.
    pub(super) fn target_text(&self) -> &str {
        std::str::from_utf8(&self.target).unwrap_or_default()
    }
}

/// Returns all orders of the items except their present order.
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

/// Part that a mistake changes.
///
/// Two mistakes combine if their stages differ. They are applied in this order: a body's members are
/// reordered before they are indented, and indented before a line feed is added.
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

/// Frequency of a mistake, which decides when it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trial {
    /// Tried alone, and together with other frequent mistakes.
    Frequent,
    /// Tried alone, and together with a frequent mistake; at the very end with any other.
    Alone,
    /// Tried alone, after everything else, since the mistake has many variants.
    Last,
}

/// Way of building the message wrongly: a row of the table in `causes`.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) stage: Stage,
    pub(super) trial: Trial,
    /// Returns the messages that the mistake may have made of the right parts. The mistake's sentence must be
    /// true of each, to the letter.
    pub(super) variants: fn(&Parts) -> Vec<Parts>,
    pub(super) cause: Cause,
}
