//! Access to the items of an array and the members of an object, for the deserializer.

use super::{Error, Reader, Rules};
use crate::wire::tree::Node;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess};

pub(super) struct Items<'a> {
    pub(super) items: &'a [Node],
    pub(super) next: usize,
    pub(super) rules: Rules<'a>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.next += self.items[self.next..].iter().take_while(|item| **item == Node::LeftOut).count();
        let Some(item) = self.items.get(self.next) else {
            return Ok(None);
        };
        let index = self.next;
        self.next += 1;
        let reader = Reader { node: item, rules: self.rules };
        seed.deserialize(reader).map(Some).map_err(|error| error.of(item).under(&index.to_string()))
    }
}

pub(super) struct Members<'a> {
    pub(super) members: &'a [(String, Node)],
    pub(super) next: usize,
    pub(super) rules: Rules<'a>,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        if let Rules::Lenient { .. } | Rules::Outbound | Rules::Plain = self.rules {
            // A null member counts as absent.
            self.next +=
                self.members[self.next..].iter().take_while(|(_, value)| *value == Node::Null).count();
        }
        let Some((name, _)) = self.members.get(self.next) else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Error> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (name, value) = &self.members[self.next];
        self.next += 1;
        let reader = Reader { node: value, rules: self.rules };
        seed.deserialize(reader).map_err(|error| error.of(value).under(name))
    }
}
