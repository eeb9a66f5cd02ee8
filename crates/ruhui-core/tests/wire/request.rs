//! A request split into its parts, so that a test can change one member.

use crate::PLATFORM;
use http::Method;
use ruhui_core::api::{Endpoint, Location};
use ruhui_core::encryption::encrypt_field;
use ruhui_core::wire::{self, ParameterError, is_path_parameter};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::marker::PhantomData;

/// A request as it is received, with its sensitive texts encrypted.
#[derive(Clone)]
pub(crate) struct Request<E> {
    path: Map<String, Value>,
    query: Map<String, Value>,
    body: Value,
    encrypted: BTreeSet<String>,
    call: PhantomData<E>,
}

impl<E: Endpoint + Clone> Request<E> {
    /// Encodes a request with these fields.
    pub(crate) fn of(fields: &Value) -> Self {
        let call: E = serde_json::from_value(fields.clone()).unwrap();
        let fields = fields.as_object().unwrap().clone();
        let (path, rest) = fields.into_iter().partition(|(name, _)| is_path_parameter::<E>(name));
        let (query, plain) = if E::METHOD == Method::GET { (rest, Map::new()) } else { (Map::new(), rest) };
        let encoded = wire::encode(&call, Some(&PLATFORM.1)).unwrap().body;
        let body = if plain.is_empty() { Value::Null } else { serde_json::from_slice(&encoded).unwrap() };
        let mut encrypted = BTreeSet::new();
        differing(&Value::Object(plain), &body, String::new(), &mut encrypted);
        Self { path, query, body, encrypted, call: PhantomData }
    }

    /// Returns the body that is sent.
    pub(crate) fn body(&self) -> Vec<u8> {
        if self.body.is_null() { Vec::new() } else { serde_json::to_vec(&self.body).unwrap() }
    }

    /// Decodes the request as the service does.
    pub(crate) fn read(&self) -> Result<E, ParameterError> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let texts = |fields: &Map<String, Value>| -> Vec<(String, String)> {
            fields.iter().map(|(name, value)| (name.clone(), text(value))).collect()
        };
        let path = texts(&self.path);
        let path: Vec<_> = path.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let query = serde_urlencoded::to_string(texts(&self.query)).unwrap();
        wire::decode(&path, Some(&query), &self.body(), Some(&PLATFORM.0))
    }

    /// Returns the location of a member, and its name there.
    pub(crate) fn place(&self, pointer: &str) -> (Location, String) {
        let name = &pointer[1..];
        match () {
            () if self.path.contains_key(name) => (Location::Url, name.to_owned()),
            () if self.query.contains_key(name) => (Location::Query, name.to_owned()),
            () => (Location::Body, pointer.to_owned()),
        }
    }

    /// Returns whether a member is encrypted on the wire.
    pub(crate) fn is_encrypted(&self, pointer: &str) -> bool {
        self.encrypted.contains(pointer)
    }

    /// Returns this request with another value of the member, encrypted if it must be and can be.
    pub(crate) fn with(&self, pointer: &str, value: Value) -> Self {
        let mut changed = self.clone();
        let name = &pointer[1..];
        let value = match &value {
            Value::String(plain) if self.is_encrypted(pointer) => {
                encrypt_field(&PLATFORM.1, plain).unwrap().into()
            }
            _ => value,
        };
        let (path, query) = (changed.path.get_mut(name), changed.query.get_mut(name));
        *path.or(query).or_else(|| changed.body.pointer_mut(pointer)).unwrap() = value;
        changed
    }

    /// Returns this request without the member; `None` if the member is an item of a list.
    pub(crate) fn without(&self, pointer: &str) -> Option<Self> {
        let mut changed = self.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        if changed.path.remove(name).is_none() && changed.query.remove(name).is_none() {
            changed.body.pointer_mut(parent).unwrap().as_object_mut()?.remove(name);
        }
        Some(changed)
    }
}

/// Finds the pointers at which two trees of the same shape have different texts.
fn differing(one: &Value, other: &Value, pointer: String, found: &mut BTreeSet<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => one
            .iter()
            .for_each(|(name, value)| differing(value, &other[name], format!("{pointer}/{name}"), found)),
        (Value::Array(one), Value::Array(other)) => one
            .iter()
            .zip(other)
            .enumerate()
            .for_each(|(index, (one, other))| differing(one, other, format!("{pointer}/{index}"), found)),
        (Value::String(one), Value::String(other)) if one != other => {
            found.insert(pointer);
        }
        _ => {}
    }
}
