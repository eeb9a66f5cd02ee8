//! The damage of a signature's text. `sign::Damage` has the texts, since reading a signature finds the damage.

use super::response::HEADER;
use crate::explain::cause::{Cause, cause};
use crate::sign::Damage;
use std::sync::LazyLock;

/// A cause for each kind of damage, of the same name.
pub(in crate::explain) static CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Damage::texts().map(|text| cause(text.id, text.name, text.advice)).collect());

/// A cause for each kind of damage to the signature of a response or a callback, which was made on its way.
pub(in crate::explain) static RESPONSE_CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Damage::texts().map(|text| cause(text.response_id, text.name, HEADER)).collect());
