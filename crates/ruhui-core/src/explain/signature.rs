//! Checks the text of a signature for damage, for requests and responses.

use super::cause::Cause;
use super::causes::damage::{CAUSES, RESPONSE_CAUSES};
use super::explanation::Finding;
use crate::bilingual::Bilingual;
use crate::key::PublicKey;
use crate::sign::{Damage, read_signature};

/// Length of a signature by a key of 2048 bits, used if no key is known.
const USUAL_LENGTH: usize = 256;

/// Decodes the signature of a request. Returns its bytes if the text is a signature of one of the keys, and
/// the damage that was undone.
pub(super) fn read<'a>(
    text: &str,
    keys: impl Iterator<Item = &'a PublicKey>,
) -> (Option<Vec<u8>>, Vec<Finding>) {
    read_with(text, keys, &CAUSES)
}

/// Decodes the signature of a response or a callback, by the rules of [`read`].
pub(super) fn read_response<'a>(
    text: &str,
    keys: impl Iterator<Item = &'a PublicKey>,
) -> (Option<Vec<u8>>, Vec<Finding>) {
    read_with(text, keys, &RESPONSE_CAUSES)
}

fn read_with<'a>(
    text: &str,
    keys: impl Iterator<Item = &'a PublicKey>,
    causes: &'static [Cause],
) -> (Option<Vec<u8>>, Vec<Finding>) {
    let mut lengths: Vec<usize> = keys.map(|key| key.inner().signature_length()).collect();
    if lengths.is_empty() {
        lengths.push(USUAL_LENGTH);
    }
    let (bytes, damage) = read_signature(text, &lengths);
    let finding = |damage: &Damage| {
        let text = damage.text();
        let cause = causes.iter().find(|cause| [text.id, text.response_id].contains(&cause.id))?;
        Some(Finding {
            detail: damage.numbers().map(|(en, zh)| Bilingual::new(en, zh)),
            ..Finding::seen(cause)
        })
    };
    (bytes, damage.iter().filter_map(finding).collect())
}
