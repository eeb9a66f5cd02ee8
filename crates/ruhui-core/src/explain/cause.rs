//! The causes for which a signature is rejected, as they are named to people.

use crate::bilingual::Bilingual;
use serde::Serialize;

/// One cause for which a signature is rejected, as it is named to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cause {
    /// Its name for programs, unique, in `snake_case`.
    pub id: &'static str,
    /// The mistake.
    pub name: Bilingual,
    /// The remedy.
    pub advice: Bilingual,
}

/// A row of a table of causes.
pub(super) const fn cause(
    id: &'static str,
    (en, zh): (&'static str, &'static str),
    (advice_en, advice_zh): (&'static str, &'static str),
) -> Cause {
    Cause { id, name: Bilingual::fixed(en, zh), advice: Bilingual::fixed(advice_en, advice_zh) }
}
