//! The macro that defines the types of checked texts.
//!
//! A received text is `kept` as it is. A received identifier is `named`: it must not be empty, since an empty text
//! identifies nothing.

macro_rules! string_type {
    ($(#[$doc:meta])* $name:ident, $limit:literal, $check:ident, $print:ident $received:ident $(, $pattern:literal)?) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The most characters that a value may have.
            pub const LIMIT: usize = $limit;

            /// Checks `text` and makes a value of it.
            ///
            /// # Errors
            ///
            /// [`Invalid`](crate::types::Invalid) when `text` is empty, too long, or does not have the form of the
            /// type.
            pub fn new(text: impl Into<String>) -> Result<Self, $crate::types::Invalid> {
                let text = text.into();
                $check(&text, Self::LIMIT)?;
                Ok(Self(text))
            }

            /// Returns the text as written on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::types::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let checked_text = $crate::types::checked_text::CheckedText { checked: Self::new, received: |text| $received(text).map(Self) };
                deserializer.deserialize_newtype_struct($crate::types::CHECKED, checked_text)
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
                    "minLength": 1,
                    "maxLength": $limit,
                    $("pattern": $pattern,)?
                })
            }
        }

        string_type!(@$print $name);
    };
    (@shown $name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.0)
            }
        }
    };
    // A hidden type has no `Display`, and its `Debug` hides the text, so that it does not reach a log by accident.
    (@hidden $name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}

pub(super) use string_type;
