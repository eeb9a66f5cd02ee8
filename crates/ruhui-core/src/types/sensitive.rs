//! Sensitive texts: encrypted on the wire, plain in memory, shown nowhere.

use super::check::{Invalid, check_text};
use super::ruled::Ruled;
use crate::encryption::is_encrypted_field;
use serde::de::{Deserialize, Deserializer};

/// The name of the newtype as which a sensitive text is serialised.
///
/// Serde's formats pass such a newtype through as a plain text, which is what a store and a notification
/// hold. [`wire`](crate::wire) knows the name, and encrypts and opens the text. It must see the newtype to do so:
/// a struct that has a sensitive field is not to be `flatten`ed and not a variant of an `untagged` enum.
pub const SENSITIVE: &str = "ruhui::sensitive";

/// An error about a sensitive text says where, and not what.
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

            /// Checks `text` and keeps it.
            ///
            /// # Errors
            ///
            /// [`Invalid`] when `text` is empty, too long, or has a character that may not stand here.
            pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
                let text = text.into();
                check_sensitive(&text, Self::LIMIT)?;
                Ok(Self(text))
            }

            /// The plain text; the received text, if it [is still encrypted](Self::is_encrypted).
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether this is still encrypted: it was received so, and no private key decrypted it. Such a value has
            /// the form of one block of RSA in Base64 (344 characters for 2048 bits), which is longer than any that
            /// may be sent. The private key that belongs to it decrypts it
            /// ([`decrypt_field`](crate::encryption::decrypt_field)).
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

        // No `Display`: these must not reach a log by accident.
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
                let ruled = Ruled { checked: Self::new, received: |text| Ok(Self(text)) };
                deserializer.deserialize_newtype_struct(SENSITIVE, ruled)
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
    /// A phone number, `string(32)` before it is encrypted. Its `Debug` hides it.
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
    /// What a user filled into a common field of the form, `string(128)` before it is encrypted. Its `Debug` hides
    /// it.
    FormValue, 128
}
sensitive_type! {
    /// What a user chose in a custom field of the form, `string(8)` before it is encrypted. Its `Debug` hides it.
    ChosenValue, 8
}
sensitive_type! {
    /// A message of the self-test of encryption. The page has no limit for it; 128 characters are ours, so that a block
    /// of a key of 2048 bits holds nearly all of them. Its `Debug` hides it.
    EchoText, 128
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_documents() {
        assert!(PhoneNumber::new("1".repeat(32)).is_ok());
        assert_eq!(PhoneNumber::new("1".repeat(33)), Err(Invalid::TooLong { limit: 32, actual: 33 }));
        // More than a key of 2048 bits encrypts, but notifications hold it plain.
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
