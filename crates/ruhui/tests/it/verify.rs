//! Tests of signature verification: no value without a verified signature, and an error for each kind of
//! failure.

use crate::support::*;
use bytes::Bytes;
use http::header::HeaderName;
use http::{HeaderValue, Method, Response};
use ruhui::Error;
use ruhui::key::{Certificate, PrivateKey};
use ruhui::sign::{PROBE_PREFIX, ResponseSigner, Scheme, VerifyError, header};
use ruhui::types::SerialNo;

fn without(name: HeaderName) -> Response<Bytes> {
    let mut response = signed(200, TOKEN);
    response.headers_mut().remove(name);
    response
}

fn with(name: HeaderName, value: &str) -> Response<Bytes> {
    let mut response = signed(200, TOKEN);
    response.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
    response
}

fn at(second: i64) -> Response<Bytes> {
    signed_by(&platform(), Scheme::Merchant, second, 200, TOKEN)
}

#[tokio::test]
async fn each_way_to_fail_is_told_apart() {
    let mut doubled = signed(200, TOKEN);
    doubled.headers_mut().append(header::NONCE, HeaderValue::from_static("other"));
    let mut changed = signed(200, TOKEN);
    *changed.body_mut() = Bytes::from(TOKEN.replace("Ab3d", "ab3d"));
    let signature = signed(200, TOKEN).headers()[header::SIGNATURE].to_str().unwrap().to_owned();
    let probe = format!("{PROBE_PREFIX}{}", &signature[PROBE_PREFIX.len()..]);
    let long_probe = format!("{PROBE_PREFIX}{signature}");
    let known = vec![SerialNo::new(PUBLIC_KEY_ID).unwrap()];
    let brand = Scheme::Brand.as_str().to_owned();

    let table = [
        (unsigned(200, TOKEN), VerifyError::MissingHeader(header::TIMESTAMP)),
        (without(header::TIMESTAMP), VerifyError::MissingHeader(header::TIMESTAMP)),
        (without(header::NONCE), VerifyError::MissingHeader(header::NONCE)),
        (without(header::SIGNATURE), VerifyError::MissingHeader(header::SIGNATURE)),
        (without(header::SERIAL), VerifyError::MissingHeader(header::SERIAL)),
        (doubled, VerifyError::DuplicateHeader(header::NONCE)),
        (with(header::TIMESTAMP, "soon"), VerifyError::MalformedHeader(header::TIMESTAMP)),
        (with(header::SERIAL, "7132D7"), VerifyError::UnknownSerial { serial: "7132D7".into(), known }),
        (at(NOW - 301), VerifyError::TooOld { seconds: 301 }),
        (at(NOW + 301), VerifyError::TooFarAhead { seconds: 301 }),
        (
            with(header::SIGNATURE_TYPE, &brand),
            VerifyError::WrongAlgorithm { found: brand.clone(), wanted: Scheme::Merchant },
        ),
        (with(header::SIGNATURE, &probe), VerifyError::Probe),
        (with(header::SIGNATURE, &long_probe), VerifyError::Probe),
        (with(header::SIGNATURE, "AAAA"), VerifyError::Forged),
        (changed, VerifyError::Forged),
    ];
    for (response, wanted) in table {
        let error = ask(Ok(response)).await.unwrap_err();
        let Error::Verify(unverified) = &error else { panic!("{wanted:?} came as {error:?}") };
        assert_eq!(unverified.error, wanted);
        assert!(error.may_have_taken_effect(), "{wanted:?}");
        assert_eq!(error.is_retryable(), wanted == VerifyError::Probe, "{wanted:?}");
        assert_eq!(error.request_id(), Some("08F78BB5-0"));
        // The error has no source, since a chain of sources would repeat its text.
        assert!(std::error::Error::source(&error).is_none());
        let shown = format!("{error} {error:#} {error:?}");
        assert!(!shown.contains("Ab3d") && !shown.contains(&signature), "{shown}");
    }
}

#[tokio::test]
async fn the_edges_of_the_window_pass() {
    for second in [NOW - 300, NOW, NOW + 300] {
        assert!(ask(Ok(at(second))).await.is_ok(), "{second}");
    }
}

#[tokio::test]
async fn a_signed_refusal_must_verify_too() {
    let mut response = signed(400, r#"{"code":"PARAM_ERROR","message":"OpenID有误"}"#);
    *response.body_mut() = Bytes::from_static(br#"{"code":"NO_AUTH","message":"x"}"#);
    let error = ask(Ok(response)).await.unwrap_err();
    assert!(matches!(&error, Error::Verify(u) if u.error == VerifyError::Forged), "{error:?}");
    assert!(error.may_have_taken_effect() && error.code().is_none());

    let mut half = unsigned(400, "{}");
    half.headers_mut().insert(header::SERIAL, HeaderValue::from_static(PUBLIC_KEY_ID));
    let error = ask(Ok(half)).await.unwrap_err();
    assert!(matches!(&error, Error::Verify(_)), "{error:?}");
}

#[tokio::test]
async fn a_raw_call_verifies_as_well() {
    let script = Script::new([Ok(unsigned(200, "{}"))]);
    let error = client(&script).call(Method::GET, "/v3/x", "").await.unwrap_err();
    assert!(matches!(error, Error::Verify(_)));
}

#[tokio::test]
async fn a_platform_certificate_verifies_beside_the_public_key() {
    let certificate = Certificate::from_pem(PLATFORM_CERT).unwrap();
    let key = PrivateKey::from_pem(PLATFORM_KEY).unwrap();
    let signer = ResponseSigner::new(certificate.serial_no().clone(), key);
    let by_certificate = signed_by(&signer, Scheme::Merchant, NOW, 200, TOKEN);
    let script = Script::new([Ok(by_certificate), Ok(signed(200, TOKEN))]);
    let client = builder().platform_certificate(PLATFORM_CERT).transport(script.clone()).build().unwrap();
    client.create_pre_auth_token(&call()).await.unwrap();
    client.create_pre_auth_token(&call()).await.unwrap();
}

#[tokio::test]
async fn a_verified_success_that_is_no_token_says_what_is_wrong_and_no_value() {
    let table = [
        ("[1]", "the JSON must be of type object, not array"),
        ("token", "the JSON is not JSON at line 1"),
        ("", "the body is empty"),
        (r#"{"expire_time":"2025-06-24T09:00:00+08:00"}"#, "/token is required"),
        (r#"{"token":null,"expire_time":"2025-06-24T09:00:00+08:00"}"#, "/token is required"),
        (r#"{"token":"","expire_time":"2025-06-24T09:00:00+08:00"}"#, "/token must not be empty"),
        (
            r#"{"token":["s3cret"],"expire_time":"2025-06-24T09:00:00+08:00"}"#,
            "/token must be of type string",
        ),
        (r#"{"token":"s3cret","expire_time":"s3cret"}"#, "/expire_time must be an RFC 3339 time"),
    ];
    for (body, why) in table {
        let error = ask(Ok(signed(200, body))).await.unwrap_err();
        let Error::Unexpected(unexpected) = &error else { panic!("{error:?}") };
        assert!(unexpected.invalid_field.to_string().starts_with(why), "{}", unexpected.invalid_field);
        // The request may have taken effect, so the caller gets the body of the response.
        assert_eq!(error.verified_body().unwrap(), body.as_bytes());
        let chinese = format!("{error:#}");
        assert!(
            chinese.contains("应答") && !chinese.contains("请求包体") && !chinese.contains("输入源"),
            "{chinese}"
        );
        assert!(!chinese.contains("“”") && !chinese.contains("s3cret"), "{chinese}");
        assert!(error.may_have_taken_effect() && !error.is_retryable());
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }
}

/// Returns the ids of the causes that were found.
fn found(error: &Error) -> Vec<&'static str> {
    let Error::Verify(unverified) = error else { panic!("{error:?}") };
    unverified.findings.iter().map(|finding| finding.cause.id).collect()
}

#[tokio::test]
async fn a_response_that_was_changed_or_replaced_on_the_way_says_so() {
    let mut compressed = signed(200, TOKEN);
    compressed.headers_mut().insert("content-encoding", HeaderValue::from_static("gzip"));
    *compressed.body_mut() = Bytes::from_static(b"\x1f\x8b\x08\x00");
    let error = ask(Ok(compressed)).await.unwrap_err();
    assert_eq!(found(&error), ["response_compressed"]);
    assert!(error.to_string().contains("Content-Encoding: gzip"), "{error}");
    assert!(format!("{error:#}").contains("包体在途中被压缩"), "{error:#}");

    let mut portal = unsigned(200, "<!doctype html><title>Sign in to the network</title>");
    portal.headers_mut().insert("content-type", HeaderValue::from_static("text/html"));
    let error = ask(Ok(portal)).await.unwrap_err();
    assert_eq!(found(&error), ["response_html_page"]);

    let mut bill = unsigned(200, "");
    *bill.body_mut() = Bytes::from_static(b"\x1f\x8b\x08\x00");
    bill.headers_mut().insert("content-type", HeaderValue::from_static("application/x-gzip"));
    let error = ask(Ok(bill)).await.unwrap_err();
    assert_eq!(found(&error), ["response_download"]);
    assert!(error.to_string().contains("Downloads cannot be fetched with this client"), "{error}");

    let cut = signed(200, TOKEN).headers()[header::SIGNATURE].to_str().unwrap()[..256].to_owned();
    let error = ask(Ok(with(header::SIGNATURE, &cut))).await.unwrap_err();
    assert_eq!(found(&error), ["response_signature_length"]);
    // This server is the merchant's own, and signs with the merchant's key.
    let own = PrivateKey::from_pem(MERCHANT_KEY).unwrap();
    let own = ResponseSigner::new(SerialNo::new(PUBLIC_KEY_ID).unwrap(), own);
    let error = ask(Ok(signed_by(&own, Scheme::Merchant, NOW, 200, TOKEN))).await.unwrap_err();
    assert_eq!(found(&error), ["response_signed_by_own_key"]);
}
