//! Error of reading a struct from a tree.

use crate::api::Location;
use crate::types::Rule;
use crate::wire::parameter_error::{Integer, ParameterError, ParameterIssue};
use crate::wire::tree::{Node, escape};
use serde::de::{self, Expected, Unexpected};
use serde_json::Value;
use std::fmt;

/// Issue and location: the steps from the faulty value up to the root.
#[derive(Debug)]
pub(in crate::wire) struct Error {
    steps: Vec<String>,
    value: Option<Box<Value>>,
    /// Whether the value is, or may contain, a sensitive text.
    hidden: bool,
    issue: ParameterIssue,
}

impl Error {
    pub(super) fn new(issue: ParameterIssue) -> Self {
        Self { steps: Vec::new(), value: None, hidden: false, issue }
    }

    /// Removes the value, and keeps it from being set later.
    pub(super) fn hidden(self) -> Self {
        Self { value: None, hidden: true, ..self }
    }

    pub(super) fn under(mut self, step: &str) -> Self {
        self.steps.push(step.to_owned());
        self
    }

    pub(in crate::wire) fn of(mut self, node: &Node) -> Self {
        if self.steps.is_empty() && self.value.is_none() && !self.hidden {
            self.value = match (&self.issue, node) {
                // A parameter is a text in the tree, but was read as a number: show the number.
                (
                    ParameterIssue::TooSmall { .. } | ParameterIssue::TooLarge { .. },
                    Node::Parameter(text),
                ) => text.parse().ok().map(|number| Box::new(Value::Number(number))),
                _ => node.shown(),
            };
        }
        self
    }

    /// Returns the first step from the root: the parameter's name.
    pub(in crate::wire) fn name(&self) -> &str {
        self.steps.last().map_or("", String::as_str)
    }

    pub(in crate::wire) fn pointer(&self) -> String {
        self.steps.iter().rev().map(|step| format!("/{}", escape(step))).collect()
    }

    pub(in crate::wire) fn at(self, location: Location, field: String) -> ParameterError {
        ParameterError::at(location, field, self.value, self.issue)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pointer(), self.issue)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    /// Types of this crate print Chinese with `{:#}`.
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(match Rule::of(&message) {
            None => ParameterIssue::Invalid { zh: format!("{message:#}"), en: format!("{message}") },
            Some(Rule::Short) => ParameterIssue::Empty,
            Some(Rule::Long { limit, actual }) => ParameterIssue::TooLong { limit, actual },
            Some(Rule::Small { least }) => ParameterIssue::TooSmall { least },
            Some(Rule::Large { most }) => ParameterIssue::TooLarge { most },
        })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(ParameterIssue::Missing).under(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(ParameterIssue::Duplicate).under(field)
    }

    /// Reports a wrong type. The reader checks types before a type of this crate sees a value, so only a
    /// caller's own types get here.
    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        match found {
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => {
                Self::new(ParameterIssue::NotInteger(Integer::Signed))
            }
            // The message must not contain the value, which may be sensitive.
            _ => Self::new(ParameterIssue::Invalid {
                zh: "值的类型不正确".to_owned(),
                en: format!("must be {wanted}"),
            }),
        }
    }

    /// Reports an integer out of range. The reader passes integers of 64 bits on, and a type of fewer bits
    /// rejects larger ones here.
    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        match (found, wanted.to_string().as_str()) {
            (Unexpected::Unsigned(_), "u16") => Self::new(ParameterIssue::TooLarge { most: u16::MAX.into() }),
            (Unexpected::Unsigned(_), "u32") => Self::new(ParameterIssue::TooLarge { most: u32::MAX.into() }),
            (found, _) => Self::invalid_type(found, wanted),
        }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let known = expected.join(", ");
        let variant: String = variant.chars().take(ParameterError::VALUE_CHARACTERS).collect();
        Self::new(ParameterIssue::Invalid {
            zh: format!("取值“{variant}”不在枚举范围内：{known}"),
            en: format!("{variant:?} is none of {known}"),
        })
    }
}
