//! Sentences in two languages.

use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

/// A sentence in both languages: `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Words {
    /// English.
    pub en: Cow<'static, str>,
    /// Chinese.
    pub zh: Cow<'static, str>,
}

impl Words {
    pub(super) const fn fixed(en: &'static str, zh: &'static str) -> Self {
        Self { en: Cow::Borrowed(en), zh: Cow::Borrowed(zh) }
    }

    pub(super) fn said(en: String, zh: String) -> Self {
        Self { en: Cow::Owned(en), zh: Cow::Owned(zh) }
    }

    /// What an error of this crate says, in both languages.
    pub(super) fn of(error: &impl fmt::Display) -> Self {
        Self::said(format!("{error}"), format!("{error:#}"))
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if f.alternate() { &self.zh } else { &self.en })
    }
}

/// One cause for which a signature is refused, as it is named to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cause {
    /// Its name for programs, unique, in `snake_case`.
    pub id: &'static str,
    /// What went wrong.
    pub name: Words,
    /// What to do about it.
    pub advice: Words,
}

/// A row of a table of causes.
pub(super) const fn cause(
    id: &'static str,
    (en, zh): (&'static str, &'static str),
    (advice_en, advice_zh): (&'static str, &'static str),
) -> Cause {
    Cause { id, name: Words::fixed(en, zh), advice: Words::fixed(advice_en, advice_zh) }
}
