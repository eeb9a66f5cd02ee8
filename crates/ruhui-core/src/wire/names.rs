//! Names of a struct's members, taken from its `Deserialize`.

use serde::de::value::Error;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};

/// Returns the names of the members that `T` reads, in order, including aliases. Empty if `T` is not a
/// struct.
///
/// ```
/// use ruhui_core::api::card_member::OpenUserCardToken;
///
/// let names = ruhui_core::wire::member_names::<OpenUserCardToken>();
/// assert_eq!(names, ["brand_id", "card_id", "openid"]);
/// ```
pub fn member_names<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // Deserializing always fails, since no value exists, but it notes the names first.
    let _ = T::deserialize(Names(&mut names));
    names
}

/// Deserializer that notes the names of a struct's fields, and has no value.
struct Names<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = names;
        Err(Error::custom("the names are known"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("no struct"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
