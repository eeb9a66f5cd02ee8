//! Faults of `serial_no`.

use super::explanation::Finding;
use super::keys::Keys;
use super::words::{Cause, Words, cause};

const ADVICE: (&str, &str) = (
    "Take the serial of the merchant API certificate whose private key signs, in upper-case hexadecimal with its leading zeros: openssl x509 -in apiclient_cert.pem -noout -serial.",
    "请使用签名私钥对应的商户 API 证书序列号，大写十六进制并保留前导零：openssl x509 -in apiclient_cert.pem -noout -serial。",
);

pub(super) static COLONS: Cause =
    cause("serial_colons", ("serial_no has colons or blanks in it", "serial_no 含有冒号或空格"), ADVICE);
pub(super) static DECIMAL: Cause =
    cause("serial_decimal", ("serial_no is in decimal", "serial_no 是十进制"), ADVICE);
pub(super) static LEADING_ZERO: Cause = cause(
    "serial_leading_zero_lost",
    ("serial_no has lost a leading zero", "serial_no 丢失了前导零"),
    ADVICE,
);
pub(super) static PUBLIC_KEY_ID: Cause = cause(
    "serial_public_key_id",
    (
        "serial_no is the id of WeChat Pay's public key, which belongs into Wechatpay-Serial",
        "serial_no 填成了微信支付公钥 ID，它应放在 Wechatpay-Serial 中",
    ),
    ADVICE,
);
pub(super) static FOREIGN: Cause =
    cause("serial_foreign", ("serial_no is another's", "serial_no 属于其他方"), ADVICE);
pub(super) static UNKNOWN: Cause = cause(
    "serial_unknown",
    ("serial_no is none of this caller's certificates", "serial_no 不是该商户的任何一张证书"),
    ADVICE,
);

pub(super) static ALL: [&Cause; 6] = [&COLONS, &DECIMAL, &LEADING_ZERO, &PUBLIC_KEY_ID, &FOREIGN, &UNKNOWN];

/// Compares with the serials known, as far as any are.
pub(super) fn check(serial: &str, keys: &Keys) -> Vec<Finding> {
    let mut known = keys.callers().filter_map(|known| known.serial_no()).peekable();
    let some_known = known.peek().is_some();
    let known: Vec<&str> = known.collect();
    if known.contains(&serial) {
        return Vec::new();
    }
    if serial.starts_with("PUB_KEY_ID_") {
        return vec![Finding::seen(&PUBLIC_KEY_ID)];
    }
    if let Some(owner) = keys.others().find(|other| other.serial_no() == Some(serial)) {
        let name = owner.name();
        return vec![Finding { detail: Some(name), ..Finding::seen(&FOREIGN) }];
    }

    let mut findings = Vec::new();
    let plain: String = serial.chars().filter(|c| !matches!(c, ':' | ' ' | '-')).collect();
    if plain != serial {
        findings.push(Finding::seen(&COLONS));
    }
    let upper = plain.to_ascii_uppercase();
    let hex = decimal_to_hex(&upper);
    let same = |left: &str, right: &str| left.trim_start_matches('0') == right.trim_start_matches('0');
    if known.contains(&upper.as_str()) {
        return findings;
    }
    if let Some(right) = known.iter().find(|right| same(right, &upper)) {
        findings.push(Finding { detail: Some(wanted(right)), ..Finding::seen(&LEADING_ZERO) });
        return findings;
    }
    // 20 bytes have 49 decimal digits at most and 40 hexadecimal ones: longer digits are decimal for sure.
    let decimal = hex.filter(|hex| known.iter().any(|right| same(right, hex)) || plain.len() > 40);
    if let Some(hex) = decimal {
        findings.push(Finding { detail: Some(wanted(&hex)), ..Finding::seen(&DECIMAL) });
    } else if some_known {
        findings.push(Finding { detail: Some(wanted(&known.join(", "))), ..Finding::seen(&UNKNOWN) });
    }
    findings
}

fn wanted(serial: &str) -> Words {
    Words::said(format!("the certificate's is {serial}"), format!("证书的序列号为 {serial}"))
}

/// The number in hexadecimal, two digits a byte.
fn decimal_to_hex(decimal: &str) -> Option<String> {
    // The longest serials have 49 digits; the work grows with the square.
    if decimal.is_empty() || decimal.len() > 64 || !decimal.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // The least significant byte first.
    let mut bytes: Vec<u8> = vec![0];
    for digit in decimal.bytes() {
        let mut carry = u16::from(digit - b'0');
        for byte in &mut bytes {
            let sum = u16::from(*byte) * 10 + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
        if carry > 0 {
            bytes.push(carry as u8);
        }
    }
    bytes.reverse();
    Some(hex::encode_upper(bytes))
}

#[cfg(test)]
mod tests {
    use super::decimal_to_hex;

    #[test]
    fn decimal_becomes_hexadecimal() {
        assert_eq!(decimal_to_hex("255").as_deref(), Some("FF"));
        assert_eq!(decimal_to_hex("65536").as_deref(), Some("010000"));
        assert_eq!(
            decimal_to_hex("170518961404394360138998218675655307300760402572").as_deref(),
            Some("1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C")
        );
        assert_eq!(decimal_to_hex("1DDE"), None);
    }
}
