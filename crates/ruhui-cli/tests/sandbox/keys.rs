//! Tests of `ruhui keys` at a running sandbox.

use crate::running::*;
use serde_json::Value;
use std::path::Path;

fn keys(here: &Path, words: &[&str]) -> Said {
    say(here, &[&["keys"], words].concat())
}

#[test]
fn a_merchant_goes_through_the_stages() {
    let place = made();
    let here = place.path();
    let _running = Running::start(here, &[]);
    let shown = keys(here, &[]).good();
    for line in ["platform\n", "  public key             PUB_KEY_ID_", ", signs\n", "merchant 1900000001\n"] {
        assert!(shown.contains(line), "{shown}");
    }
    assert!(shown.contains("  stage  both_public_key (both, by default the public key)"), "{shown}");
    let shown =
        keys(here, &["stage", "both_certificate", "--public-key-callbacks", "20", "--lang", "zh"]).good();
    for line in ["阶段      both_certificate（两者并存，默认用平台证书）", "回调通知  20% 由微信支付公钥签名"]
    {
        assert!(shown.contains(line), "{shown}");
    }
    // The tool has both keys of the kit, so it verifies at each stage.
    for stage in ["certificates", "both_certificate", "both_public_key"] {
        keys(here, &["stage", stage]).good();
        say(here, &["token"]).good();
    }
    keys(here, &["stage", "public_key"]).good();
    say(here, &["token"]).good();
    let error = say(here, &["call", "GET", "/v3/certificates"]).error();
    assert!(error.contains("RESOURCE_NOT_EXISTS"), "{error}");
    let error = keys(here, &["stage", "public_key", "--public-key-callbacks", "5"]).error();
    assert!(error.contains("`public_key_callbacks`: only a merchant with both keys"), "{error}");
}

#[test]
fn certificates_and_keys_are_rotated() {
    let place = made();
    let here = place.path();
    let _running = Running::start(here, &[]);
    let said = keys(here, &["new-platform-certificate", "--out", "next.pem"]);
    assert!(said.stderr.contains("`ruhui keys use "), "{said:?}");
    assert!(said.good().contains("  certificate    next.pem"));
    let pem = std::fs::read_to_string(here.join("next.pem")).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    let error = keys(here, &["new-platform-certificate", "--out", "next.pem"]).error();
    assert!(error.starts_with("next.pem: "), "an existing file stays: {error}");
    let shown: Value = keys(here, &["-o", "json"]).json();
    let listed = shown["platform"]["certificates"].as_array().unwrap();
    assert_eq!(listed.len(), 2, "the second request issued nothing: {shown}");
    let new = listed[1]["serial_no"].as_str().unwrap();
    assert!(keys(here, &["use", new]).good().contains(&format!("  certificate  {new}, until ")));
    let error = keys(here, &["retire", new]).error();
    assert!(error.contains("IN_USE"), "{error}");
    let old = listed[0]["serial_no"].as_str().unwrap();
    assert!(!keys(here, &["retire", old]).good().contains(old));

    keys(here, &["new-merchant-certificate", "--out", "renewed"]).good();
    let issued = |name: &str| std::fs::read_to_string(here.join("renewed").join(name)).unwrap();
    let serial = keys(here, &["-o", "json"]).json()["merchants"][0]["certificates"][1]["serial_no"].clone();
    let serial = serial.as_str().unwrap();
    assert!(issued("apiclient_key.pem").contains("PRIVATE KEY"));
    assert!(issued("apiclient_cert.pem").contains("CERTIFICATE"));
    assert!(!keys(here, &["revoke", serial]).good().contains(serial));
    // A request that fails leaves no file.
    let error =
        keys(here, &["new-merchant-certificate", "--mchid", "1900000099", "--out", "nothing"]).error();
    assert!(error.contains("1900000099"), "{error}");
    assert_eq!(std::fs::read_dir(here.join("nothing")).unwrap().count(), 0);

    let said = keys(here, &["new-apiv3-key"]);
    assert!(said.stderr.contains("kit.env still has the former key"), "{said:?}");
    let error = keys(here, &["new-apiv3-key", "short"]).error();
    assert!(error.contains("`apiv3_key`"), "{error}");
}
