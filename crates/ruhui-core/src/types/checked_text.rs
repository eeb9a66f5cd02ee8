//! Checks the rules of requests on values that a caller makes, and skips them on received values.
//!
//! The limits, characters and forms of the types in this module are those of requests. WeChat Pay promises none
//! of them for the values that it sends, and the receiver must not lose a value. So a type names itself to the
//! deserializer as [`CHECKED`], and the deserializer decides: one that does not know the name checks the rules;
//! [`wire::decode_response`] and the reader of events skip them. A received value may therefore break the rules,
//! so [`wire::encode`] checks them again before a request is sent.
//!
//! [`wire::decode_response`]: crate::wire::decode_response
//! [`wire::encode`]: crate::wire::encode

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;

/// The newtype name under which a value with rules is deserialized.
pub(crate) const CHECKED: &str = "ruhui::checked_text";

/// The serde visitor that makes a value of a text. It checks the rules, unless the deserializer marks the text as
/// received.
pub(crate) struct CheckedText<T, E> {
    pub(crate) checked: fn(String) -> Result<T, E>,
    pub(crate) received: fn(String) -> Result<T, E>,
}

impl<'de, T, E: fmt::Display> Visitor<'de> for CheckedText<T, E> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    /// Checks the rules: every format without native newtypes calls this.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        (self.checked)(String::deserialize(deserializer)?).map_err(Error::custom)
    }

    fn visit_str<F: Error>(self, text: &str) -> Result<T, F> {
        (self.checked)(text.to_owned()).map_err(F::custom)
    }

    /// Skips the rules: no format calls this for a newtype, so the call marks the value as received.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        (self.received)(String::deserialize(deserializer)?).map_err(Error::custom)
    }
}
