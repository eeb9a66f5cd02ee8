//! Causes in an upload's form. Reading a form finds the oddities, so `form::Oddity` has the texts.

use crate::explain::cause::{Cause, cause};
use crate::explain::remedy;
use crate::form::{Oddity, OddityText};
use std::sync::LazyLock;

/// One cause for each oddity of a form, with the same name.
pub(in crate::explain) static CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Oddity::TEXTS.iter().map(|text| of(text)).collect());

fn of(text: &OddityText) -> Cause {
    cause(text.id, text.name, text.advice).with_remedy(&remedy::SIGN_THE_META)
}
