//! The oddities of an upload's form. `form::Oddity` has the texts, since reading a form finds them.

use crate::explain::cause::{Cause, cause};
use crate::form::Oddity;
use std::sync::LazyLock;

/// A cause for each oddity of a form, of the same name.
pub(in crate::explain) static CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Oddity::TEXTS.iter().map(|text| cause(text.id, text.name, text.advice)).collect());
