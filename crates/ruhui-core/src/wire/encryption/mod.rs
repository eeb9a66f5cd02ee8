//! Encrypts the sensitive fields (敏感信息字段) of a value: a serializer that wraps another one. Everything else
//! passes through unchanged.

mod compound;

use crate::encryption::{EncryptFieldError, encrypt_field};
use crate::key::PublicKey;
use crate::types::SENSITIVE;
use crate::wire::tree::escape;
use compound::Compound;
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;
use std::cell::RefCell;
use zeroize::Zeroizing;

/// Encrypts sensitive texts, and keeps the failure: the inner serializer's errors carry a message only.
pub(super) struct Encryptor<'a> {
    key: Option<&'a PublicKey>,
    decrypted: RefCell<Option<EncryptFailure>>,
}

/// Sensitive field that could not be encrypted.
pub(super) struct EncryptFailure {
    /// JSON Pointer to the field.
    pub(super) field: String,
    /// Error of the encryption; `None` if no key was given.
    pub(super) error: Option<EncryptFieldError>,
}

impl<'a> Encryptor<'a> {
    pub(super) fn new(key: Option<&'a PublicKey>) -> Self {
        Self { key, decrypted: RefCell::default() }
    }

    /// Wraps `inner` so that sensitive texts are encrypted.
    pub(super) fn around<S: Serializer>(&'a self, inner: S) -> EncryptingSerializer<'a, S> {
        EncryptingSerializer { inner, place: ValueLocation { encryptor: self, path: None } }
    }

    /// Returns the sensitive field that stopped the serialisation; `None` if it stopped for another reason.
    pub(super) fn into_failure(self) -> Option<EncryptFailure> {
        self.decrypted.into_inner()
    }
}

/// Location of the value being serialised: a linked list of steps on the stack. It becomes a JSON Pointer
/// only for an error, so the ordinary case allocates nothing.
#[derive(Clone, Copy)]
struct ValueLocation<'a> {
    encryptor: &'a Encryptor<'a>,
    path: Option<&'a Path<'a>>,
}

struct Path<'a> {
    up: Option<&'a Self>,
    step: Step,
}

#[derive(Clone, Copy)]
enum Step {
    Member(&'static str),
    Item(usize),
    /// A map's entry: map keys are serialised, so their text is not known here.
    Entry,
}

impl ValueLocation<'_> {
    fn pointer(self) -> String {
        let mut steps = Vec::new();
        let mut path = self.path;
        while let Some(Path { up, step }) = path {
            steps.push(match step {
                Step::Member(name) => format!("/{}", escape(name)),
                Step::Item(index) => format!("/{index}"),
                Step::Entry => "/*".to_owned(),
            });
            path = *up;
        }
        steps.into_iter().rev().collect()
    }

    fn encrypt<S: Serializer, T: Serialize + ?Sized>(self, inner: S, value: &T) -> Result<S::Ok, S::Error> {
        let Ok(Value::String(plain)) = serde_json::to_value(value) else {
            return Err(S::Error::custom("a sensitive field is not a text"));
        };
        let plain = Zeroizing::new(plain);
        let encrypted = match self.encryptor.key {
            Some(key) => encrypt_field(key, &plain).map_err(Some),
            None => Err(None),
        };
        match encrypted {
            Ok(encrypted) => inner.serialize_str(&encrypted),
            Err(error) => {
                self.encryptor.decrypted.replace(Some(EncryptFailure { field: self.pointer(), error }));
                Err(S::Error::custom("a sensitive field cannot be encrypted"))
            }
        }
    }
}

/// Serializer that encrypts sensitive texts before it passes them to `inner`.
pub(super) struct EncryptingSerializer<'a, S> {
    inner: S,
    place: ValueLocation<'a>,
}

/// Value below, wrapped so that the inner serializer serialises it through [`EncryptingSerializer`] again.
struct NestedValue<'a, T: ?Sized> {
    value: &'a T,
    place: ValueLocation<'a>,
}

impl<T: Serialize + ?Sized> Serialize for NestedValue<'_, T> {
    fn serialize<S: Serializer>(&self, inner: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(EncryptingSerializer { inner, place: self.place })
    }
}

macro_rules! scalars {
    ($($method:ident: $scalar:ty,)*) => {
        $(fn $method(self, value: $scalar) -> Result<S::Ok, S::Error> {
            self.inner.$method(value)
        })*
    };
}

impl<'a, S: Serializer> Serializer for EncryptingSerializer<'a, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Compound<'a, S::SerializeSeq>;
    type SerializeTuple = Compound<'a, S::SerializeTuple>;
    type SerializeTupleStruct = Compound<'a, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Compound<'a, S::SerializeTupleVariant>;
    type SerializeMap = Compound<'a, S::SerializeMap>;
    type SerializeStruct = Compound<'a, S::SerializeStruct>;
    type SerializeStructVariant = Compound<'a, S::SerializeStructVariant>;

    scalars! {
        serialize_bool: bool, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
        serialize_f32: f32, serialize_f64: f64, serialize_unit_struct: &'static str,
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        let below = NestedValue { value, place: self.place };
        self.inner.serialize_some(&below)
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit_variant(name, index, variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        if name == SENSITIVE {
            return self.place.encrypt(self.inner, value);
        }
        let below = NestedValue { value, place: self.place };
        self.inner.serialize_newtype_struct(name, &below)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let path = Path { up: self.place.path, step: Step::Member(variant) };
        let below = NestedValue { value, place: ValueLocation { path: Some(&path), ..self.place } };
        self.inner.serialize_newtype_variant(name, index, variant, &below)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        Ok(Compound::new(self.place, self.inner.serialize_seq(length)?))
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, S::Error> {
        Ok(Compound::new(self.place, self.inner.serialize_tuple(length)?))
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        Ok(Compound::new(self.place, self.inner.serialize_tuple_struct(name, length)?))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        Ok(Compound::new(self.place, self.inner.serialize_tuple_variant(name, index, variant, length)?))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        Ok(Compound::new(self.place, self.inner.serialize_map(length)?))
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeStruct, S::Error> {
        Ok(Compound::new(self.place, self.inner.serialize_struct(name, length)?))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        Ok(Compound::new(self.place, self.inner.serialize_struct_variant(name, index, variant, length)?))
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.collect_str(value)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}
