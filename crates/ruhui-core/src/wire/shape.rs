//! Names of a struct's members at every depth, found through its `Deserialize` alone.
//!
//! A struct names its members when it is deserialized. So it is deserialized once for each member, from a
//! source that has this member only, until every path through the struct is visited. No value is ever made:
//! each run ends with an error. The search takes some ten microseconds, and runs only for a request with
//! members that no field reads.

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::types::SENSITIVE;

/// Shape of a type: its members, its items, or neither.
#[derive(Debug)]
pub(super) enum Shape {
    /// An object with these members.
    Members(BTreeMap<&'static str, Self>),
    /// A list.
    Items(Box<Self>),
    /// A text, a number, or a boolean.
    Scalar,
    /// A member that is read and discarded: the documentation does not define it.
    Ignored,
}

/// Largest number of levels in a shape. No struct of the API is nested deeper.
const DEPTH: usize = 16;

impl Shape {
    /// Returns the shape of `T`.
    pub(super) fn of<T: DeserializeOwned>() -> Self {
        Self::below::<T>(&mut Vec::new())
    }

    fn below<T: DeserializeOwned>(way: &mut Vec<Step>) -> Self {
        let found = RefCell::new(Found::Scalar);
        // `Guide` never returns a whole value, so this is always an error.
        let _ = T::deserialize(Guide { way, found: &found });
        let mut down = |step| {
            way.push(step);
            let shape = if way.len() < DEPTH { Self::below::<T>(way) } else { Self::Scalar };
            way.pop();
            shape
        };
        match found.into_inner() {
            Found::Scalar => Self::Scalar,
            Found::Ignored => Self::Ignored,
            Found::Items => Self::Items(Box::new(down(Step::Item))),
            Found::Members(names) => {
                Self::Members(names.iter().map(|name| (*name, down(Step::Member(name)))).collect())
            }
        }
    }

    /// Returns the shape of a member; `None` if the member does not exist.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Members(members) => members.get(name).filter(|shape| !matches!(shape, Self::Ignored)),
            _ => None,
        }
    }

    /// Returns the shape of the items; `None` if this is not a list.
    pub(super) fn item(&self) -> Option<&Self> {
        match self {
            Self::Items(item) => Some(item),
            _ => None,
        }
    }

    /// Adds the names of all members at every depth to `names`.
    pub(super) fn names_into(&self, names: &mut BTreeSet<&'static str>) {
        match self {
            Self::Members(members) => {
                for (name, shape) in members.iter().filter(|(_, shape)| !matches!(shape, Self::Ignored)) {
                    names.insert(name);
                    shape.names_into(names);
                }
            }
            Self::Items(item) => item.names_into(names),
            Self::Scalar | Self::Ignored => {}
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Member(&'static str),
    Item,
}

enum Found {
    Members(&'static [&'static str]),
    Items,
    Scalar,
    Ignored,
}

/// Deserializer that leads a type to the end of `way`, and notes what the type asks for there.
struct Guide<'a> {
    way: &'a [Step],
    found: &'a RefCell<Found>,
}

/// Error that ends each run: the end of the way, or a type that does not follow it.
#[derive(Debug)]
struct End;

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the end of the way")
    }
}

impl std::error::Error for End {}

impl de::Error for End {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl Guide<'_> {
    fn end<T>(&self, found: Found) -> Result<T, End> {
        if self.way.is_empty() {
            self.found.replace(found);
        }
        Err(End)
    }
}

impl<'de> Deserializer<'de> for Guide<'_> {
    type Error = End;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, End> {
        self.end(Found::Scalar)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, End> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, End> {
        if name == SENSITIVE { self.end(Found::Scalar) } else { visitor.visit_newtype_struct(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, End> {
        match self.way {
            [Step::Item, way @ ..] => visitor.visit_seq(Guide { way, found: self.found }),
            _ => self.end(Found::Items),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, End> {
        match self.way {
            [Step::Member(name), way @ ..] => {
                visitor.visit_map(OneMember { name: Some(name), value: Guide { way, found: self.found } })
            }
            _ => self.end(Found::Members(fields)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, End> {
        self.end(Found::Ignored)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map enum identifier
    }
}

/// A list of one item.
impl<'de> SeqAccess<'de> for Guide<'_> {
    type Error = End;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, End> {
        seed.deserialize(Guide { way: self.way, found: self.found }).map(Some)
    }
}

struct OneMember<'a> {
    name: Option<&'static str>,
    value: Guide<'a>,
}

impl<'de> MapAccess<'de> for OneMember<'_> {
    type Error = End;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, End> {
        let Some(name) = self.name.take() else { return Ok(None) };
        let name: StrDeserializer<'_, End> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, End> {
        seed.deserialize(Guide { way: self.value.way, found: self.value.found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::card_member::{ConfirmUserCard, CreateCardTemplate, InvalidateCardTemplate, UploadImage};
    use crate::api::{Brand, Partner};

    fn names<T: DeserializeOwned>() -> Vec<&'static str> {
        let mut names = BTreeSet::new();
        Shape::of::<T>().names_into(&mut names);
        names.into_iter().collect()
    }

    #[test]
    fn a_struct_tells_its_names_at_every_depth() {
        let shape = Shape::of::<ConfirmUserCard<Partner>>();
        let value = shape.member("user_information").unwrap().member("common_field_list").unwrap();
        assert!(matches!(value.item().unwrap().member("value"), Some(Shape::Scalar)));
        assert!(shape.member("brand_id").is_some() && shape.member("brand").is_none());
        for name in ["jump_appid", "available_day_after_receive", "custom_field_list", "values", "init_level"]
        {
            assert!(names::<CreateCardTemplate<Partner>>().contains(&name), "{name}");
        }
    }

    #[test]
    fn what_a_family_does_not_have_is_no_name() {
        assert_eq!(names::<InvalidateCardTemplate<Brand>>(), ["card_id"]);
        assert_eq!(names::<InvalidateCardTemplate<Partner>>(), ["brand_id", "card_id"]);
    }

    #[test]
    fn both_names_of_a_digest_are_names() {
        assert_eq!(names::<UploadImage<Brand>>(), ["file_digest", "filename", "sha256"]);
    }
}
