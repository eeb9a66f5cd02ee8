//! JSON text as a tree that keeps duplicate members and nulls, so that they can be rejected.

use super::parameter_error::{ParameterError, ParameterIssue};
use crate::api::Location;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use std::collections::BTreeSet;
use std::fmt;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    /// A path or query parameter: text that may stand for a number or a boolean.
    Parameter(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
    /// Item of a received list that does not match its type. It is not read, but stays in the list, so that
    /// later items keep their index.
    LeftOut,
}

impl Node {
    /// Returns the type's name for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null | Self::LeftOut => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) | Self::Parameter(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// Returns the value as `detail` shows it, with its JSON type: scalars only, with long texts cut.
    pub(super) fn shown(&self) -> Option<Box<Value>> {
        let value = match self {
            Self::Bool(value) => (*value).into(),
            Self::Number(value) => Value::Number(value.clone()),
            Self::String(text) | Self::Parameter(text) => {
                text.chars().take(ParameterError::VALUE_CHARACTERS).collect::<String>().into()
            }
            Self::Null | Self::Array(_) | Self::Object(_) | Self::LeftOut => return None,
        };
        Some(Box::new(value))
    }
}

/// Parses a body, and rejects nulls and duplicate members.
pub(super) fn parse_strictly(body: &[u8]) -> Result<Node, ParameterError> {
    let tree = parse(body)?;
    check(&tree, &mut String::new())?;
    Ok(tree)
}

/// Parses a body.
pub(super) fn parse(body: &[u8]) -> Result<Node, ParameterError> {
    if body.is_empty() {
        return Err(ParameterError::body(ParameterIssue::NoBody));
    }
    if body.starts_with(b"\xEF\xBB\xBF") {
        return Err(ParameterError::body(ParameterIssue::ByteOrderMark));
    }
    let text = std::str::from_utf8(body)
        .map_err(|error| ParameterError::body(ParameterIssue::NotUtf8 { position: error.valid_up_to() }))?;
    serde_json::from_str(text).map_err(|error| {
        // The recursion limit of serde_json is 128 levels; the error has no category for it.
        if error.to_string().starts_with("recursion limit exceeded") {
            ParameterError::body(ParameterIssue::TooDeep)
        } else {
            ParameterError::body(ParameterIssue::NotJson { line: error.line(), column: error.column() })
        }
    })
}

fn check(node: &Node, pointer: &mut String) -> Result<(), ParameterError> {
    // The error has no value: the value may be sensitive, and only its type knows.
    let fault =
        |pointer: &str, issue| Err(ParameterError::at(Location::Body, pointer.to_owned(), None, issue));
    match node {
        Node::Null if !pointer.is_empty() => fault(pointer, ParameterIssue::Null),
        Node::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| below(pointer, &index.to_string(), |pointer| check(item, pointer))),
        Node::Object(members) => {
            let mut seen = BTreeSet::new();
            members.iter().try_for_each(|(name, value)| {
                below(pointer, name, |pointer| {
                    if seen.insert(name) {
                        check(value, pointer)
                    } else {
                        fault(pointer, ParameterIssue::Duplicate)
                    }
                })
            })
        }
        _ => Ok(()),
    }
}

/// Runs `then` with `pointer` extended by one step, and removes the step afterwards.
pub(super) fn below<T>(pointer: &mut String, step: &str, then: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    if step.contains(['~', '/']) {
        pointer.push_str(&escape(step))
    } else {
        pointer.push_str(step)
    }
    let result = then(pointer);
    pointer.truncate(length);
    result
}

/// Escapes a step of a JSON Pointer (RFC 6901, section 3).
pub(super) fn escape(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Number::from_f64(value).map_or(Node::Null, Node::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Node::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(arbitrary_precision(&object).map_or(Node::Object(object), Node::Number))
    }
}

/// Returns the number that serde_json passes as an object if any crate of the program turns its feature
/// `arbitrary_precision` on.
fn arbitrary_precision(members: &[(String, Node)]) -> Option<Number> {
    match members {
        [(name, Node::String(digits))] if name == "$serde_json::private::Number" => digits.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, MapDeserializer};

    /// Returns the node that serde_json passes once another crate turns the feature on.
    fn handed_over(digits: &str) -> Node {
        let members = [("$serde_json::private::Number", digits)].into_iter();
        Node::deserialize(MapDeserializer::<_, Error>::new(members).into_deserializer()).unwrap()
    }

    #[test]
    fn numbers_are_read_when_another_crate_turns_arbitrary_precision_on() {
        for digits in ["0", "-7", "1004", "1.5", "18446744073709551615"] {
            assert_eq!(handed_over(digits), parse(digits.as_bytes()).unwrap(), "{digits}");
        }
        assert_eq!(handed_over("1004").kind(), "number");
        assert_eq!(handed_over("no number").kind(), "object");
    }
}
