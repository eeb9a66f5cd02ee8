//! Faults of `serial_no`.

use super::explanation::Finding;
use super::keys::Keys;
use super::words::{Cause, Words, cause};
use crate::key::serial::{
    hexadecimal_of, is_public_key_id, is_separator, trimmed, without_base, without_label,
};

const ADVICE: (&str, &str) = (
    "Take the serial of the merchant API certificate whose private key signs, in upper-case hexadecimal with its leading zeros: openssl x509 -in apiclient_cert.pem -noout -serial.",
    "请使用签名私钥对应的商户 API 证书序列号，大写十六进制并保留前导零：openssl x509 -in apiclient_cert.pem -noout -serial。",
);

macro_rules! causes {
    ($($constant:ident = $id:literal, $en:literal, $zh:literal;)*) => {
        $(pub(super) static $constant: Cause = cause($id, ($en, $zh), ADVICE);)*
        pub(super) static ALL: &[&Cause] = &[$(&$constant),*];
    };
}

causes! {
    LOWER_CASE = "serial_lower_case", "serial_no is in lower case, which the service accepts", "serial_no 是小写，服务端可以接受";
    PREFIX = "serial_prefix", "serial_no begins with what a tool printed in front of it: serial= or 0x", "serial_no 带有工具输出的前缀：serial= 或 0x";
    COLONS = "serial_colons", "serial_no has colons, blanks or line ends in it", "serial_no 含有冒号、空格或换行";
    DECIMAL = "serial_decimal", "serial_no is in decimal", "serial_no 是十进制";
    LEADING_ZERO = "serial_leading_zero_lost", "serial_no has lost a leading zero", "serial_no 丢失了前导零";
    ZEROS_ADDED = "serial_zeros_added", "serial_no has zeros in front that are not the certificate's", "serial_no 前面多了零";
    PUBLIC_KEY_ID = "serial_public_key_id", "serial_no is the id of WeChat Pay's public key, which belongs into Wechatpay-Serial", "serial_no 填成了微信支付公钥ID，它应放在 Wechatpay-Serial 中";
    FOREIGN = "serial_foreign", "serial_no is another's", "serial_no 属于其他方";
    UNKNOWN = "serial_unknown", "serial_no is none of this caller's certificates", "serial_no 不是该商户的任何一张证书";
}

/// Compares with the serials known, as far as any are, without regard to case.
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
    // 20 bytes have 49 decimal digits at most and 40 hexadecimal ones: longer digits are decimal for sure.
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

/// Whether this serial is accepted although the documents write it in another case.
pub(super) fn is_lower_case(serial: &str, keys: &Keys) -> bool {
    let mut known = keys.callers().filter_map(|known| known.serial_no());
    known.any(|known| known != serial && known.eq_ignore_ascii_case(serial))
}

fn wanted(serial: &str) -> Words {
    Words::said(format!("the certificate's is {serial}"), format!("证书的序列号为 {serial}"))
}
