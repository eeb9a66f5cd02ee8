//! Sensitive fields (敏感信息字段): encrypted on the wire, plain in memory, hidden in logs.

use super::check::{Invalid, check_text};
use super::checked_text::CheckedText;
use crate::encryption::is_encrypted_field;
use serde::de::{Deserialize, Deserializer};

/// The newtype name under which a sensitive text is serialised.
///
/// Serde's formats pass such a newtype through as a plain text, which is what a store and a notification
/// hold. [`wire`](crate::wire) recognises the name, and encrypts and decrypts the text. It must see the newtype to
/// do so: a struct that has a sensitive field must not be `flatten`ed or a variant of an `untagged` enum.
pub const SENSITIVE: &str = "ruhui::sensitive";

/// Checks a sensitive text. The error has the position of a wrong character, but not the character.
fn check_sensitive(text: &str, limit: usize) -> Result<(), Invalid> {
    check_text(text, limit).map_err(|invalid| match invalid {
        Invalid::Character { position, .. } => Invalid::HiddenCharacter { position },
        other => other,
    })
}

macro_rules! sensitive_type {
    ($(#[$doc:meta])* $name:ident, $limit:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The most characters that a value may have.
            pub const LIMIT: usize = $limit;

            /// Checks `text` and makes a value of it.
            ///
            /// # Errors
            ///
            /// [`Invalid`] when `text` is empty, too long, or has a character that is not allowed.
            pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
                let text = text.into();
                check_sensitive(&text, Self::LIMIT)?;
                Ok(Self(text))
            }

            /// Returns the plain text, or the received text if it [is still encrypted](Self::is_encrypted).
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether the value is still encrypted: it was received encrypted, and no private key decrypted it.
            ///
            /// Such a value has the form of one RSA block in Base64 (344 characters for 2048 bits), which is longer
            /// than any value that may be sent. To decrypt it with its private key, use
            /// [`decrypt_field`](crate::encryption::decrypt_field).
            pub fn is_encrypted(&self) -> bool {
                is_encrypted_field(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::new(text)
            }
        }

        // A sensitive text has no `Display`, so that it does not reach a log by accident.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_newtype_struct(SENSITIVE, &self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let checked_text = CheckedText { checked: Self::new, received: |text| Ok(Self(text)) };
                deserializer.deserialize_newtype_struct(SENSITIVE, checked_text)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "contentEncoding": "base64",
                    "minLength": 1,
                    "description": format!(
                        "Base64 of at most {} characters, encrypted with RSAES-OAEP (SHA-1, MGF1). In a request: for \
                         the key that `Wechatpay-Serial` names; in a response: for the certificate that signed the \
                         request.",
                        Self::LIMIT
                    ),
                    "x-encrypted": {
                        "algorithm": "RSAES-OAEP",
                        "plain": { "type": "string", "minLength": 1, "maxLength": Self::LIMIT }
                    }
                })
            }
        }
    };
}

sensitive_type! {
    /// A phone number (手机号), `string(32)` before it is encrypted. Its `Debug` hides it.
    ///
    /// ```
    /// # use ruhui_core::types::PhoneNumber;
    /// let phone = PhoneNumber::new("13900000000")?;
    /// assert_eq!(format!("{phone:?}"), "PhoneNumber(redacted)");
    /// assert_eq!(phone.as_str(), "13900000000");
    /// # Ok::<(), ruhui_core::types::Invalid>(())
    /// ```
    PhoneNumber, 32
}
sensitive_type! {
    /// The value that a user entered into a common field of the form, `string(128)` before it is encrypted. Its
    /// `Debug` hides it.
    FormValue, 128
}
sensitive_type! {
    /// A value that a user chose in a custom field of the form, `string(8)` before it is encrypted. Its `Debug` hides
    /// it.
    ChosenValue, 8
}
sensitive_type! {
    /// A message of the self-test of encryption, at most 128 characters. Its `Debug` hides it.
    ///
    /// The page has no limit for it. The limit is this crate's, so that one block of a 2048-bit key holds nearly all
    /// such messages.
    EchoText, 128
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_documents() {
        assert!(PhoneNumber::new("1".repeat(32)).is_ok());
        assert_eq!(PhoneNumber::new("1".repeat(33)), Err(Invalid::TooLong { limit: 32, actual: 33 }));
        // A 2048-bit key cannot encrypt so much, but notifications hold the value in plain text.
        assert!(FormValue::new("会".repeat(128)).is_ok());
        assert!(FormValue::new("会".repeat(129)).is_err());
        assert!(ChosenValue::new("会".repeat(8)).is_ok());
        assert!(ChosenValue::new("会".repeat(9)).is_err());
        assert_eq!(ChosenValue::new(""), Err(Invalid::Empty));
    }

    #[test]
    fn an_error_shows_nothing_of_the_text() {
        let error = PhoneNumber::new("139\u{7}").unwrap_err();
        assert_eq!(error, Invalid::HiddenCharacter { position: 3 });
        assert_eq!(error.to_string(), "the character at position 4 is not allowed");
        assert_eq!(format!("{error:#}"), "第 4 个字符不允许使用");
    }

    #[test]
    fn plain_serde_sees_a_plain_text() {
        let phone = PhoneNumber::new("13900000000").unwrap();
        let json = serde_json::to_string(&phone).unwrap();
        assert_eq!(json, "\"13900000000\"");
        assert_eq!(serde_json::from_str::<PhoneNumber>(&json).unwrap(), phone);
        let value = serde_json::to_value(&phone).unwrap();
        assert_eq!(serde_json::from_value::<PhoneNumber>(value).unwrap(), phone);
    }
}
