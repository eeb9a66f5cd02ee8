//! Tests the explanation of a request whose body is unknown, by its known parts.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

use jiff::Timestamp;
use ruhui_core::explain::{Explanation, Keys, Received, Verdict, explain_incomplete};
use ruhui_core::key::PrivateKey;
use ruhui_core::types::SerialNo;

const SERIAL_NO: &str = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";

fn key(name: &str) -> PrivateKey {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/keys").join(name);
    PrivateKey::from_pem(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn header(mchid: &str, signature: &str, timestamp: &str) -> String {
    format!(
        "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"N\",signature=\"{signature}\",\
         timestamp=\"{timestamp}\",serial_no=\"{SERIAL_NO}\""
    )
}

fn judge(header: &str) -> Explanation {
    let serial_no = SerialNo::new(SERIAL_NO).unwrap();
    let keys = Keys::new()
        .of_caller("1900000001")
        .with_caller(Some(serial_no), key("merchant_key.pem").public_key())
        .with_other("WeChat Pay", None, key("platform_key.pem").public_key());
    let now = Timestamp::from_second(1_750_752_000).unwrap();
    explain_incomplete(&Received::new("", "", header, b"", now), &keys)
}

#[track_caller]
fn finds(explanation: &Explanation, verdict: Verdict, ids: &[&str]) {
    let found: Vec<_> = explanation.findings.iter().map(|finding| finding.cause.id).collect();
    assert_eq!((explanation.verdict, &found[..]), (verdict, ids), "{explanation}");
}

#[test]
fn a_header_alone_is_judged_as_far_as_it_goes() {
    let signature = key("merchant_key.pem").sign(b"any message");
    let right = judge(&header("1900000001", &signature, "1750752000"));
    finds(&right, Verdict::Incomplete, &[]);
    let made_by: Vec<_> = right.remarks.iter().map(|remark| remark.cause.id).collect();
    assert_eq!(made_by, ["key_known"]);
    assert!(format!("{right}").contains(SERIAL_NO) && format!("{right:#}").contains(SERIAL_NO));

    let late = judge(&header("1900000001", &signature, "1750751000"));
    finds(&late, Verdict::Incomplete, &["timestamp_outside_window"]);
    let foreign = judge(&header("1900000002", &signature, "1750752000"));
    finds(&foreign, Verdict::Incomplete, &["caller_wrong"]);
    let cut = judge(&header("1900000001", &signature[..340], "1750752000"));
    finds(&cut, Verdict::Unchecked, &["signature_length"]);
}

#[test]
fn whose_key_signed_is_known_without_the_message() {
    let of_platform = key("platform_key.pem").sign(b"any message");
    let foreign = judge(&header("1900000001", &of_platform, "1750752000"));
    finds(&foreign, Verdict::Incomplete, &["key_foreign"]);
    assert!(foreign.remarks.is_empty());
    let of_brand = key("brand_key.pem").sign(b"any message");
    let unknown = judge(&header("1900000001", &of_brand, "1750752000"));
    finds(&unknown, Verdict::Incomplete, &["key_unknown"]);
}

#[test]
fn the_scheme_of_a_brand_is_not_called_wrong_where_the_path_is_not_known() {
    let signature = key("merchant_key.pem").sign(b"any message");
    let brand = header("1900000001", &signature, "1750752000")
        .replace("WECHATPAY2-", "WECHATPAY-BRAND-")
        .replace("mchid", "brand_id");
    finds(&judge(&brand), Verdict::Incomplete, &[]);
}
