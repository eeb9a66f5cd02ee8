//! Deserializes the configuration from TOML. Each mistake has its position and key.

use super::mistake::Mistake;
use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// Parses the text of a whole file.
///
/// # Errors
///
/// Returns the first [`Mistake`].
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Mistake> {
    let table = DeTable::parse(text)
        .map_err(|error| Mistake::of_syntax(error.message()).at(error.span().unwrap_or_default()))?;
    let span = table.span();
    T::deserialize(Node { value: DeValue::Table(table.into_inner()), span })
}

/// A value and its position in the text.
struct Node<'de> {
    value: DeValue<'de>,
    span: Range<usize>,
}

impl<'de> From<Spanned<DeValue<'de>>> for Node<'de> {
    fn from(value: Spanned<DeValue<'de>>) -> Self {
        let span = value.span();
        Self { value: value.into_inner(), span }
    }
}

impl<'de> IntoDeserializer<'de, Mistake> for Node<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let read = match self.value {
            DeValue::String(text) => visitor.visit_string(text.into_owned()),
            DeValue::Boolean(value) => visitor.visit_bool(value),
            DeValue::Datetime(time) => visitor.visit_string(time.to_string()),
            DeValue::Float(number) => match number.as_str().parse() {
                Ok(number) => visitor.visit_f64(number),
                Err(_) => Err(Mistake::new("the number is not one", "数字无效")),
            },
            DeValue::Integer(number) => {
                let text = number.as_str();
                match i64::from_str_radix(text, number.radix()) {
                    Ok(small) if small < 0 => visitor.visit_i64(small),
                    Ok(small) => visitor.visit_u64(small.unsigned_abs()),
                    Err(_) => Err(Mistake::new("the number is too large", "数字过大")),
                }
            }
            DeValue::Array(array) => visitor.visit_seq(Elements::new(array)),
            DeValue::Table(table) => visitor.visit_map(Entries::new(table)),
        };
        read.map_err(|mistake| mistake.at(self.span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        if serde_spanned::de::is_spanned(name) {
            let span = self.span.clone();
            return visitor.visit_map(serde_spanned::de::SpannedDeserializer::new(self, span));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let span = self.span;
        let read = match self.value {
            DeValue::String(text) => visitor.visit_enum(StringDeserializer::new(text.into_owned())),
            DeValue::Table(table) => visitor.visit_enum(MapAccessDeserializer::new(Entries::new(table))),
            DeValue::Boolean(value) => Err(Mistake::invalid_type(Unexpected::Bool(value), &"a string")),
            DeValue::Array(_) => Err(Mistake::invalid_type(Unexpected::Seq, &"a string")),
            _ => Err(Mistake::invalid_type(Unexpected::Other("a number"), &"a string")),
        };
        read.map_err(|mistake| mistake.at(span))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}

/// The entries of a table.
struct Entries<'de> {
    entries: <DeTable<'de> as IntoIterator>::IntoIter,
    value: Option<(String, Node<'de>)>,
}

impl<'de> Entries<'de> {
    fn new(table: DeTable<'de>) -> Self {
        Self { entries: table.into_iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mistake> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        let (span, name) = (key.span(), key.into_inner().into_owned());
        let read = seed.deserialize(StringDeserializer::new(name.clone()));
        let read = read.map_err(|mistake: Mistake| mistake.within(&name).at(span))?;
        self.value = Some((name, value.into()));
        Ok(Some(read))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mistake> {
        let Some((name, node)) = self.value.take() else {
            return Err(Mistake::custom("a value is read before its key"));
        };
        let span = node.span.clone();
        seed.deserialize(node).map_err(|mistake| mistake.within(&name).at(span))
    }
}

/// The elements of an array.
struct Elements<'de> {
    elements: <DeArray<'de> as IntoIterator>::IntoIter,
    index: usize,
}

impl<'de> Elements<'de> {
    fn new(array: DeArray<'de>) -> Self {
        Self { elements: array.into_iter(), index: 0 }
    }
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mistake> {
        let Some(element) = self.elements.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        let node = Node::from(element);
        let span = node.span.clone();
        seed.deserialize(node).map(Some).map_err(|mistake| mistake.within(&format!("[{index}]")).at(span))
    }
}
