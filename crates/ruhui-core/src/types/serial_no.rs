//! The serial number of a certificate (商户API证书序列号, 平台证书) or the id of a public key (微信支付公钥ID).

use super::check::{Invalid, check_text, reject_character};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::str::FromStr;

/// The serial number that identifies a key: a certificate's in hexadecimal, with its leading zeros, or a public key
/// id (`PUB_KEY_ID_` and digits). 1 to 64 characters.
///
/// Serial numbers are compared without case, so a value is kept in upper case, as the documents write them. The live
/// service accepts a lower-case `serial_no`: the npm package wechatpay-node-v3 sends one.
///
/// ```
/// # use ruhui_core::types::SerialNo;
/// assert_eq!(SerialNo::new("1dde55ad98e0")?, SerialNo::new("1DDE55AD98E0")?);
/// assert_eq!(SerialNo::new("1dde55ad98e0")?.as_str(), "1DDE55AD98E0");
/// assert_ne!(SerialNo::new("0DDE55AD98E0")?, SerialNo::new("DDE55AD98E0")?);
/// # Ok::<(), ruhui_core::types::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SerialNo(String);

impl SerialNo {
    /// The most characters that a value may have.
    pub const LIMIT: usize = 64;

    /// Checks `text` and makes a serial number of it, in upper case.
    ///
    /// # Errors
    ///
    /// [`Invalid`] when `text` is empty, too long, or has a character other than Latin letters, digits and `_`.
    pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
        let mut text = text.into();
        check_text(&text, Self::LIMIT)?;
        reject_character(&text, |c| !(c.is_ascii_alphanumeric() || c == '_'))?;
        text.make_ascii_uppercase();
        Ok(Self(text))
    }

    /// Returns the serial number in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `text`, as received, is this serial number; case does not count.
    pub fn is_written(&self, text: &str) -> bool {
        self.0.eq_ignore_ascii_case(text)
    }

    /// Whether this is the id of a WeChat Pay public key rather than a certificate's serial number (partner page
    /// 4012285807).
    pub fn is_public_key_id(&self) -> bool {
        self.0.starts_with("PUB_KEY_ID_")
    }
}

impl FromStr for SerialNo {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for SerialNo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for SerialNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SerialNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialNo({:?})", self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SerialNo {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SerialNo".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "minLength": 1, "maxLength": Self::LIMIT })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_compared_without_case_and_kept_in_upper_case() {
        let serial_no = SerialNo::new("408b07e7").unwrap();
        assert_eq!(
            (&serial_no, serial_no.to_string()),
            (&SerialNo::new("408B07E7").unwrap(), "408B07E7".into())
        );
        assert!(serial_no.is_written("408b07E7") && !serial_no.is_written("0408B07E7"));
        assert_eq!(serde_json::from_str::<SerialNo>("\"408b07e7\"").unwrap(), serial_no);
        assert!(SerialNo::new("pub_key_id_0119000000").unwrap().is_public_key_id());
    }

    #[test]
    fn leading_zeros_belong_to_a_serial() {
        assert_ne!(SerialNo::new("0408B07E7").unwrap(), SerialNo::new("408B07E7").unwrap());
    }

    #[test]
    fn serials_have_letters_digits_and_underscores() {
        assert!(SerialNo::new("PUB_KEY_ID_0119000000").unwrap().is_public_key_id());
        assert!(matches!(SerialNo::new("40:8B"), Err(Invalid::Character { character: ':', .. })));
        assert_eq!(SerialNo::new(""), Err(Invalid::Empty));
        assert!(SerialNo::new("1".repeat(65)).is_err());
    }
}
