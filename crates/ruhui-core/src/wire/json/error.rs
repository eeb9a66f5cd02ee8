//! What went wrong while a struct was read.

use crate::api::Location;
use crate::types::Rule;
use crate::wire::parameter_error::{Integer, ParameterError, ParameterIssue};
use crate::wire::tree::{Node, escape};
use serde::de::{self, Expected, Unexpected};
use serde_json::Value;
use std::fmt;

/// What went wrong, and where: the steps from the fault up to the root.
#[derive(Debug)]
pub(in crate::wire) struct Error {
    steps: Vec<String>,
    value: Option<Box<Value>>,
    /// The value is, or may hold, a sensitive text.
    hidden: bool,
    issue: ParameterIssue,
}

impl Error {
    pub(super) fn new(issue: ParameterIssue) -> Self {
        Self { steps: Vec::new(), value: None, hidden: false, issue }
    }

    /// The value is not shown, now and later.
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
                // A parameter is a text, but it was read as a number.
                (
                    ParameterIssue::TooSmall { .. } | ParameterIssue::TooLarge { .. },
                    Node::Parameter(text),
                ) => text.parse().ok().map(|number| Box::new(Value::Number(number))),
                _ => node.shown(),
            };
        }
        self
    }

    /// The first step from the root: the parameter's name.
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
    /// The types of this crate print Chinese with `{:#}`.
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
        Self::new(ParameterIssue::Doubled).under(field)
    }

    /// The reader checks types before a type sees a value, so a type of this crate never says this.
    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        match found {
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => {
                Self::new(ParameterIssue::NotInteger(Integer::Signed))
            }
            // The message is not the place for what a member holds.
            _ => Self::new(ParameterIssue::Invalid {
                zh: "值的类型不正确".to_owned(),
                en: format!("must be {wanted}"),
            }),
        }
    }

    /// The reader hands over whole numbers of 64 bits. A type that has fewer bits rejects the others here.
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
