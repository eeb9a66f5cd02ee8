//! Parser of the value of `--lang`.

use super::usage;
use crate::language::Language;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};
use std::ffi::OsStr;

/// Parses a language by its code or locale.
#[derive(Debug, Clone)]
pub(crate) struct LanguageParser;

impl TypedValueParser for LanguageParser {
    type Value = Language;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Language, clap::Error> {
        let text = StringValueParser::new().parse_ref(command, arg, value)?;
        Language::named(&text).ok_or_else(|| {
            let mut error = usage::wrong(ErrorKind::InvalidValue, command, arg);
            error.insert(ContextKind::InvalidValue, ContextValue::String(text));
            let known = vec!["en".to_owned(), "zh".to_owned()];
            error.insert(ContextKind::ValidValue, ContextValue::Strings(known));
            error
        })
    }

    /// Returns the values that help and completions show.
    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = [("en", "English"), ("zh", "中文")];
        Some(Box::new(values.into_iter().map(|(code, name)| PossibleValue::new(code).help(name))))
    }
}
