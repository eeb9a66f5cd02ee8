//! Causes in an upload's form. Reading a form finds the oddities, so `form::Oddity` has the texts.

use crate::explain::cause::{Cause, cause};
use crate::form::Oddity;
use std::sync::LazyLock;

/// One cause for each oddity of a form, with the same name.
pub(in crate::explain) static CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Oddity::TEXTS.iter().map(|text| cause(text.id, text.name, text.advice)).collect());
