//! Checks the caller of a request, and whether its certificate is valid at the time of the request.

use super::causes::caller::{CALLER_WRONG, EXPIRED, NOT_YET_VALID};
use super::explanation::Finding;
use super::keys::Keys;
use crate::bilingual::Bilingual;
use crate::key::OutsideValidity;
use jiff::Timestamp;

/// Compares the caller that the header names with the caller whose keys are known.
pub(super) fn check_caller(said: &str, keys: &Keys) -> Option<Finding> {
    let right = keys.caller().filter(|right| *right != said.trim())?;
    let said: String = said.trim().chars().take(64).collect();
    let detail = Bilingual::new(
        format!("{said}; the certificate is {right}'s"),
        format!("请求中为 {said}，证书属于 {right}"),
    );
    Some(Finding { detail: Some(detail), ..Finding::seen(&CALLER_WRONG) })
}

/// Returns a finding if the certificate that the header names is not valid at time `at`.
pub(super) fn check_certificate(serial_no: &str, keys: &Keys, at: Timestamp) -> Option<Finding> {
    let is_named = |known: &str| known.eq_ignore_ascii_case(serial_no);
    let named = keys.callers().find(|known| known.serial_no().is_some_and(is_named))?;
    let (cause, time) = match named.validity()?.check(at).err()? {
        OutsideValidity::NotYet(from) => (&NOT_YET_VALID, from),
        OutsideValidity::Expired(until) => (&EXPIRED, until),
    };
    let detail = Bilingual::new(time.to_string(), time.to_string());
    Some(Finding { detail: Some(detail), ..Finding::seen(cause) })
}
