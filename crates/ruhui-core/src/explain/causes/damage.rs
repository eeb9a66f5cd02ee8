//! The damage of a signature's text. `sign::Damage` has the texts, since reading a signature finds the damage.

use super::reply::HEADER;
use crate::explain::cause::{Cause, cause};
use crate::sign::Damage;
use std::sync::LazyLock;

/// A cause for each kind of damage, of the same name.
pub(in crate::explain) static CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Damage::texts().map(|text| cause(text.id, text.name, text.advice)).collect());

/// The same damage where a response or a callback carries the signature: the way to here made it.
pub(in crate::explain) static REPLY_CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Damage::texts().map(|text| cause(text.reply_id, text.name, HEADER)).collect());
