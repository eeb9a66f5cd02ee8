//! Why a text is rejected, and the rules that types share.

use super::rule::Rule;
use std::fmt;

/// Why a text is not a value of the type asked for. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invalid {
    /// The text has no character.
    Empty,
    /// The text has more characters than the documents allow.
    TooLong {
        /// The most characters allowed.
        limit: usize,
        /// The characters found.
        actual: usize,
    },
    /// A character that may not stand here.
    Character {
        /// The character.
        character: char,
        /// How many characters stand before it.
        position: usize,
    },
    /// A character that may not stand here, in a sensitive text: it is not shown.
    HiddenCharacter {
        /// How many characters stand before it.
        position: usize,
    },
    /// The text has not the form of its type.
    Form {
        /// The form wanted, in Chinese.
        zh: &'static str,
        /// The form wanted, in English.
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
    /// The rule of length that the text breaks, if it is one.
    fn rule(&self) -> Option<Rule> {
        match *self {
            Self::Empty => Some(Rule::Short),
            Self::TooLong { limit, actual } => Some(Rule::Long { limit, actual }),
            _ => None,
        }
    }
}

impl std::error::Error for Invalid {}

/// The rule common to all string fields: 1 to `limit` characters, none of four bytes, none of control.
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

/// A text that was received.
#[allow(clippy::unnecessary_wraps, reason = "one of two")]
pub(super) fn kept(text: String) -> Result<String, Invalid> {
    Ok(text)
}

/// A name that was received.
pub(super) fn named(text: String) -> Result<String, Invalid> {
    if text.is_empty() { Err(Invalid::Empty) } else { Ok(text) }
}
