//! Faults of the signature's text.

use super::explanation::Finding;
use super::words::{Cause, Words, cause};
use crate::sign::{Damage, read_signature};
use std::sync::LazyLock;

/// A cause for each kind of damage, of the same name.
static CAUSES: LazyLock<Vec<Cause>> =
    LazyLock::new(|| Damage::texts().map(|text| cause(text.id, text.name, text.advice)).collect());

pub(super) fn causes() -> impl Iterator<Item = &'static Cause> {
    CAUSES.iter()
}

/// The bytes of the signature, where the text can be read as one of `lengths` bytes, and what had to be
/// undone for that.
pub(super) fn read(text: &str, lengths: &[usize]) -> (Option<Vec<u8>>, Vec<Finding>) {
    let (bytes, damage) = read_signature(text, lengths);
    (bytes, damage.iter().filter_map(finding).collect())
}

fn finding(damage: &Damage) -> Option<Finding> {
    let cause = CAUSES.iter().find(|cause| cause.id == damage.text().id)?;
    Some(Finding { detail: damage.numbers().map(|(en, zh)| Words::said(en, zh)), ..Finding::seen(cause) })
}
