//! Tests the causes of responses and callbacks whose signature is not verified.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use ruhui_core::explain::{
    Certainty, ReceivedResponse, ResponseExplanation, explain_response, response_causes,
};
use ruhui_core::key::{Certificate, OutsideValidity, PlatformKeys, PrivateKey, PublicKey};
use ruhui_core::sign::{PROBE_PREFIX, ResponseSigner, Scheme, VerifyError, header, verify_response_at};
use ruhui_core::types::{NonceStr, SerialNo};
use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex};

const NOW: i64 = 1_750_723_200;
const ID: &str = "PUB_KEY_ID_0119000000012025062400000000000001";
const BODY: &str = r#"{"id":"EV-1","summary":"会员 a/b & <c>","create_time":"2025-06-24T08:00:00+08:00","resource":{"nonce":"abc","count":10,"note":""}}"#;

static PLATFORM: LazyLock<PrivateKey> =
    LazyLock::new(|| key(include_str!("../../../vectors/keys/platform_key.pem")));
static MERCHANT: LazyLock<PrivateKey> =
    LazyLock::new(|| key(include_str!("../../../vectors/keys/merchant_key.pem")));
static BRAND: LazyLock<PrivateKey> =
    LazyLock::new(|| key(include_str!("../../../vectors/keys/brand_key.pem")));

fn key(pem: &str) -> PrivateKey {
    PrivateKey::from_pem(pem).unwrap()
}

/// Causes that these tests have found. Every cause must be among them.
static NAMED: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

fn signed_by(key: &PrivateKey, body: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let signer = ResponseSigner::new(SerialNo::new(ID).unwrap(), key.clone());
    let now = Timestamp::from_second(NOW).unwrap();
    signer.sign(&mut headers, Scheme::Merchant, now, &NonceStr::new("n0nce").unwrap(), body);
    headers
}

fn signed(body: &[u8]) -> HeaderMap {
    signed_by(&PLATFORM, body)
}

fn explained(headers: &HeaderMap, body: &[u8]) -> ResponseExplanation {
    let keys = PlatformKeys::new().with_public_key(SerialNo::new(ID).unwrap(), PLATFORM.public_key());
    explained_with(headers, body, &keys, Some(&MERCHANT.public_key()))
}

fn explained_with(
    headers: &HeaderMap,
    body: &[u8],
    keys: &PlatformKeys,
    own: Option<&PublicKey>,
) -> ResponseExplanation {
    let now = Timestamp::from_second(NOW).unwrap();
    let explanation =
        explain_response(&ReceivedResponse::new(headers, body, Scheme::Merchant).at(now), keys, own);
    NAMED.lock().unwrap().extend(ids(&explanation));
    for shown in [format!("{explanation}"), format!("{explanation:#}"), format!("{explanation:?}")] {
        assert!(!shown.contains("EV-1"), "the body is shown: {shown}");
    }
    explanation
}

fn ids(explanation: &ResponseExplanation) -> Vec<&'static str> {
    explanation.findings.iter().map(|finding| finding.cause.id).collect()
}

fn with(name: HeaderName, value: &str) -> HeaderMap {
    let mut headers = signed(BODY.as_bytes());
    headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    headers
}

/// Returns the causes of a response whose signature text was changed.
fn of_signature(change: impl Fn(&str) -> String) -> Vec<&'static str> {
    let headers = signed(BODY.as_bytes());
    let signature = headers[header::SIGNATURE].to_str().unwrap();
    let explanation = explained(&with(header::SIGNATURE, &change(signature)), BODY.as_bytes());
    assert!(explanation.error.is_some());
    ids(&explanation)
}

/// Returns the causes where `sent` was signed and the receiver has `came`.
fn of_body(sent: &[u8], came: impl AsRef<[u8]>) -> Vec<&'static str> {
    let explanation = explained(&signed(sent), came.as_ref());
    assert_eq!(explanation.error, Some(VerifyError::Forged));
    ids(&explanation)
}

#[test]
fn what_verifies_has_no_findings() {
    let explanation = explained(&signed(BODY.as_bytes()), BODY.as_bytes());
    assert_eq!((explanation.error.as_ref(), explanation.findings.len()), (None, 0));
    assert_eq!(explanation.to_string(), "verified: the signature fits");
}

#[test]
fn a_signature_that_was_changed_on_the_way_is_looked_at_first() {
    assert_eq!(of_signature(|text| text.trim_end_matches('=').to_owned()), ["response_signature_unpadded"]);
    assert_eq!(of_signature(|text| text[..256].to_owned()), ["response_signature_length"]);
    assert_eq!(of_signature(|text| text[..300].to_owned()), ["response_signature_length"]);
    assert_eq!(of_signature(|text| text.replace('+', " ")), ["response_signature_blanks"]);
    let percent = |text: &str| text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    assert_eq!(of_signature(percent), ["response_signature_percent_encoded"]);
    assert_eq!(of_signature(|text| format!("{text}%")), ["response_signature_percent_sign"]);
    assert_eq!(of_signature(|text| format!("\"{text}\"")), ["response_signature_quoted"]);
    let url_safe = |text: &str| text.replace('+', "-").replace('/', "_");
    assert_eq!(of_signature(url_safe), ["response_signature_url_safe"]);
    let wrapped = |text: &str| {
        let lines: Vec<&str> = text.as_bytes().chunks(76).map(|line| str::from_utf8(line).unwrap()).collect();
        lines.join(" ")
    };
    assert_eq!(of_signature(wrapped), ["response_signature_wrapped"]);
    assert_eq!(of_signature(|text| base64(text.as_bytes())), ["response_signature_base64_twice"]);
    assert_eq!(of_signature(|text| hex::encode(unbase64(text))), ["response_signature_hex"]);
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn unbase64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

#[test]
fn a_body_that_was_lost_or_replaced_is_named() {
    assert_eq!(of_body(BODY.as_bytes(), ""), ["response_body_lost"]);
    assert_eq!(of_body(BODY.as_bytes(), "<html><body>502</body></html>"), ["response_html_page"]);
}

#[test]
fn a_signature_of_any_length_is_judged() {
    assert_eq!(of_signature(|text| text.repeat(200)), ["response_signature_length"]);
}

#[test]
fn a_digest_of_apiv2_is_named() {
    assert_eq!(of_signature(|_| "0123456789ABCDEF".repeat(4)), ["response_signature_of_v2"]);
}

#[test]
fn a_sound_signature_is_not_called_damaged_where_no_key_is_known() {
    let explanation = explained_with(&signed(BODY.as_bytes()), BODY.as_bytes(), &PlatformKeys::new(), None);
    assert!(!explanation.findings.iter().any(|finding| finding.cause.id.starts_with("response_signature")));
}

#[test]
fn a_cut_signature_says_how_many_characters_came_in_both_languages() {
    let headers = signed(BODY.as_bytes());
    let cut = &headers[header::SIGNATURE].to_str().unwrap()[..256];
    let explanation = explained(&with(header::SIGNATURE, cut), BODY.as_bytes());
    assert_eq!(
        explanation.to_string(),
        "the signature does not match the bytes received; the signature is not whole, or not a signature: 256 \
         characters (192 bytes), 344 (256 bytes) are needed. Let proxies and frameworks hand the header on as it is"
    );
    assert_eq!(
        format!("{explanation:#}"),
        "签名不匹配；签名值不完整，或不是签名：共 256 个字符（192 字节），应为 344 个字符（256 字节）。代理和框架须原样传递该 HTTP 头"
    );
}

#[test]
fn a_body_that_was_written_anew_says_in_which_way() {
    let json: serde_json::Value = serde_json::from_str(BODY).unwrap();
    let pretty = serde_json::to_string_pretty(&json).unwrap();
    assert_eq!(of_body(BODY.as_bytes(), &pretty), ["response_rewritten"]);
    assert_eq!(of_body(pretty.as_bytes(), BODY), ["response_rewritten"]);
    let python = BODY.replace("\":", "\": ").replace(",\"", ", \"");
    assert_eq!(of_body(BODY.as_bytes(), &python), ["response_rewritten"]);
    assert_eq!(of_body(BODY.as_bytes(), format!("{BODY}\n")), ["response_end_changed"]);
    assert_eq!(of_body(format!("{BODY}\r\n").as_bytes(), BODY), ["response_end_changed"]);
    assert_eq!(of_body(BODY.as_bytes(), BODY.replace('/', "\\/")), ["response_escapes_changed"]);
    let ascii = BODY.replace('会', "\\u4f1a").replace('员', "\\u5458");
    assert_eq!(of_body(BODY.as_bytes(), &ascii), ["response_escapes_changed"]);
    assert_eq!(of_body(ascii.as_bytes(), BODY), ["response_escapes_changed"]);
    let go = BODY.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
    assert_eq!(of_body(BODY.as_bytes(), go), ["response_escapes_changed"]);
    assert_eq!(of_body(br#"{"b":1,"a":2}"#, r#"{"a":2,"b":1}"#), ["response_order_changed"]);
    assert_eq!(of_body(BODY.as_bytes(), format!("\u{FEFF}{BODY}")), ["response_byte_order_mark"]);
    assert_eq!(of_body(br#"{"a":1.0}"#, r#"{"a":1}"#), ["response_values_rewritten"]);
    assert_eq!(of_body(br#"{"a":1}"#, r#"{"a":1,"b":null}"#), ["response_members_changed"]);
    let twice: String = BODY.bytes().map(char::from).collect();
    assert_eq!(of_body(BODY.as_bytes(), twice), ["response_charset_changed"]);
    let quoted = serde_json::to_string(BODY).unwrap();
    assert_eq!(of_body(BODY.as_bytes(), quoted), ["response_json_twice"]);
    let chunked = format!("{:x}\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n", 9, &BODY[..9], BODY.len() - 9, &BODY[9..]);
    assert_eq!(of_body(BODY.as_bytes(), chunked), ["response_chunk_framing"]);
    let encoded = percent_encoding::utf8_percent_encode(BODY, percent_encoding::NON_ALPHANUMERIC).to_string();
    assert_eq!(of_body(BODY.as_bytes(), encoded), ["response_percent_encoded"]);
    let entities =
        BODY.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    assert_eq!(of_body(BODY.as_bytes(), entities), ["response_html_entities"]);
    assert_eq!(of_body(pretty.as_bytes(), pretty.replace('\n', "\r\n")), ["response_rewritten"]);
    assert_eq!(of_body(b"one\ntwo", "one\r\ntwo"), ["response_line_ends"]);
    assert_eq!(of_body(br#"{"a":"1","b":"2"}"#, "a=1&b=2"), ["response_form"]);
    assert_eq!(of_body(b"", BODY), ["response_body_of_other"]);
}

#[test]
fn several_rewritings_at_once_are_named() {
    // Python's `json.dumps` with sorted members writes this text.
    let python = r#"{"a": "\u4f1a", "b": 1}"#;
    let both = of_body(r#"{"a":"会","b":1}"#.as_bytes(), python);
    assert_eq!(both, ["response_rewritten", "response_escapes_changed"]);
    let three = of_body(r#"{"b":1,"a":"会"}"#.as_bytes(), python);
    // A library that changes the order of members rewrites the whole JSON, including blanks.
    assert_eq!(three, ["response_order_changed", "response_escapes_changed"]);
}

#[test]
fn another_key_and_other_bytes_are_told_apart_for_certain() {
    let changed = BODY.replace("EV-1", "EV-2");
    let explanation = explained(&signed(BODY.as_bytes()), changed.as_bytes());
    assert_eq!(ids(&explanation), ["response_other_bytes"]);
    assert_eq!(explanation.findings[0].certainty, Certainty::Proven);
    let by_brand = explained(&signed_by(&BRAND, BODY.as_bytes()), BODY.as_bytes());
    assert_eq!(ids(&by_brand), ["response_key_unknown"]);
    let by_own = explained(&signed_by(&MERCHANT, BODY.as_bytes()), BODY.as_bytes());
    assert_eq!(ids(&by_own), ["response_signed_by_own_key"]);

    let other = SerialNo::new("PUB_KEY_ID_2").unwrap();
    let exchanged = PlatformKeys::new()
        .with_public_key(SerialNo::new(ID).unwrap(), BRAND.public_key())
        .with_public_key(other, PLATFORM.public_key());
    let explanation = explained_with(&signed(BODY.as_bytes()), BODY.as_bytes(), &exchanged, None);
    assert_eq!(ids(&explanation), ["response_serial_of_other_key"]);
    let named = explanation.findings[0].detail.as_ref().unwrap().to_string();
    assert_eq!(named, format!("{ID} -> PUB_KEY_ID_2"));
}

#[test]
fn a_key_under_a_name_that_is_not_configured_is_recognised() {
    let explanation =
        explained(&with(header::SERIAL, "7132D72A03E93CDDF8C03BBD1F37EEDF00000000"), BODY.as_bytes());
    assert!(matches!(explanation.error, Some(VerifyError::UnknownSerial { .. })));
    assert_eq!(ids(&explanation), ["response_serial_of_other_key"]);
}

#[test]
fn a_serial_in_lower_case_verifies() {
    let explanation = explained(&with(header::SERIAL, &ID.to_ascii_lowercase()), BODY.as_bytes());
    assert_eq!(explanation.error, None);
}

#[test]
fn a_body_that_was_compressed_cut_or_decoded_says_so() {
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03";
    let explanation = explained(&with(CONTENT_ENCODING, "gzip"), gzip);
    assert_eq!(ids(&explanation), ["response_compressed"]);
    assert!(explanation.to_string().contains("Content-Encoding: gzip"), "{explanation}");
    assert_eq!(ids(&explained(&signed(BODY.as_bytes()), gzip)), ["response_compressed"]);
    assert_eq!(ids(&explained(&with(CONTENT_ENCODING, "br"), b"\x0b\x02")), ["response_compressed"]);
    // `identity` means no compression.
    assert_eq!(ids(&explained(&with(CONTENT_ENCODING, "identity"), b"{}")), ["response_other_bytes"]);

    let cut = explained(&with(CONTENT_LENGTH, &BODY.len().to_string()), &BODY.as_bytes()[..40]);
    assert_eq!(ids(&cut), ["response_body_cut"]);
    let detail = format!("40 bytes of {}", BODY.len());
    assert_eq!(cut.findings[0].detail.as_ref().unwrap().to_string(), detail);
    let lost = of_body(BODY.as_bytes(), BODY.replace("会员", "\u{FFFD}\u{FFFD}"));
    assert_eq!(lost, ["response_characters_lost"]);
}

#[test]
fn what_has_no_signature_is_looked_at_for_who_wrote_it() {
    let page = b"<!DOCTYPE html>\n<html><body>Please log in</body></html>";
    assert_eq!(ids(&explained(&HeaderMap::new(), page)), ["response_html_page"]);
    let typed = |content_type: &'static str| {
        HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))])
    };
    assert_eq!(ids(&explained(&typed("text/html; charset=gbk"), b"hello")), ["response_html_page"]);
    assert_eq!(ids(&explained(&typed("application/x-gzip"), b"\x1f\x8b\x08")), ["response_download"]);
    assert_eq!(ids(&explained(&HeaderMap::new(), b"PK\x03\x04")), ["response_download"]);
    assert_eq!(ids(&explained(&HeaderMap::new(), b"")), ["response_empty"]);
    assert_eq!(ids(&explained(&HeaderMap::new(), b"{}")), [""; 0]);

    for name in [header::TIMESTAMP, header::NONCE, header::SIGNATURE, header::SERIAL] {
        let mut headers = signed(BODY.as_bytes());
        headers.remove(&name);
        let explanation = explained(&headers, BODY.as_bytes());
        assert_eq!(explanation.error, Some(VerifyError::MissingHeader(name)));
        assert_eq!(ids(&explanation), ["response_headers_dropped"]);
    }
}

#[test]
fn times_in_other_units_are_named() {
    let milliseconds = explained(&with(header::TIMESTAMP, &format!("{NOW}000")), BODY.as_bytes());
    assert_eq!(ids(&milliseconds)[0], "response_timestamp_milliseconds");
    let text = explained(&with(header::TIMESTAMP, "2025-06-24T08:00:00+08:00"), BODY.as_bytes());
    assert_eq!(ids(&text)[0], "response_timestamp_not_seconds");
}

#[test]
fn the_other_family_and_sm2_are_named() {
    let brand = explained(&with(header::SIGNATURE_TYPE, Scheme::Brand.as_str()), BODY.as_bytes());
    assert_eq!(ids(&brand), ["response_other_family"]);
    let sm2 = explained(&with(header::SIGNATURE_TYPE, "WECHATPAY2-SM2-WITH-SM3"), BODY.as_bytes());
    assert_eq!(ids(&sm2), ["response_signed_with_sm2"]);
}

#[test]
fn a_probe_and_an_age_need_no_cause() {
    let headers = signed(BODY.as_bytes());
    let signature = headers[header::SIGNATURE].to_str().unwrap();
    let probe = with(header::SIGNATURE, &format!("{PROBE_PREFIX}{}", &signature[PROBE_PREFIX.len()..]));
    let explanation = explained(&probe, BODY.as_bytes());
    assert_eq!((explanation.error, explanation.findings.len()), (Some(VerifyError::Probe), 0));

    let keys = PlatformKeys::new().with_public_key(SerialNo::new(ID).unwrap(), PLATFORM.public_key());
    let received = ReceivedResponse::new(&headers, BODY.as_bytes(), Scheme::Merchant);
    let later = received.at(Timestamp::from_second(NOW + 2340).unwrap());
    let explanation = explain_response(&later, &keys, None);
    assert_eq!(explanation.error, Some(VerifyError::TooOld { seconds: 2340 }));
    assert!(explanation.findings.is_empty());
    // A saved response is judged at its own time.
    assert_eq!(explain_response(&received, &keys, None).error, None);
}

/// Runs the cases of the other tests again, because tests run in any order.
#[test]
fn every_cause_has_a_case_and_both_languages() {
    a_signature_that_was_changed_on_the_way_is_looked_at_first();
    a_body_that_was_written_anew_says_in_which_way();
    another_key_and_other_bytes_are_told_apart_for_certain();
    a_body_that_was_compressed_cut_or_decoded_says_so();
    what_has_no_signature_is_looked_at_for_who_wrote_it();
    times_in_other_units_are_named();
    the_other_family_and_sm2_are_named();
    let named = NAMED.lock().unwrap();
    for cause in response_causes() {
        assert!(named.contains(cause.id), "{} has no case", cause.id);
        for (en, zh) in [(cause.name.en(), cause.name.zh()), (cause.advice.en(), cause.advice.zh())] {
            assert!(!en.is_empty() && en.is_ascii(), "{en}");
            assert!(!zh.is_ascii(), "{zh}");
        }
    }
}

/// A platform certificate is valid from its first second to its last, like a merchant's.
#[test]
fn a_platform_certificate_outside_its_validity_verifies_nothing() {
    let certificate = Certificate::from_pem(include_str!("../../../vectors/keys/platform_cert.pem")).unwrap();
    let keys = PlatformKeys::new().with_certificate(&certificate);
    let signer = ResponseSigner::new(certificate.serial_no().clone(), PLATFORM.clone());
    let (first, last) = (certificate.not_before(), certificate.not_after());
    let second = SignedDuration::from_secs(1);
    let signed_at = |at: Timestamp| {
        let mut headers = HeaderMap::new();
        signer.sign(&mut headers, Scheme::Merchant, at, &NonceStr::new("n0nce").unwrap(), BODY.as_bytes());
        headers
    };
    for (at, why) in [
        (first, None),
        (last, None),
        (first - second, Some(OutsideValidity::NotYet(first))),
        (last + second, Some(OutsideValidity::Expired(last))),
    ] {
        let headers = signed_at(at);
        let verify = |now| verify_response_at(&headers, BODY.as_bytes(), Scheme::Merchant, &keys, now);
        let serial = certificate.serial_no().to_string();
        let wanted = match why {
            None => Ok(()),
            Some(why) => Err(VerifyError::CertificateNotValid { serial, why }),
        };
        assert_eq!(verify(Some(at)), wanted, "{at}");
        assert_eq!(verify(None), Ok(()), "{at}: a saved one is judged without its time");
        let received = ReceivedResponse::new(&headers, BODY.as_bytes(), Scheme::Merchant).at(at);
        let explanation = explain_response(&received, &keys, None);
        assert_eq!((explanation.error, explanation.findings.len()), (wanted.err(), 0), "{at}");
    }
}
