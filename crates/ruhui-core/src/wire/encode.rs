//! Encodes requests to target and body, and responses to a body. Sensitive fields are encrypted on the way.

use super::encryption::{EncryptFailure, Encryptor};
use super::json::{Reader, Rules};
use super::tree::Node;
use super::{InvalidField, is_path_parameter};
use crate::api::{Endpoint, Location};
use crate::key::PublicKey;
use crate::percent;
use http::Method;
use serde::{Deserialize as _, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use zeroize::Zeroize as _;

/// Encoded request. Exactly these bytes are signed, and exactly these bytes are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encoded {
    /// Path, and `?query` if the request has a query.
    pub target: String,
    /// Body; empty for GET, and for a request whose parameters are all in the path.
    pub body: Vec<u8>,
}

/// Reason for which a request or response cannot be encoded. `{}` prints English, `{:#}` Chinese; neither
/// shows a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The struct's definition is at fault, not its values.
    Definition {
        /// Name of the endpoint, or of the response's type.
        name: &'static str,
        /// Description of the fault.
        why: String,
    },
    /// A field breaks a rule of requests, so WeChat Pay would reject the request. A received value may break
    /// such a rule.
    Invalid(InvalidField),
    /// A sensitive field cannot be encrypted, since no key was given.
    NoKey {
        /// A JSON Pointer to the field.
        field: String,
    },
    /// A sensitive field is longer than the key can encrypt.
    TooLong {
        /// A JSON Pointer to the field.
        field: String,
        /// Largest number of bytes that the key can encrypt: 214 for a key of 2048 bits.
        limit: usize,
        /// Number of bytes in the field.
        actual: usize,
    },
}

impl EncodeError {
    fn definition(name: &'static str, why: impl fmt::Display) -> Self {
        Self::Definition { name, why: why.to_string() }
    }

    /// Returns the reason for which serialisation stopped: the field that could not be encrypted, or else the
    /// serializer's error.
    fn of(name: &'static str, encryptor: Encryptor<'_>, error: &serde_json::Error) -> Self {
        match encryptor.into_failure() {
            None => Self::definition(name, error),
            Some(EncryptFailure { field, error: None }) => Self::NoKey { field },
            Some(EncryptFailure { field, error: Some(error) }) => {
                Self::TooLong { field, limit: error.limit, actual: error.actual }
            }
        }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Definition { name, why }, false) => write!(f, "`{name}` cannot be encoded: {why}"),
            (Self::Definition { name, why }, true) => write!(f, "`{name}` 无法编码：{why}"),
            (Self::Invalid(invalid_field), false) => write!(f, "the request cannot be sent: {invalid_field}"),
            (Self::Invalid(invalid_field), true) => write!(f, "请求不能发送：{invalid_field:#}"),
            (Self::NoKey { field }, false) => {
                write!(f, "{field} is sensitive, and there is no key to encrypt it with")
            }
            (Self::NoKey { field }, true) => write!(f, "{field} 为敏感信息字段，但没有可用于加密的公钥"),
            (Self::TooLong { field, limit, actual }, false) => {
                write!(f, "{field} has {actual} bytes, the key encrypts at most {limit}")
            }
            (Self::TooLong { field, limit, actual }, true) => {
                write!(f, "{field} 长度为 {actual} 字节，该公钥最多可加密 {limit} 字节")
            }
        }
    }
}

impl std::error::Error for EncodeError {}

/// Encodes a request. Fields keep the order of the struct, and null fields are left out. Sensitive fields are
/// encrypted with `encrypt`. The request is first checked by the service's rules, since it may hold received
/// values.
///
/// # Errors
///
/// [`EncodeError`] if a field breaks a rule of requests, if a sensitive field cannot be encrypted, or if the
/// struct is not an object of scalars where path and query need one.
pub fn encode<E: Endpoint>(call: &E, encrypt: Option<&PublicKey>) -> Result<Encoded, EncodeError> {
    let error = |why: String| EncodeError::definition(E::NAME, why);
    check(call)?;
    let encryptor = Encryptor::new(encrypt);
    let fields = match call.serialize(encryptor.around(serde_json::value::Serializer)) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Err(error("it is not a struct with named fields".to_owned())),
        Err(error) => return Err(EncodeError::of(E::NAME, encryptor, &error)),
    };
    let (in_path, rest): (Map<_, _>, Map<_, _>) = fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .partition(|(name, _)| is_path_parameter::<E>(name));
    let mut target = fill_path(E::PATH, &in_path).map_err(error)?;
    if E::METHOD != Method::GET {
        let body = if rest.is_empty() {
            Vec::new()
        } else {
            serde_json::to_vec(&rest).map_err(|e| error(e.to_string()))?
        };
        return Ok(Encoded { target, body });
    }
    for (index, (name, value)) in rest.iter().enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.push_str(&format!("{name}={}", percent::encode(&scalar(name, value).map_err(error)?)));
    }
    Ok(Encoded { target, body: Vec::new() })
}

/// Checks that the service would accept the request. The rules are the service's own, except that enum values
/// may be newer than this release.
fn check<E: Endpoint>(call: &E) -> Result<(), EncodeError> {
    let plain = serde_json::to_value(call).map_err(|error| EncodeError::definition(E::NAME, error))?;
    let plain = Wiped(Node::deserialize(plain).map_err(|error| EncodeError::definition(E::NAME, error))?);
    let read = E::deserialize(Reader { node: &plain.0, rules: Rules::Outbound });
    read.map(drop).map_err(|error| {
        let field = error.pointer();
        EncodeError::Invalid(error.at(Location::Body, field).into())
    })
}

/// Tree that holds secrets in plain, wiped when dropped.
struct Wiped(Node);

impl Drop for Wiped {
    fn drop(&mut self) {
        fn wipe(node: &mut Node) {
            match node {
                Node::String(text) | Node::Parameter(text) => text.zeroize(),
                Node::Array(items) => items.iter_mut().for_each(wipe),
                Node::Object(members) => members.iter_mut().for_each(|(_, value)| wipe(value)),
                Node::Null | Node::Bool(_) | Node::Number(_) | Node::LeftOut => {}
            }
        }
        wipe(&mut self.0);
    }
}

/// Encodes a response, with sensitive fields encrypted with `encrypt`.
///
/// # Errors
///
/// [`EncodeError`] if a sensitive field cannot be encrypted, or if the response cannot be written as JSON.
pub fn encode_response<T: Serialize>(
    response: &T,
    encrypt: Option<&PublicKey>,
) -> Result<Vec<u8>, EncodeError> {
    let encryptor = Encryptor::new(encrypt);
    let mut body = Vec::with_capacity(128);
    match response.serialize(encryptor.around(&mut serde_json::Serializer::new(&mut body))) {
        Ok(()) => Ok(body),
        Err(error) => Err(EncodeError::of(std::any::type_name::<T>(), encryptor, &error)),
    }
}

fn fill_path(template: &str, fields: &Map<String, Value>) -> Result<String, String> {
    let segments: Result<Vec<String>, String> = template
        .split('/')
        .map(|segment| match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            None => Ok(segment.to_owned()),
            Some(name) => match fields.get(name) {
                Some(value) => scalar(name, value).map(|text| percent::encode(&text)),
                None => Err(format!("the path needs the field `{name}`")),
            },
        })
        .collect();
    Ok(segments?.join("/"))
}

fn scalar(name: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        _ => Err(format!("the field `{name}` is not a scalar")),
    }
}
