//! The string types of the API, each with its documented limit.

use std::fmt;

/// Why a text is not a value of the type asked for. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invalid {
    /// The text has no character.
    Empty,
    /// The text has more characters than the documents allow.
    TooLong {
        /// The most characters allowed.
        limit: usize,
        /// The characters found.
        actual: usize,
    },
    /// A character that may not stand here.
    Character {
        /// The character.
        character: char,
        /// How many characters stand before it.
        position: usize,
    },
    /// A hexadecimal serial number in lower case; the API knows them in upper case.
    LowerCase,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Empty, false) => write!(f, "must not be empty"),
            (Self::Empty, true) => write!(f, "不能为空"),
            (Self::TooLong { limit, actual }, false) => {
                write!(f, "has {actual} characters, the limit is {limit}")
            }
            (Self::TooLong { limit, actual }, true) => {
                write!(f, "字符数 {actual}，大于最大值 {limit}")
            }
            (Self::Character { character, position }, false) => {
                write!(f, "character {character:?} at position {position} is not allowed")
            }
            (Self::Character { character, position }, true) => {
                write!(f, "第 {} 个字符 {character:?} 不允许使用", position + 1)
            }
            (Self::LowerCase, false) => write!(f, "must be upper-case hexadecimal"),
            (Self::LowerCase, true) => write!(f, "须为大写十六进制"),
        }
    }
}

impl std::error::Error for Invalid {}

/// The rule common to all string fields: 1 to `limit` characters, none of four bytes, none of control.
fn check_text(text: &str, limit: usize) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::Empty);
    }
    let actual = text.chars().count();
    if actual > limit {
        return Err(Invalid::TooLong { limit, actual });
    }
    reject_character(text, |c| c > '\u{FFFF}' || c.is_control())
}

fn reject_character(text: &str, refused: impl Fn(char) -> bool) -> Result<(), Invalid> {
    match text.chars().enumerate().find(|(_, c)| refused(*c)) {
        Some((position, character)) => Err(Invalid::Character { character, position }),
        None => Ok(()),
    }
}

fn check_nonce(text: &str, limit: usize) -> Result<(), Invalid> {
    check_text(text, limit)?;
    // A quote cannot be written inside the header's quotes.
    reject_character(text, |c| !(' '..='~').contains(&c) || c == '"')
}

fn check_serial(text: &str, limit: usize) -> Result<(), Invalid> {
    check_text(text, limit)?;
    if text.chars().all(|c| c.is_ascii_hexdigit()) && text.chars().any(|c| c.is_ascii_lowercase()) {
        return Err(Invalid::LowerCase);
    }
    reject_character(text, |c| !(c.is_ascii_alphanumeric() || c == '_'))
}

macro_rules! string_type {
    ($(#[$doc:meta])* $name:ident, $limit:literal, $check:ident, $print:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The most characters that a value may have.
            pub const LIMIT: usize = $limit;

            /// Checks `text` and keeps it.
            ///
            /// # Errors
            ///
            /// [`Invalid`] when `text` is empty, too long, or has a character that may not stand here.
            pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
                let text = text.into();
                $check(&text, Self::LIMIT)?;
                Ok(Self(text))
            }

            /// The text as it goes over the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::new(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "minLength": 1, "maxLength": $limit })
            }
        }

        string_type!(@$print $name);
    };
    (@shown $name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.0)
            }
        }
    };
    // No `Display`, and a `Debug` that hides: these must not reach a log by accident.
    (@hidden $name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}

string_type! {
    /// A merchant number (商户号), such as `1900000001`.
    ///
    /// ```
    /// # use ruhui_core::types::MchId;
    /// assert_eq!(MchId::new("1900000001")?.as_str(), "1900000001");
    /// assert_eq!(MchId::new("").unwrap_err().to_string(), "must not be empty");
    /// # Ok::<(), ruhui_core::types::Invalid>(())
    /// ```
    MchId, 32, check_text, shown
}
string_type! {
    /// A brand's number (品牌ID), `string(32)`, such as `1004`.
    BrandId, 32, check_text, shown
}
string_type! {
    /// A card template's id (会员卡模板ID), `string(32)`.
    CardId, 32, check_text, shown
}
string_type! {
    /// An official account's or mini-program's id, `string(32)`.
    AppId, 32, check_text, shown
}
string_type! {
    /// A user's id under one AppID, `string(128)`. Its `Debug` hides it.
    ///
    /// ```
    /// # use ruhui_core::types::OpenId;
    /// let openid = OpenId::new("obLatjnx9gnqzS4myYGmLZ7LgLBA")?;
    /// assert!(openid.is_well_formed());
    /// assert_eq!(format!("{openid:?}"), "OpenId(redacted)");
    /// # Ok::<(), ruhui_core::types::Invalid>(())
    /// ```
    OpenId, 128, check_text, hidden
}
string_type! {
    /// A pre-auth token (预授权 token), `string(32)`. Its `Debug` hides it.
    Token, 32, check_text, hidden
}
string_type! {
    /// The serial number that names a key: a certificate's in upper-case hexadecimal, leading zeros kept,
    /// or a public key id (`PUB_KEY_ID_` and digits).
    ///
    /// ```
    /// # use ruhui_core::types::{Invalid, SerialNo};
    /// assert!(SerialNo::new("1DDE55AD98E0").is_ok());
    /// assert_eq!(SerialNo::new("1dde55ad98e0"), Err(Invalid::LowerCase));
    /// ```
    SerialNo, 64, check_serial, shown
}
string_type! {
    /// A `nonce_str`: 1 to 128 printable ASCII characters.
    NonceStr, 128, check_nonce, shown
}

impl OpenId {
    /// Whether this has the form of the openids that WeChat issues: `o` and 27 of `[0-9A-Za-z_-]`.
    pub fn is_well_formed(&self) -> bool {
        self.0.len() == 28
            && self.0.starts_with('o')
            && self.0.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    }
}

impl SerialNo {
    /// Whether this names a WeChat Pay public key rather than a certificate (partner page 4012285807).
    pub fn is_public_key_id(&self) -> bool {
        self.0.starts_with("PUB_KEY_ID_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_characters_and_not_bytes() {
        assert!(BrandId::new("会".repeat(32)).is_ok());
        assert_eq!(BrandId::new("会".repeat(33)), Err(Invalid::TooLong { limit: 32, actual: 33 }));
        assert!(OpenId::new("o".repeat(128)).is_ok());
        assert_eq!(OpenId::new("o".repeat(129)), Err(Invalid::TooLong { limit: 128, actual: 129 }));
    }

    #[test]
    fn four_byte_and_control_characters_are_refused() {
        for text in ["a😀", "a\n", "a\u{7f}"] {
            assert!(matches!(CardId::new(text), Err(Invalid::Character { position: 1, .. })), "{text:?}");
        }
    }

    #[test]
    fn serials_are_upper_case_hex_or_public_key_ids() {
        assert!(SerialNo::new("PUB_KEY_ID_0119000000").unwrap().is_public_key_id());
        assert_eq!(SerialNo::new("408b07e7"), Err(Invalid::LowerCase));
        assert!(matches!(SerialNo::new("40:8B"), Err(Invalid::Character { character: ':', .. })));
    }

    #[test]
    fn nonces_are_printable_and_have_no_quote() {
        assert!(NonceStr::new("a").is_ok());
        assert!(NonceStr::new("a.b-c d".repeat(18)).is_ok());
        assert!(NonceStr::new("a\"b").is_err());
        assert!(NonceStr::new("会").is_err());
        assert!(NonceStr::new("a".repeat(129)).is_err());
    }

    #[test]
    fn errors_speak_both_languages() {
        let error = CardId::new("x".repeat(33)).unwrap_err();
        assert_eq!(error.to_string(), "has 33 characters, the limit is 32");
        assert_eq!(format!("{error:#}"), "字符数 33，大于最大值 32");
    }
}
