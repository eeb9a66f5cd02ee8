//! Serializers of arrays and objects, which pass the location on to each value inside.

use super::{NestedValue, Path, Step, ValueLocation};
use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

/// Array or object that is being serialised. Each value inside gets its own location.
pub(in crate::wire) struct Compound<'a, C> {
    inner: C,
    place: ValueLocation<'a>,
    next: usize,
}

impl<'a, C> Compound<'a, C> {
    pub(super) fn new(place: ValueLocation<'a>, inner: C) -> Self {
        Self { inner, place, next: 0 }
    }

    /// Passes `value`, one step below this compound, to the inner serializer.
    fn with<T: ?Sized, R>(
        &mut self,
        step: Step,
        value: &T,
        take: impl FnOnce(&mut C, &NestedValue<'_, T>) -> R,
    ) -> R {
        let path = Path { up: self.place.path, step };
        take(
            &mut self.inner,
            &NestedValue { value, place: ValueLocation { path: Some(&path), ..self.place } },
        )
    }

    fn item(&mut self) -> Step {
        self.next += 1;
        Step::Item(self.next - 1)
    }
}

macro_rules! of_items {
    ($($compound:ident: $method:ident,)*) => {
        $(impl<C: $compound> $compound for Compound<'_, C> {
            type Ok = C::Ok;
            type Error = C::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
                let step = self.item();
                self.with(step, value, |inner, value| inner.$method(value))
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                self.inner.end()
            }
        })*
    };
}

macro_rules! of_members {
    ($($compound:ident,)*) => {
        $(impl<C: $compound> $compound for Compound<'_, C> {
            type Ok = C::Ok;
            type Error = C::Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), C::Error> {
                self.with(Step::Member(name), value, |inner, value| inner.serialize_field(name, value))
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), C::Error> {
                self.inner.skip_field(name)
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                self.inner.end()
            }
        })*
    };
}

of_items! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}
of_members! { SerializeStruct, SerializeStructVariant, }

impl<C: SerializeMap> SerializeMap for Compound<'_, C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), C::Error> {
        self.inner.serialize_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        self.with(Step::Entry, value, |inner, value| inner.serialize_value(value))
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        self.inner.end()
    }
}
