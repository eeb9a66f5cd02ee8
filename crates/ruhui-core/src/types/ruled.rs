//! Checks the rules of requests on values that are made, and skips them on values that were received.
//!
//! The limits, characters and forms of the types in this module are those of requests. WeChat Pay promises none
//! of them for the values that it sends, and the receiver must not lose a value. So a type names itself to the
//! deserializer as [`RULED`], and the deserializer decides: a deserializer that does not know the name has the
//! rules checked; [`wire::decode_response`] and the reader of events skip them. A value that was received may
//! therefore be one that must not be sent: [`wire::encode`] checks the rules again before a request is made.
//!
//! [`wire::decode_response`]: crate::wire::decode_response
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

    /// Every format without newtypes of its own calls this, so the rules are checked.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        (self.checked)(String::deserialize(deserializer)?).map_err(Error::custom)
    }

    fn visit_str<F: Error>(self, text: &str) -> Result<T, F> {
        (self.checked)(text.to_owned()).map_err(F::custom)
    }

    /// No format calls this for a newtype, so a call says that the value was received.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        (self.received)(String::deserialize(deserializer)?).map_err(Error::custom)
    }
}
