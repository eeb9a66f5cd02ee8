//! Causes in the text of a signature. Decoding a signature finds the damage, so `sign::Damage` has the texts.

use super::response::HEADER;
use crate::explain::cause::{Cause, cause};
use crate::explain::remedy;
use crate::sign::{Damage, DamageText};
use std::sync::LazyLock;

/// One cause for each kind of damage to a request's signature, with the same name.
pub(in crate::explain) static CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Damage::texts().map(of_request).collect());

/// Damage of which the program that signs knows nothing: the text was right when it was made.
const LATER: [&str; 3] = ["signature_percent_encoded", "signature_percent_sign", "signature_blanks"];

fn of_request(text: &DamageText) -> Cause {
    let cause = cause(text.id, text.name, text.advice);
    if LATER.contains(&text.id) { cause } else { cause.with_remedy(&remedy::SIGN) }
}

/// One cause for each kind of damage that the signature of a response or a callback took on its way.
pub(in crate::explain) static RESPONSE_CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Damage::texts().map(|text| cause(text.response_id, text.name, HEADER)).collect());
