//! Reads a struct from a JSON tree: a deserializer whose errors have the field, its value and the issue.
//!
//! The errors of serde_json are sentences. This deserializer keeps their parts instead, so that one function
//! can write them in the documents' words.

mod access;
mod error;
mod received;

use super::parameter_error::{Integer, ParameterIssue};
use super::tree::Node;
use crate::api::card_member::UserInformation;
use crate::encryption::{DecryptFailure, decrypt_field, is_encrypted_field};
use crate::key::PrivateKey;
use crate::types::{CHECKED, FormValue, SENSITIVE};
use access::{Items, Members};
pub(super) use error::Error;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, IntoDeserializer, Visitor};
use serde_json::Number;
use std::cell::Cell;
use zeroize::Zeroizing;

/// Rules by which a tree is read.
#[derive(Clone, Copy)]
pub(super) enum Rules<'a> {
    /// The service's rules for a request: sensitive texts must decrypt, and enum values must be known.
    Strict {
        /// Treatment of sensitive texts.
        open: Decryption<'a>,
        /// Number of sensitive texts that may still be decrypted; negative once the request has had one too
        /// many.
        left: &'a Cell<i32>,
        /// Set when a member is found that no field reads.
        ignored: &'a Cell<bool>,
    },
    /// A caller's rules for a received value. The rules of requests do not apply: texts have any length,
    /// characters and form; a number may stand for a text and a text for a number; null counts as absent, and
    /// an empty text may; enum values may be new.
    Lenient {
        /// Treatment of sensitive texts.
        open: ReceivedDecryption<'a>,
    },
    /// The rules by which a caller's request is checked before it is sent: sensitive texts are still in
    /// plain, and enum values may be new.
    Outbound,
    /// The rules for a request that a person wrote for a tool: sensitive texts are still in plain, and a
    /// member that no field reads is a mistake.
    Draft,
    /// The rules for a value that is not a request of the API: sensitive texts are in plain, null counts as
    /// absent, and a member that no field reads is a mistake.
    Plain,
}

/// Treatment of the sensitive texts of a request.
#[derive(Clone, Copy)]
pub(super) enum Decryption<'a> {
    /// Sensitive texts must decrypt with this key. Without a key they are rejected.
    With(Option<&'a PrivateKey>),
    /// Sensitive texts are counted and not decrypted: for a reader without a key, and for the count before
    /// decryption.
    CountOnly,
}

/// Treatment of the sensitive texts of a received value.
#[derive(Clone, Copy)]
pub(super) enum ReceivedDecryption<'a> {
    /// Sensitive texts are kept as received.
    Never,
    /// Encrypted texts are decrypted; those that fail to decrypt are kept as received.
    Tried(&'a PrivateKey),
    /// Encrypted texts must decrypt.
    Needed(&'a PrivateKey),
}

/// Largest number of sensitive texts in a request. Each costs an operation with the private key. A user card
/// has a phone number and the values of a form, and no request has more.
pub(super) const MAX_ENCRYPTED_FIELDS: usize = 1 + UserInformation::MAX_FORM_VALUES;

/// Largest number of characters in a sensitive text before encryption.
const LONGEST_PLAIN: usize = FormValue::LIMIT;

fn too_many() -> Error {
    Error::new(ParameterIssue::Invalid {
        zh: format!("加密字段过多，一个请求最多 {MAX_ENCRYPTED_FIELDS} 个"),
        en: format!("is one encrypted field too many; a request has at most {MAX_ENCRYPTED_FIELDS}"),
    })
}

/// Deserializer that reads a struct from a node of a tree.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) node: &'a Node,
    pub(super) rules: Rules<'a>,
}

impl<'a> Reader<'a> {
    fn wrong_type<T>(self, wanted: &'static str) -> Result<T, Error> {
        Err(self.not(wanted).of(self.node))
    }

    fn not(self, wanted: &'static str) -> Error {
        Error::new(ParameterIssue::WrongType { wanted, found: self.node.kind() })
    }

    fn is_lenient(self) -> bool {
        matches!(self.rules, Rules::Lenient { .. })
    }

    fn integer<'de, V: Visitor<'de>>(self, wanted: Integer, visitor: V) -> Result<V::Value, Error> {
        let not_an_integer = || Error::new(ParameterIssue::NotInteger(wanted)).of(self.node);
        let number = match self.node {
            Node::Number(number) if self.is_lenient() => received::whole(number),
            Node::String(text) if self.is_lenient() => match received::number(text) {
                Some(number) => number,
                None => return Err(not_an_integer()),
            },
            Node::Number(number) => number.clone(),
            Node::Parameter(text) => text.parse::<Number>().map_err(|_| not_an_integer())?,
            _ => return Err(not_an_integer()),
        };
        let result = match (number.as_u64(), number.as_i64()) {
            // JSON's negative zero counts as an integer.
            (None, None) if number.as_f64() == Some(0.0) && number.to_string().starts_with('-') => {
                visitor.visit_u64(0)
            }
            (None, None) => return Err(not_an_integer()),
            (Some(_), None) if wanted == Integer::Signed => return Err(not_an_integer()),
            (None, Some(_)) if wanted == Integer::Unsigned => return Err(not_an_integer()),
            (Some(value), _) => visitor.visit_u64(value),
            (None, Some(value)) => visitor.visit_i64(value),
        };
        result.map_err(|error: Error| error.of(self.node))
    }

    fn fraction<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node {
            Node::Number(number) if number.is_f64() => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            Node::String(text) if self.is_lenient() => match text.trim().parse::<f64>() {
                Ok(number) => visitor.visit_f64(number),
                Err(_) => self.wrong_type("number"),
            },
            Node::Number(number) if number.is_u64() => self.integer(Integer::Unsigned, visitor),
            _ => self.integer(Integer::Signed, visitor),
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node {
            Node::String(text) => {
                let four_bytes = text.chars().find(|c| *c > '\u{FFFF}');
                match (four_bytes, self.rules) {
                    (Some(character), Rules::Strict { .. } | Rules::Outbound) => {
                        Err(Error::new(ParameterIssue::FourByteCharacter(character)).of(self.node))
                    }
                    _ => visitor.visit_str(text),
                }
            }
            Node::Parameter(text) => visitor.visit_str(text),
            node => match received::text(node).filter(|_| self.is_lenient()) {
                Some(text) => visitor.visit_str(&text),
                None => self.wrong_type("string"),
            },
        }
    }

    /// Reads a sensitive text. No error of this function may contain any of it.
    fn sensitive<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let (Rules::Strict { left, .. }, Node::String(_) | Node::Parameter(_)) = (self.rules, self.node) {
            left.set(left.get() - 1);
            if left.get() < 0 {
                return Err(too_many());
            }
        }
        match self.rules {
            Rules::Lenient { open } => return self.sensitive_received(open, visitor),
            Rules::Strict { open: Decryption::CountOnly, .. } => {
                return match self.node {
                    Node::String(_) | Node::Parameter(_) => {
                        self.sensitive_received(ReceivedDecryption::Never, visitor)
                    }
                    _ => self.wrong_type("string"),
                };
            }
            _ => {}
        }
        let (Node::String(text) | Node::Parameter(text)) = self.node else {
            return self.wrong_type("string");
        };
        let unopenable = |why| Error::new(ParameterIssue::DecryptFailure(why));
        let opened;
        let plain = match self.rules {
            Rules::Strict { open: Decryption::With(Some(key)), .. } => {
                opened = decrypt_field(key, text).map_err(|error| unopenable(error.into()))?;
                opened.as_str()
            }
            Rules::Strict { .. } => return Err(unopenable(DecryptFailure::NoKey)),
            Rules::Lenient { .. } | Rules::Outbound | Rules::Draft | Rules::Plain => text,
        };
        visitor.visit_newtype_struct(plain.into_deserializer())
    }

    fn sensitive_received<'de, V: Visitor<'de>>(
        self,
        open: ReceivedDecryption<'_>,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text = match self.node {
            Node::String(text) | Node::Parameter(text) => Zeroizing::new(text.clone()),
            node => match received::text(node) {
                Some(text) => Zeroizing::new(text),
                None => return self.wrong_type("string"),
            },
        };
        let opened = match open {
            ReceivedDecryption::Tried(key) if is_encrypted_field(&text) => {
                decrypt_field(key, &text).unwrap_or(text)
            }
            // A text longer than any plain one was encrypted, and was damaged on the way.
            ReceivedDecryption::Needed(key)
                if is_encrypted_field(&text) || text.chars().count() > LONGEST_PLAIN =>
            {
                decrypt_field(key, &text)
                    .map_err(|error| Error::new(ParameterIssue::DecryptFailure(error.into())))?
            }
            _ => text,
        };
        visitor.visit_some(opened.as_str().into_deserializer())
    }

    fn items<'de, V: Visitor<'de>>(self, items: &'a [Node], visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Items { items, next: 0, rules: self.rules })
    }

    fn members(self, members: &'a [(String, Node)]) -> Members<'a> {
        Members { members, next: 0, rules: self.rules }
    }
}

macro_rules! numbers {
    ($wanted:ident: $($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.integer(Integer::$wanted, visitor)
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

    numbers! { Signed: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 }
    numbers! { Unsigned: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }
    texts! { deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
    deserialize_identifier }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node {
            Node::Null | Node::LeftOut => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Number(_) => self.fraction(visitor),
            Node::String(_) | Node::Parameter(_) => self.text(visitor),
            Node::Array(items) => self.items(items, visitor),
            Node::Object(members) => visitor.visit_map(self.members(members)),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.fraction(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.fraction(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node {
            Node::Bool(value) => visitor.visit_bool(*value),
            node if self.is_lenient() => match received::truth(node) {
                Some(value) => visitor.visit_bool(value),
                None => self.wrong_type("boolean"),
            },
            Node::Parameter(text) if text == "true" => visitor.visit_bool(true),
            Node::Parameter(text) if text == "false" => visitor.visit_bool(false),
            _ => self.wrong_type("boolean"),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match (self.rules, self.node) {
            (Rules::Lenient { .. } | Rules::Outbound | Rules::Plain, Node::Null) => visitor.visit_none(),
            (Rules::Lenient { .. }, Node::String(text)) if text.is_empty() => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
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
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match name {
            SENSITIVE => self.sensitive(visitor).map_err(Error::hidden),
            CHECKED if self.is_lenient() => visitor.visit_some(self),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node {
            Node::Array(items) => self.items(items, visitor),
            node if self.is_lenient() && received::is_nothing(node) => self.items(&[], visitor),
            // A value in place of a group of fields may be a sensitive one, so it is hidden.
            _ => Err(self.not("array").hidden()),
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
        match self.node {
            Node::Object(members) => visitor.visit_map(self.members(members)),
            node if self.is_lenient() && received::is_nothing(node) => visitor.visit_map(self.members(&[])),
            _ => Err(self.not("object").hidden()),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if let (Rules::Draft | Rules::Plain, Node::Object(members)) = (self.rules, self.node)
            && let Some((name, _)) = members.iter().find(|(name, _)| !fields.contains(&name.as_str()))
        {
            return Err(Error::new(ParameterIssue::Unknown { known: fields.to_vec() }).under(name));
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match (self.node, self.rules) {
            (
                Node::String(text) | Node::Parameter(text),
                Rules::Strict { .. } | Rules::Draft | Rules::Plain,
            ) if !variants.contains(&text.as_str()) => Err(de::Error::unknown_variant(text, variants)),
            (Node::String(text) | Node::Parameter(text), _) => {
                visitor.visit_enum(text.as_str().into_deserializer())
            }
            // A caller's own enums may have variants with data.
            (Node::Object(members), Rules::Lenient { .. }) => {
                visitor.visit_enum(MapAccessDeserializer::new(self.members(members)))
            }
            (node, Rules::Lenient { .. }) => match received::text(node) {
                Some(text) => visitor.visit_enum(text.into_deserializer()),
                None => self.wrong_type("string"),
            },
            _ => self.wrong_type("string"),
        }
    }

    /// Reads a member that no field wants, at all depths: the rules for texts apply to unknown members too.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.rules {
            Rules::Draft | Rules::Plain => Err(Error::new(ParameterIssue::Unknown { known: Vec::new() })),
            Rules::Strict { ignored, .. } => {
                ignored.set(true);
                self.deserialize_any(visitor)
            }
            Rules::Lenient { .. } | Rules::Outbound => self.deserialize_any(visitor),
        }
    }
}
