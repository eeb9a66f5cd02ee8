//! Lenient decoding of received values: a member that does not match its type is left out, and the rest of
//! the value is kept.

use super::invalid_field::InvalidField;
use super::json::{Reader, ReceivedDecryption, Rules};
use super::parameter_error::ParameterIssue;
use super::tree::{self, Node};
use crate::api::Location;
use crate::key::PrivateKey;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Write as _;

/// Value that was decoded leniently, with the members that were left out.
pub(crate) struct Fitted<T> {
    /// The value, or the error of a required member.
    pub(crate) value: Result<T, InvalidField>,
    /// All members that do not match their types.
    pub(crate) invalid_fields: Vec<InvalidField>,
}

/// Largest number of repairs of one value. A value that needs more is not of the type that it names.
const MOST_ROUNDS: usize = 64;

/// Decodes a value, and leaves out the members that do not match their types. An empty text counts as missing
/// for a member in `names`. A missing member in `for_show` is read as an empty text.
pub(crate) fn fit<T: DeserializeOwned>(
    mut tree: Node,
    own_key: Option<&PrivateKey>,
    names: &[&str],
    for_show: &[&str],
) -> Fitted<T> {
    if let Node::Object(members) = &mut tree {
        let is_nothing = |value: &Node| matches!(value, Node::String(text) if text.trim().is_empty());
        members.retain(|(name, value)| !(names.contains(&name.as_str()) && is_nothing(value)));
    }
    let mut invalid_fields: Vec<InvalidField> = Vec::new();
    let mut rounds = 0;
    loop {
        rounds += 1;
        let invalid_field = match read_received(&tree, ReceivedDecryption::Never) {
            Ok(value) => {
                // Decryption is slow and repairs nothing, so it runs once, at the end.
                let decrypted =
                    own_key.and_then(|key| read_received(&tree, ReceivedDecryption::Tried(key)).ok());
                return Fitted { value: Ok(decrypted.unwrap_or(value)), invalid_fields };
            }
            Err(invalid_field) => invalid_field,
        };
        let mended = rounds < MOST_ROUNDS && mend(&mut tree, &invalid_field, for_show);
        // A member that was left out is then reported as missing, and so is the group that requires it:
        // report only the original fault.
        let known =
            invalid_fields.iter().find(|known| stands_in(&known.field, &invalid_field.field)).cloned();
        if known.is_none() {
            invalid_fields.push(invalid_field.clone());
        }
        if !mended {
            return Fitted { value: Err(known.unwrap_or(invalid_field)), invalid_fields };
        }
    }
}

/// Returns whether JSON Pointer `pointer` is `group` or leads into it.
fn stands_in(pointer: &str, group: &str) -> bool {
    pointer.strip_prefix(group).is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// Repairs the tree: removes the member that does not match, or adds a missing one that may be empty. Returns
/// false if neither is possible.
fn mend(tree: &mut Node, invalid_field: &InvalidField, for_show: &[&str]) -> bool {
    let steps: Vec<String> = invalid_field
        .field
        .split('/')
        .skip(1)
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    match (&invalid_field.issue, steps.as_slice()) {
        (ParameterIssue::Missing, [name]) => match tree {
            Node::Object(members) if for_show.contains(name) => {
                members.push(((*name).to_owned(), Node::String(String::new())));
                true
            }
            _ => false,
        },
        (ParameterIssue::Missing, [group @ .., _]) => take_out(tree, group),
        (_, steps) => take_out(tree, steps),
    }
}

fn take_out(tree: &mut Node, steps: &[&str]) -> bool {
    match (tree, steps) {
        (_, []) => false,
        (Node::Object(members), [name]) => match members.iter().position(|(member, _)| member == name) {
            Some(position) => {
                members.remove(position);
                true
            }
            None => false,
        },
        (Node::Array(items), [index]) => match index.parse::<usize>() {
            Ok(index) if index < items.len() => {
                items[index] = Node::LeftOut;
                true
            }
            _ => false,
        },
        (Node::Object(members), [name, below @ ..]) => members
            .iter_mut()
            .find(|(member, _)| member == name)
            .is_some_and(|(_, value)| take_out(value, below)),
        (Node::Array(items), [index, below @ ..]) => index
            .parse::<usize>()
            .ok()
            .and_then(|index| items.get_mut(index))
            .is_some_and(|item| take_out(item, below)),
        _ => false,
    }
}

/// Decodes a value from a received tree.
pub(super) fn read_received<T: DeserializeOwned>(
    tree: &Node,
    open: ReceivedDecryption<'_>,
) -> Result<T, InvalidField> {
    T::deserialize(Reader { node: tree, rules: Rules::Lenient { open } }).map_err(|error| {
        let field = error.pointer();
        error.at(Location::Body, field).into()
    })
}

/// Parses received JSON. A byte order mark, bytes that are not UTF-8, lone surrogates and bare control
/// characters in texts are repaired.
pub(crate) fn parse_received(bytes: &[u8]) -> Result<Node, InvalidField> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    tree::parse(bytes).or_else(|fault| match fault.issue {
        ParameterIssue::NotJson { .. } | ParameterIssue::NotUtf8 { .. } => {
            tree::parse(mended(&String::from_utf8_lossy(bytes)).as_bytes()).map_err(|_| fault.into())
        }
        _ => Err(fault.into()),
    })
}

/// Returns the JSON text with the characters escaped that JSON does not allow inside texts.
fn mended(json: &str) -> String {
    let mut mended = String::with_capacity(json.len());
    let (mut rest, mut is_inside) = (json, false);
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            '"' => is_inside = !is_inside,
            '\\' if is_inside => {
                let (escape, after) = escape(rest);
                mended.push_str(&escape);
                rest = after;
                continue;
            }
            control if is_inside && control < ' ' => {
                // Writing to a `String` cannot fail.
                let _ = write!(mended, "\\u{:04x}", u32::from(control));
                continue;
            }
            _ => {}
        }
        mended.push(character);
    }
    mended
}

/// Returns the repaired escape, and the rest of the text. A lone surrogate becomes the replacement character.
fn escape(after_backslash: &str) -> (String, &str) {
    let unit = |text: &str| {
        let digits = text.strip_prefix('u').and_then(|text| text.get(..4))?;
        u16::from_str_radix(digits, 16).ok()
    };
    match unit(after_backslash) {
        Some(high @ 0xD800..=0xDBFF) => {
            let after = &after_backslash[5..];
            match after.strip_prefix('\\').and_then(unit) {
                Some(low @ 0xDC00..=0xDFFF) => (format!("\\u{high:04x}\\u{low:04x}"), &after[6..]),
                _ => ("\\ufffd".to_owned(), after),
            }
        }
        Some(0xDC00..=0xDFFF) => ("\\ufffd".to_owned(), &after_backslash[5..]),
        _ => match after_backslash.chars().next() {
            Some(next) => (format!("\\{next}"), &after_backslash[next.len_utf8()..]),
            None => ("\\".to_owned(), ""),
        },
    }
}

impl From<Node> for Value {
    fn from(node: Node) -> Self {
        match node {
            Node::Null | Node::LeftOut => Self::Null,
            Node::Bool(value) => Self::Bool(value),
            Node::Number(number) => Self::Number(number),
            Node::String(text) | Node::Parameter(text) => Self::String(text),
            Node::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Node::Object(members) => {
                Self::Object(members.into_iter().map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}
