//! Pagination: the limit and the offset of a list request. A page has at most 20 records.

use crate::types::OutOfRange;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// 分页大小: the most records of a page, 1 to 20.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct PageLimit(u8);

/// Error for a page limit that is not 1 to 20. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageLimitError;

impl fmt::Display for PageLimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if f.alternate() { "须为1至20" } else { "must be 1 to 20" })
    }
}

impl std::error::Error for PageLimitError {}

impl PageLimit {
    /// The largest limit, 20.
    pub const MAX: Self = Self(20);

    /// Checks `limit` and makes a page limit of it.
    ///
    /// # Errors
    ///
    /// [`PageLimitError`] unless `limit` is 1 to 20.
    pub fn new(limit: i64) -> Result<Self, PageLimitError> {
        u8::try_from(limit).ok().filter(|limit| (1..=20).contains(limit)).map(Self).ok_or(PageLimitError)
    }

    /// Returns the limit as a number.
    pub fn count(self) -> usize {
        self.0.into()
    }
}

impl<'de> Deserialize<'de> for PageLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = i64::deserialize(deserializer)?;
        Self::new(found).map_err(|_| Error::custom(OutOfRange { found, least: 1, most: 20 }))
    }
}

/// 偏移量: the number of records before the page, 0 to 4,294,967,295.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct PageOffset(u32);

/// Error for a page offset that is not 0 to 4,294,967,295. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageOffsetError;

impl fmt::Display for PageOffsetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if f.alternate() { "须为0至4294967295" } else { "must be 0 to 4294967295" })
    }
}

impl std::error::Error for PageOffsetError {}

impl PageOffset {
    /// The offset of the first page, 0.
    pub const START: Self = Self(0);

    /// Checks `offset` and makes a page offset of it.
    ///
    /// # Errors
    ///
    /// [`PageOffsetError`] unless `offset` is 0 to 4,294,967,295.
    pub fn new(offset: i64) -> Result<Self, PageOffsetError> {
        u32::try_from(offset).map(Self).map_err(|_| PageOffsetError)
    }

    /// Returns the offset as a number.
    pub fn count(self) -> usize {
        self.0 as usize
    }
}

impl<'de> Deserialize<'de> for PageOffset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = i64::deserialize(deserializer)?;
        let most = u32::MAX.into();
        Self::new(found).map_err(|_| Error::custom(OutOfRange { found, least: 0, most }))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for PageLimit {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PageLimit".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 1, "maximum": 20 })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for PageOffset {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PageOffset".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_1_to_20_and_offsets_not_negative() {
        assert!(PageLimit::new(1).is_ok() && PageLimit::new(20) == Ok(PageLimit::MAX));
        for limit in [0, 21, -1, 256, i64::MAX] {
            assert_eq!(PageLimit::new(limit), Err(PageLimitError));
        }
        assert!(PageOffset::new(0) == Ok(PageOffset::START) && PageOffset::new(4_294_967_295).is_ok());
        assert_eq!([PageOffset::new(-1), PageOffset::new(4_294_967_296)], [Err(PageOffsetError); 2]);
    }
}
