//! Causes in the text of a signature. Decoding a signature finds the damage, so `sign::Damage` has the texts.

use super::response::HEADER;
use crate::explain::cause::{Cause, cause};
use crate::sign::Damage;
use std::sync::LazyLock;

/// One cause for each kind of damage to a request's signature, with the same name.
pub(in crate::explain) static CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Damage::texts().map(|text| cause(text.id, text.name, text.advice)).collect());

/// One cause for each kind of damage that the signature of a response or a callback took on its way.
pub(in crate::explain) static RESPONSE_CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Damage::texts().map(|text| cause(text.response_id, text.name, HEADER)).collect());
