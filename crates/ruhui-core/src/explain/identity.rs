//! Checks the caller of a request, and whether its certificate is valid at the time of the request.

use super::explanation::Finding;
use super::keys::Keys;
use super::words::{Cause, Words, cause};
use crate::key::OutsideValidity;
use jiff::Timestamp;

pub(super) static CALLER_WRONG: Cause = cause(
    "caller_wrong",
    (
        "the mchid (or brand_id) is not the one that the certificate in serial_no was issued to",
        "mchid（或 brand_id）与 serial_no 对应证书的持有者不符",
    ),
    (
        "Put the caller's own number into mchid: a service provider's is its own, never a sub-merchant's or the brand's.",
        "mchid 须填写调用方自己的商户号：服务商填写服务商商户号，而不是子商户号或品牌ID。",
    ),
);
pub(super) static EXPIRED: Cause = cause(
    "certificate_expired",
    ("the certificate in serial_no has expired", "serial_no 对应的证书已过期"),
    (
        "Apply for a new merchant API certificate, and use its serial and its private key.",
        "请申请新的商户API证书，并使用新证书的序列号和私钥。",
    ),
);
pub(super) static NOT_YET_VALID: Cause = cause(
    "certificate_not_yet_valid",
    ("the certificate in serial_no is not valid yet", "serial_no 对应的证书尚未生效"),
    (
        "Use the former merchant API certificate until the new one is valid, or correct the clock of the machine that issued it.",
        "新证书生效前请继续使用原商户API证书；如证书由本地签发，请检查签发机器的时间。",
    ),
);
pub(super) static ALL: [&Cause; 3] = [&CALLER_WRONG, &EXPIRED, &NOT_YET_VALID];

/// Compares the caller that the header names with the one whose keys are known.
pub(super) fn check_caller(said: &str, keys: &Keys) -> Option<Finding> {
    let right = keys.caller().filter(|right| *right != said.trim())?;
    let said: String = said.trim().chars().take(64).collect();
    let detail = Words::said(
        format!("{said}; the certificate is {right}'s"),
        format!("请求中为 {said}，证书属于 {right}"),
    );
    Some(Finding { detail: Some(detail), ..Finding::seen(&CALLER_WRONG) })
}

/// Whether the certificate that the header names is valid.
pub(super) fn check_certificate(serial_no: &str, keys: &Keys, at: Timestamp) -> Option<Finding> {
    let is_named = |known: &str| known.eq_ignore_ascii_case(serial_no);
    let named = keys.callers().find(|known| known.serial_no().is_some_and(is_named))?;
    let (cause, time) = match named.validity()?.check(at).err()? {
        OutsideValidity::NotYet(from) => (&NOT_YET_VALID, from),
        OutsideValidity::Expired(until) => (&EXPIRED, until),
    };
    let detail = Words::said(time.to_string(), time.to_string());
    Some(Finding { detail: Some(detail), ..Finding::seen(cause) })
}
