//! The rules of texts that types share, and the error for a text that breaks one.

use super::rule::Rule;
use std::fmt;

/// Why a text is not a valid value of a type. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invalid {
    /// The text is empty.
    Empty,
    /// The text has more characters than the documents allow.
    TooLong {
        /// The most characters allowed.
        limit: usize,
        /// The characters found.
        actual: usize,
    },
    /// The text has a character that is not allowed.
    Character {
        /// The character.
        character: char,
        /// The number of characters before it.
        position: usize,
    },
    /// A sensitive text has a character that is not allowed; the error does not show the character.
    HiddenCharacter {
        /// The number of characters before it.
        position: usize,
    },
    /// The text does not have the form of its type.
    Form {
        /// The required form, in Chinese.
        zh: &'static str,
        /// The required form, in English.
        en: &'static str,
    },
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (true, Some(rule)) = (f.sign_minus(), self.rule()) {
            return rule.write(f);
        }
        match (self, f.alternate()) {
            (Self::Empty, false) => write!(f, "must not be empty"),
            (Self::Empty, true) => write!(f, "不能为空"),
            (Self::TooLong { limit, actual }, false) => {
                write!(f, "has {actual} characters, the limit is {limit}")
            }
            (Self::TooLong { limit, actual }, true) => {
                write!(f, "字符数 {actual}，大于最大值 {limit}")
            }
            (Self::Character { character, position }, false) => {
                write!(f, "character {character:?} at position {} is not allowed", position + 1)
            }
            (Self::Character { character, position }, true) => {
                write!(f, "第 {} 个字符 {character:?} 不允许使用", position + 1)
            }
            (Self::HiddenCharacter { position }, false) => {
                write!(f, "the character at position {} is not allowed", position + 1)
            }
            (Self::HiddenCharacter { position }, true) => {
                write!(f, "第 {} 个字符不允许使用", position + 1)
            }
            (Self::Form { en, .. }, false) => f.write_str(en),
            (Self::Form { zh, .. }, true) => f.write_str(zh),
        }
    }
}

impl Invalid {
    /// Returns the rule of length that the text breaks, if the error is about one.
    fn rule(&self) -> Option<Rule> {
        match *self {
            Self::Empty => Some(Rule::Short),
            Self::TooLong { limit, actual } => Some(Rule::Long { limit, actual }),
            _ => None,
        }
    }
}

impl std::error::Error for Invalid {}

/// Checks the rule of all string fields: 1 to `limit` characters, no control characters, none of four bytes in UTF-8.
pub(super) fn check_text(text: &str, limit: usize) -> Result<(), Invalid> {
    check_length(text, limit)?;
    reject_character(text, |c| c > '\u{FFFF}' || c.is_control())
}

pub(super) fn check_length(text: &str, limit: usize) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::Empty);
    }
    match text.chars().count() {
        actual if actual > limit => Err(Invalid::TooLong { limit, actual }),
        _ => Ok(()),
    }
}

pub(super) fn reject_character(text: &str, rejected: impl Fn(char) -> bool) -> Result<(), Invalid> {
    match text.chars().enumerate().find(|(_, c)| rejected(*c)) {
        Some((position, character)) => Err(Invalid::Character { character, position }),
        None => Ok(()),
    }
}

/// Accepts any received text.
#[allow(clippy::unnecessary_wraps, reason = "one of two")]
pub(super) fn kept(text: String) -> Result<String, Invalid> {
    Ok(text)
}

/// Accepts a received identifier unless it is empty.
pub(super) fn named(text: String) -> Result<String, Invalid> {
    if text.is_empty() { Err(Invalid::Empty) } else { Ok(text) }
}
