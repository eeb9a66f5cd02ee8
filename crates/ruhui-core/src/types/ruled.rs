//! The rules of what one may send, and how what was received gets around them.
//!
//! The limits, characters and forms of the types in this module are those of requests. What WeChat Pay sends keeps to
//! none of them for sure, and the receiver must not lose it. So a type names itself to the deserializer as [`RULED`],
//! and the deserializer decides: whatever knows nothing of the name has the rules checked; [`wire::decode_reply`] and
//! what reads events have them passed over. A value that was received may therefore be one that must not be sent:
//! [`wire::encode`] checks the rules again before a request is made.
//!
//! [`wire::decode_reply`]: crate::wire::decode_reply
//! [`wire::encode`]: crate::wire::encode

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;

/// The name of the newtype as which a value with rules is read.
pub(crate) const RULED: &str = "ruhui::ruled";

/// Makes a value of a text: with its rules checked, unless the deserializer says that it was received.
pub(crate) struct Ruled<T, E> {
    pub(crate) checked: fn(String) -> Result<T, E>,
    pub(crate) received: fn(String) -> Result<T, E>,
}

impl<'de, T, E: fmt::Display> Visitor<'de> for Ruled<T, E> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    /// What every format calls that has no newtypes of its own.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        (self.checked)(String::deserialize(deserializer)?).map_err(Error::custom)
    }

    fn visit_str<F: Error>(self, text: &str) -> Result<T, F> {
        (self.checked)(text.to_owned()).map_err(F::custom)
    }

    /// What no format calls for a newtype: the value was received.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        (self.received)(String::deserialize(deserializer)?).map_err(Error::custom)
    }
}
