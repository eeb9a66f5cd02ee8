//! The members that a response has, and those that are drawn for it.

use super::{Choices, Drawn};
use serde::Serialize;
use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use std::any::type_name;
use std::collections::BTreeSet;

/// Takes the names of a struct's members, and no value.
struct Names<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("no struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = names;
        Err(Error::custom("names only"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Another name of a member, which is read and never written.
const ALIASES: [&str; 1] = ["update_time"];

/// Draws everything and compares its members with those that are read.
pub(super) fn check_drawn<T: DeserializeOwned + Serialize + Drawn>() {
    let mut names = &[][..];
    let _ = T::deserialize(Names(&mut names));
    assert!(!names.is_empty(), "{} is no struct", type_name::<T>());
    let drawn = serde_json::to_value(Choices::everything().draw::<T>()).unwrap();
    let drawn: BTreeSet<&str> = drawn.as_object().unwrap().keys().map(String::as_str).collect();
    let read = names.iter().copied().filter(|name| !ALIASES.contains(name));
    assert_eq!(drawn, read.collect(), "{}", type_name::<T>());
}
