//! A cause of a rejected signature, as it is shown to people.

use super::remedy::Remedy;
use crate::bilingual::Bilingual;
use serde::Serialize;

/// Cause of a rejected signature, as it is shown to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cause {
    /// Name for programs: unique, in `snake_case`.
    pub id: &'static str,
    /// Sentence that describes the mistake.
    pub name: Bilingual,
    /// Advice that says what to do.
    pub advice: Bilingual,
    /// Lines of a program that put it right, in each programming language.
    #[serde(skip)]
    pub remedy: Option<&'static Remedy>,
}

impl Cause {
    /// Returns the cause with a remedy.
    pub(super) const fn with_remedy(mut self, remedy: &'static Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }
}

/// Makes a row of a table of causes.
pub(super) const fn cause(
    id: &'static str,
    (en, zh): (&'static str, &'static str),
    (advice_en, advice_zh): (&'static str, &'static str),
) -> Cause {
    Cause { id, name: Bilingual::fixed(en, zh), advice: Bilingual::fixed(advice_en, advice_zh), remedy: None }
}
