//! From the tree to a struct, with errors that know the field, its value and its fault.
//!
//! serde_json's own errors are sentences; this deserializer keeps their parts, so that one place can say
//! them in the documents' words.

use super::fault::Issue;
use super::tree::{Node, escape};
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use std::fmt;

/// What went wrong, and where: the steps from the fault up to the root.
#[derive(Debug)]
pub(super) struct Error {
    steps: Vec<String>,
    pub(super) value: Option<String>,
    pub(super) issue: Issue,
}

impl Error {
    fn new(issue: Issue) -> Self {
        Self { steps: Vec::new(), value: None, issue }
    }

    fn under(mut self, step: &str) -> Self {
        self.steps.push(step.to_owned());
        self
    }

    fn of(mut self, node: &Node) -> Self {
        if self.steps.is_empty() && self.value.is_none() {
            self.value = node.shown();
        }
        self
    }

    /// The first step from the root: the parameter's name.
    pub(super) fn name(&self) -> &str {
        self.steps.last().map_or("", String::as_str)
    }

    pub(super) fn pointer(&self) -> String {
        self.steps.iter().rev().map(|step| format!("/{}", escape(step))).collect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pointer(), self.issue)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    /// The types of this crate print Chinese with `{:#}`.
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Issue::Invalid { zh: format!("{message:#}"), en: format!("{message}") })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Issue::Missing).under(field)
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::custom(format_args!("must be {wanted}, not {found}"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let known = expected.join(", ");
        Self::new(Issue::Invalid {
            zh: format!("取值 {variant:?} 不在枚举范围内：{known}"),
            en: format!("{variant:?} is none of {known}"),
        })
    }
}

/// Reads a struct from a tree.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a Node);

impl<'a> Reader<'a> {
    fn wrong_type<T>(self, wanted: &'static str) -> Result<T, Error> {
        Err(Error::new(Issue::WrongType { wanted, found: self.0.kind() }).of(self.0))
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let number = match self.0 {
            Node::Number(number) => number.clone(),
            Node::Parameter(text) => match text.parse() {
                Ok(number) => number,
                Err(_) => return self.wrong_type("integer"),
            },
            _ => return self.wrong_type("integer"),
        };
        let result = match (number.as_u64(), number.as_i64()) {
            (Some(value), _) => visitor.visit_u64(value),
            (None, Some(value)) => visitor.visit_i64(value),
            (None, None) => return self.wrong_type("integer"),
        };
        result.map_err(|error: Error| error.of(self.0))
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Node::String(text) | Node::Parameter(text) => visitor.visit_str(text),
            _ => self.wrong_type("string"),
        }
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.number(visitor)
        })*
    };
}

macro_rules! texts {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.text(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Error;

    numbers! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    deserialize_f32 deserialize_f64 }
    texts! { deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
    deserialize_identifier }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Number(_) => self.number(visitor),
            Node::String(_) | Node::Parameter(_) => self.text(visitor),
            Node::Array(items) => visitor.visit_seq(Items { items, next: 0 }),
            Node::Object(members) => visitor.visit_map(Members { members, next: 0 }),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Parameter(text) if text == "true" => visitor.visit_bool(true),
            Node::Parameter(text) if text == "false" => visitor.visit_bool(false),
            _ => self.wrong_type("boolean"),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Node::Array(items) => visitor.visit_seq(Items { items, next: 0 }),
            _ => self.wrong_type("array"),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Node::Object(members) => visitor.visit_map(Members { members, next: 0 }),
            _ => self.wrong_type("object"),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Node::String(text) | Node::Parameter(text) => {
                visitor.visit_enum(text.as_str().into_deserializer())
            }
            _ => self.wrong_type("string"),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

struct Items<'a> {
    items: &'a [Node],
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(item) = self.items.get(self.next) else {
            return Ok(None);
        };
        let index = self.next.to_string();
        self.next += 1;
        seed.deserialize(Reader(item)).map(Some).map_err(|error| error.of(item).under(&index))
    }
}

struct Members<'a> {
    members: &'a [(String, Node)],
    next: usize,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, _)) = self.members.get(self.next) else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Error> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (name, value) = &self.members[self.next];
        self.next += 1;
        seed.deserialize(Reader(value)).map_err(|error| error.of(value).under(name))
    }
}
