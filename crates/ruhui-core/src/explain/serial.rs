//! Checks the serial number in `serial_no` (商户API证书序列号): its form, and the certificate that it names.

use super::causes::serial::{
    COLONS, DECIMAL, FOREIGN, LEADING_ZERO, PREFIX, PUBLIC_KEY_ID, UNKNOWN, ZEROS_ADDED,
};
use super::explanation::Finding;
use super::keys::Keys;
use crate::bilingual::Bilingual;
use crate::key::serial::{
    hexadecimal_of, is_public_key_id, is_separator, trimmed, without_base, without_label,
};

/// Compares the serial number with the known ones, if any, ignoring case.
pub(super) fn check(serial: &str, keys: &Keys) -> Vec<Finding> {
    let known: Vec<&str> = keys.callers().filter_map(|known| known.serial_no()).collect();
    let same = |left: &str, right: &str| left.eq_ignore_ascii_case(right);
    if known.iter().any(|known| same(known, serial)) {
        return Vec::new();
    }
    if is_public_key_id(without_label(serial)) {
        return vec![Finding::seen(&PUBLIC_KEY_ID)];
    }
    if let Some(owner) =
        keys.others().find(|other| other.serial_no().is_some_and(|other| same(other, serial)))
    {
        let name = owner.name();
        return vec![Finding { detail: Some(name), ..Finding::seen(&FOREIGN) }];
    }

    let mut findings = Vec::new();
    let trimmed = trimmed(serial);
    let unlabelled = without_label(serial);
    let digits = without_base(unlabelled).unwrap_or(unlabelled);
    if digits != trimmed {
        findings.push(Finding::seen(&PREFIX));
    }
    let plain = digits.replace(is_separator, "");
    if plain != digits || trimmed != serial {
        findings.push(Finding::seen(&COLONS));
    }
    let upper = plain.to_ascii_uppercase();
    if known.iter().any(|known| same(known, &upper)) {
        return findings;
    }
    let number = |text: &str| text.trim_start_matches('0').to_ascii_uppercase();
    if let Some(right) = known.iter().find(|right| number(right) == number(&upper)) {
        let cause = if upper.len() > right.len() { &ZEROS_ADDED } else { &LEADING_ZERO };
        findings.push(Finding { detail: Some(wanted(right)), ..Finding::seen(cause) });
        return findings;
    }
    // 20 bytes have at most 49 decimal and 40 hexadecimal digits, so more than 40 digits are decimal.
    let hex = hexadecimal_of(&upper);
    let decimal =
        hex.filter(|hex| known.iter().any(|right| number(right) == number(hex)) || plain.len() > 40);
    if let Some(hex) = decimal {
        let right =
            known.iter().find(|right| number(right) == number(&hex)).map_or(hex.as_str(), |right| right);
        findings.push(Finding { detail: Some(wanted(right)), ..Finding::seen(&DECIMAL) });
    } else if !known.is_empty() {
        findings.push(Finding { detail: Some(wanted(&known.join(", "))), ..Finding::seen(&UNKNOWN) });
    }
    findings
}

/// Returns whether this serial number is accepted, but written in another case than in the documents.
pub(super) fn is_lower_case(serial: &str, keys: &Keys) -> bool {
    let mut known = keys.callers().filter_map(|known| known.serial_no());
    known.any(|known| known != serial && known.eq_ignore_ascii_case(serial))
}

fn wanted(serial: &str) -> Bilingual {
    Bilingual::new(format!("the certificate's is {serial}"), format!("证书的序列号为 {serial}"))
}
