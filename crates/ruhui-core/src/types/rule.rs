//! The rules of length and range, which the `detail` of an error distinguishes from all other rules.
//!
//! serde passes on a type's error only as a printed text. So an error about one of these rules prints the rule for
//! programs with `{:-}`, and [`Rule::of`] reads it back.

use std::fmt;

/// A rule of length or range that a value breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A text without a character, where at least one is required.
    Short,
    /// A text with more characters than the documents allow.
    Long {
        /// The most characters allowed.
        limit: usize,
        /// The characters found.
        actual: usize,
    },
    /// A number below the least allowed.
    Small {
        /// The least number allowed.
        least: i64,
    },
    /// A number above the largest allowed.
    Large {
        /// The largest number allowed.
        most: i64,
    },
}

/// The first character of a rule that is printed for programs. No sentence begins with it.
const MARK: char = '\u{1}';

impl Rule {
    /// Returns the rule that `error` is about, if it prints one.
    pub(crate) fn of(error: &impl fmt::Display) -> Option<Self> {
        let text = format!("{error:-}");
        let mut words = text.strip_prefix(MARK)?.split(' ');
        let rule = match (words.next()?, words.next(), words.next()) {
            ("short", None, None) => Self::Short,
            ("long", Some(limit), Some(actual)) => {
                Self::Long { limit: limit.parse().ok()?, actual: actual.parse().ok()? }
            }
            ("small", Some(least), None) => Self::Small { least: least.parse().ok()? },
            ("large", Some(most), None) => Self::Large { most: most.parse().ok()? },
            _ => return None,
        };
        Some(rule)
    }

    /// Prints the rule for [`Rule::of`].
    pub(crate) fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => write!(f, "{MARK}short"),
            Self::Long { limit, actual } => write!(f, "{MARK}long {limit} {actual}"),
            Self::Small { least } => write!(f, "{MARK}small {least}"),
            Self::Large { most } => write!(f, "{MARK}large {most}"),
        }
    }
}

/// Error for a number outside its range. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutOfRange {
    /// The number found.
    pub(crate) found: i64,
    /// The least number allowed.
    pub(crate) least: i64,
    /// The largest number allowed.
    pub(crate) most: i64,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { found, least, most } = *self;
        match (f.sign_minus(), f.alternate()) {
            (true, _) if found < least => Rule::Small { least }.write(f),
            (true, _) => Rule::Large { most }.write(f),
            (false, false) => write!(f, "must be {least} to {most}"),
            (false, true) => write!(f, "须为{least}至{most}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{BrandId, Invalid};

    #[test]
    fn rules_are_told_apart_from_all_else() {
        let broken = |text: String| BrandId::new(text).unwrap_err();
        assert_eq!(Rule::of(&broken(String::new())), Some(Rule::Short));
        assert_eq!(Rule::of(&broken("x".repeat(33))), Some(Rule::Long { limit: 32, actual: 33 }));
        assert_eq!(Rule::of(&broken("a\n".to_owned())), None);
        assert_eq!(Rule::of(&Invalid::Form { zh: "\u{2}", en: "short" }), None);
        let outside = |found| Rule::of(&OutOfRange { found, least: 1, most: 20 });
        assert_eq!(outside(0), Some(Rule::Small { least: 1 }));
        assert_eq!(outside(21), Some(Rule::Large { most: 20 }));
        assert_eq!(Rule::of(&"a text"), None);
    }
}
