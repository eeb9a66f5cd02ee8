//! Enums that WeChat Pay may extend: a value that this release does not know is kept as received.

/// Defines enums with a variant `Unknown(String)`, each known variant with its text on the wire.
///
/// Serde keeps an unknown text, since a later edition of a document may name it. [`wire::decode`] rejects it: a
/// request must not hold what the service does not know.
///
/// [`wire::decode`]: crate::wire::decode
macro_rules! open_enum {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $wire:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A value that this release does not know, as received.
            Unknown(String),
        }

        impl $name {
            /// Every known value, in the order of the document.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            const VARIANTS: &'static [&'static str] = &[$($wire),+];

            /// Returns the value as written on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($wire => Self::$variant,)+
                    _ => Self::Unknown(text),
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                text.to_owned().into()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer
                    .deserialize_enum(stringify!($name), Self::VARIANTS, $crate::types::VariantName)
                    .map(Self::from)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "description": "Requests take one of these; responses and callbacks may contain new ones.",
                    "anyOf": [{ "enum": Self::VARIANTS }, { "type": "string" }]
                })
            }
        }
    )+};
}

pub(crate) use open_enum;

/// The serde visitor that reads the name of a variant, known or unknown.
pub(crate) struct VariantName;

impl<'de> serde::de::Visitor<'de> for VariantName {
    type Value = String;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text")
    }

    fn visit_enum<A: serde::de::EnumAccess<'de>>(self, access: A) -> Result<String, A::Error> {
        let (name, variant) = access.variant()?;
        serde::de::VariantAccess::unit_variant(variant)?;
        Ok(name)
    }
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro is for public enums")]
mod tests {
    open_enum! {
        /// A fruit.
        Fruit {
            /// Round.
            Apple = "FRUIT_APPLE",
            /// Long.
            Banana = "FRUIT_BANANA",
        }
    }

    #[test]
    fn every_known_value_goes_there_and_back() {
        for fruit in Fruit::ALL {
            let json = serde_json::to_string(fruit).unwrap();
            assert_eq!(json, format!("\"{fruit}\""));
            assert_eq!(&serde_json::from_str::<Fruit>(&json).unwrap(), fruit);
        }
        assert_eq!(Fruit::from("FRUIT_BANANA"), Fruit::Banana);
    }

    #[test]
    fn serde_keeps_an_unknown_value() {
        let fruit: Fruit = serde_json::from_str("\"FRUIT_CHERRY\"").unwrap();
        assert_eq!(fruit, Fruit::Unknown("FRUIT_CHERRY".to_owned()));
        assert_eq!(serde_json::to_value(&fruit).unwrap(), "FRUIT_CHERRY");
        assert_eq!(serde_json::from_value::<Fruit>("FRUIT_APPLE".into()).unwrap(), Fruit::Apple);
        assert!(serde_json::from_str::<Fruit>("7").is_err());
    }
}
