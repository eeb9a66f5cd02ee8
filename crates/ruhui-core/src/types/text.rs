//! A text with a limit of its length and no further rule of form.

use super::check::{Invalid, check_text};
use super::checked_text::{CHECKED, CheckedText};
use std::fmt;

/// A text of 1 to `LIMIT` characters, without control characters and characters of four bytes in UTF-8.
///
/// ```
/// # use ruhui_core::types::Text;
/// let benefits: Text<32> = "满100减10".parse()?;
/// assert_eq!(benefits.as_str(), "满100减10");
/// assert_eq!(Text::<2>::new("满100").unwrap_err().to_string(), "has 4 characters, the limit is 2");
/// # Ok::<(), ruhui_core::types::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Text<const LIMIT: usize>(String);

/// The id of one redemption of points (兑换记录ID), in the event and in its confirmation. `string(64)`.
pub type RecordId = Text<64>;

/// The caller's number for one item of member news (商户请求单号). `string(64)`.
pub type FeedRequestNo = Text<64>;

impl<const LIMIT: usize> Text<LIMIT> {
    /// The most characters that a value may have.
    pub const LIMIT: usize = LIMIT;

    /// Checks `text` and makes a value of it.
    ///
    /// # Errors
    ///
    /// [`Invalid`] when `text` is empty, too long, or has a character that is not allowed.
    pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        check_text(&text, LIMIT)?;
        Ok(Self(text))
    }

    /// Returns the text as written on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const LIMIT: usize> std::str::FromStr for Text<LIMIT> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl<const LIMIT: usize> fmt::Display for Text<LIMIT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const LIMIT: usize> fmt::Debug for Text<LIMIT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({:?})", self.0)
    }
}

impl<'de, const LIMIT: usize> serde::Deserialize<'de> for Text<LIMIT> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let checked_text = CheckedText { checked: Self::new, received: |text| Ok(Self(text)) };
        deserializer.deserialize_newtype_struct(CHECKED, checked_text)
    }
}

#[cfg(feature = "schema")]
impl<const LIMIT: usize> schemars::JsonSchema for Text<LIMIT> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Text{LIMIT}").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "minLength": 1, "maxLength": LIMIT })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_characters() {
        assert!(Text::<3>::new("会员卡").is_ok());
        assert_eq!(Text::<3>::new("会员卡片"), Err(Invalid::TooLong { limit: 3, actual: 4 }));
        assert_eq!(Text::<3>::new(""), Err(Invalid::Empty));
        assert_eq!(RecordId::LIMIT, 64);
    }

    #[test]
    fn control_and_four_byte_characters_are_rejected() {
        for text in ["a\n", "a\0", "a😀", "a\u{1f}b"] {
            assert!(matches!(Text::<9>::new(text), Err(Invalid::Character { position: 1, .. })), "{text:?}");
        }
    }

    #[test]
    fn json_reads_what_json_writes_and_no_more() {
        let text: Text<4> = serde_json::from_str("\"ab\"").unwrap();
        assert_eq!(serde_json::to_string(&text).unwrap(), "\"ab\"");
        assert_eq!((text.to_string(), format!("{text:?}")), ("ab".to_owned(), "Text(\"ab\")".to_owned()));
        assert!(serde_json::from_str::<Text<4>>("\"abcde\"").is_err());
    }
}
