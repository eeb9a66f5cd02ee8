//! From a call to target and body.

use super::is_path_parameter;
use crate::api::Endpoint;
use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

/// A call, ready to be signed and sent: exactly these bytes, in both.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encoded {
    /// Path, and `?query` if there is one.
    pub target: String,
    /// The body; empty for GET.
    pub body: Vec<u8>,
}

/// A struct that cannot be a call: a fault of the endpoint's definition, not of its values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{endpoint}` cannot be encoded: {why}")]
#[non_exhaustive]
pub struct EncodeError {
    /// The endpoint's name.
    pub endpoint: &'static str,
    /// What does not fit.
    pub why: String,
}

/// All but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes a call. Fields keep the order of the struct.
///
/// # Errors
///
/// [`EncodeError`] when the struct is not an object of scalars where path and query need one.
pub fn encode<E: Endpoint>(call: &E) -> Result<Encoded, EncodeError> {
    let error = |why: String| EncodeError { endpoint: E::NAME, why };
    let Value::Object(fields) = serde_json::to_value(call).map_err(|e| error(e.to_string()))? else {
        return Err(error("it is not a struct with named fields".to_owned()));
    };
    let (in_path, rest): (Map<_, _>, Map<_, _>) =
        fields.into_iter().partition(|(name, _)| is_path_parameter::<E>(name));
    let mut target = fill_path(E::PATH, &in_path).map_err(error)?;
    if E::METHOD != Method::GET {
        let body = serde_json::to_vec(&rest).map_err(|e| error(e.to_string()))?;
        return Ok(Encoded { target, body });
    }
    for (index, (name, value)) in rest.iter().enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.push_str(&format!("{name}={}", escape(&scalar(name, value).map_err(error)?)));
    }
    Ok(Encoded { target, body: Vec::new() })
}

fn fill_path(template: &str, fields: &Map<String, Value>) -> Result<String, String> {
    let segments: Result<Vec<String>, String> = template
        .split('/')
        .map(|segment| match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            None => Ok(segment.to_owned()),
            Some(name) => match fields.get(name) {
                Some(value) => scalar(name, value).map(|text| escape(&text)),
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

fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}
