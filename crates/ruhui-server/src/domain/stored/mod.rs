//! Storage formats of records, separate from the wire formats.
//!
//! A struct of [`ruhui_core::api`] goes over the wire, and every edition of the documents may add fields to
//! it. Such a struct is never stored itself: a record that contains one stores a form from this folder
//! instead, which changes only when the service has something new to store. Value types may be stored as they
//! are: numbers, the checked texts and times of [`ruhui_core::types`], and the enums of the API, which keep
//! values that they do not know.

mod activity;
mod card;
mod feed;
mod parts;
mod redemption;
mod template;

use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Deserializer, Serialize, Serializer};

/// A struct of the wire format that has a storage form.
pub(super) trait HasForm: Clone {
    type Form: Serialize + DeserializeOwned + From<Self> + Into<Self>;
}

/// Serializes the storage form, for `#[serde(with = "stored")]`.
pub(super) fn serialize<T: HasForm, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    T::Form::from(value.clone()).serialize(serializer)
}

/// Deserializes the storage form, for `#[serde(with = "stored")]`.
pub(super) fn deserialize<'de, T: HasForm, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::Form::deserialize(deserializer).map(Into::into)
}

/// Serializes an optional storage form, for `#[serde(with = "stored::optional")]`.
pub(super) mod optional {
    use super::{Deserializer, HasForm, Serialize, Serializer};
    use serde::Deserialize as _;

    pub(in crate::domain) fn serialize<T: HasForm, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.clone().map(T::Form::from).serialize(serializer)
    }

    pub(in crate::domain) fn deserialize<'de, T: HasForm, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        Option::<T::Form>::deserialize(deserializer).map(|form| form.map(Into::into))
    }
}

#[cfg(test)]
mod tests;
