//! Tests this project's known answers stage by stage: `vectors/sign` and `vectors/response`, described in
//! `vectors/README.md`. A failure names the case and the first stage that differs.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use ruhui_core::api::card_member::{CreatePreAuthToken, OpenUserCardToken};
use ruhui_core::api::certificates::ListCertificates;
use ruhui_core::api::{Brand, CallersOwn};
use ruhui_core::key::{Certificate, PlatformKeys, PrivateKey, PublicKey};
use ruhui_core::sign::{self, Authorization, ResponseSigner, Scheme, SignatureHeaders, Signer, VerifyError};
use ruhui_core::types::{BrandId, Caller, CardId, MchId, NonceStr, OpenId, SerialNo};
use ruhui_core::wire::{self, Encoded};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const REQUESTS: usize = 12;
const RESPONSES: usize = 6;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    method: String,
    target: String,
    scheme: String,
    caller: String,
    serial_no: String,
    timestamp: String,
    nonce_str: String,
    body: String,
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

fn cases(kind: &str) -> Vec<(String, PathBuf)> {
    let mut cases: Vec<_> = std::fs::read_dir(vectors().join(kind))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (format!("{kind}/{}", path.file_name().unwrap().to_str().unwrap()), path))
        .collect();
    cases.sort();
    cases
}

fn read(folder: &Path, file: &str) -> String {
    let path = folder.join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads a file of one line. The line feed at its end is not part of the value.
fn line(folder: &Path, file: &str) -> String {
    read(folder, file).strip_suffix('\n').expect("the file ends in a line feed").to_owned()
}

fn request(folder: &Path) -> Request {
    serde_json::from_str(&read(folder, "request.json")).unwrap()
}

fn at(seconds: &str) -> Timestamp {
    Timestamp::from_second(seconds.parse().unwrap()).unwrap()
}

fn private_key(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&read(&vectors().join("keys"), name)).unwrap()
}

fn signer(request: &Request) -> Signer {
    let (caller, key) = if request.scheme == Scheme::Merchant.as_str() {
        (Caller::Merchant(MchId::new(&request.caller).unwrap()), private_key("merchant_key.pem"))
    } else {
        assert_eq!(request.scheme, Scheme::Brand.as_str());
        (Caller::Brand(BrandId::new(&request.caller).unwrap()), private_key("brand_key.pem"))
    };
    Signer::new(caller, SerialNo::new(&request.serial_no).unwrap(), key)
}

#[test]
fn requests() {
    let cases = cases("sign");
    assert_eq!(cases.len(), REQUESTS);
    for (case, folder) in cases {
        let request = request(&folder);
        let (method, target, body) = (&*request.method, &*request.target, request.body.as_bytes());
        let signer = signer(&request);

        let message = sign::request_message(method, target, &request.timestamp, &request.nonce_str, body);
        assert_eq!(
            String::from_utf8(message.clone()).unwrap(),
            read(&folder, "message.txt"),
            "{case}: message"
        );

        let signature = line(&folder, "signature.txt");
        assert_eq!(signer.key().sign(&message), signature, "{case}: signature");

        let header = line(&folder, "authorization.txt");
        let nonce = NonceStr::new(&request.nonce_str).unwrap();
        let now = at(&request.timestamp);
        assert_eq!(signer.authorize(method, target, now, &nonce, body), header, "{case}: header");

        let parsed = Authorization::parse(&header).unwrap_or_else(|error| panic!("{case}: parse: {error}"));
        assert_eq!(parsed.scheme().as_str(), request.scheme, "{case}: parse, scheme");
        assert_eq!(parsed.caller(), signer.caller(), "{case}: parse, caller");
        assert_eq!(parsed.serial_no(), signer.serial_no(), "{case}: parse, serial_no");
        assert_eq!(parsed.timestamp(), request.timestamp, "{case}: parse, timestamp");
        assert_eq!(parsed.nonce_str(), &nonce, "{case}: parse, nonce_str");
        assert_eq!(parsed.signature(), signature, "{case}: parse, signature");
        assert_eq!(parsed.check_window(now), Ok(()), "{case}: window");

        let key = signer.key().public_key();
        assert_eq!(parsed.verify(method, target, body, &key), Ok(()), "{case}: verify");
        let platform = private_key("platform_key.pem").public_key();
        let another = parsed.verify(method, target, body, &platform);
        assert_eq!(another, Err(VerifyError::Forged), "{case}: verify with another key");
    }
}

#[test]
fn responses() {
    let cases = cases("response");
    assert_eq!(cases.len(), RESPONSES);
    let key = private_key("platform_key.pem");
    for (case, folder) in cases {
        let headers: BTreeMap<String, String> = serde_json::from_str(&read(&folder, "headers.json")).unwrap();
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect();
        let said =
            SignatureHeaders::read(&headers).unwrap_or_else(|error| panic!("{case}: headers: {error}"));
        let body = read(&folder, "body.txt").into_bytes();

        let message = sign::response_message(&said.timestamp, &said.nonce, &body);
        assert_eq!(
            String::from_utf8(message.clone()).unwrap(),
            read(&folder, "message.txt"),
            "{case}: message"
        );

        assert_eq!(key.sign(&message), line(&folder, "signature.txt"), "{case}: signature");

        let scheme = Scheme::ALL
            .into_iter()
            .find(|scheme| said.signature_type.as_deref() == Some(scheme.as_str()))
            .unwrap_or_else(|| panic!("{case}: headers: signature type"));
        let now = at(&said.timestamp);
        let signer = ResponseSigner::new(SerialNo::new(&said.serial).unwrap(), key.clone());
        let mut signed = HeaderMap::new();
        signer.sign(&mut signed, scheme, now, &NonceStr::new(&said.nonce).unwrap(), &body);
        assert_eq!(signed, headers, "{case}: headers");

        let keys = PlatformKeys::new().with_public_key(signer.serial().clone(), key.public_key());
        let verified = sign::verify_response(&headers, &body, scheme, &keys, now);
        assert_eq!(verified, Ok(()), "{case}: verify");
    }
}

/// Encoding the request gives the body of each case that is a request of the API.
#[test]
fn calls_encode_to_the_vectors() {
    let brand_id = BrandId::new("1004").unwrap();
    let card_id = CardId::new("pbLatjvWOibDc5-TBnbUk1pD12o0").unwrap();
    let openid = OpenId::new("obLatjnx9gnqzS4myYGmLZ7LgLBA").unwrap();
    let founding =
        OpenUserCardToken { brand_id: brand_id.clone(), card_id: card_id.clone(), openid: openid.clone() };
    let current: CreatePreAuthToken =
        CreatePreAuthToken { brand_id, card_id: card_id.clone(), openid: openid.clone() };
    let brand = CreatePreAuthToken::<Brand> { brand_id: CallersOwn, card_id, openid };
    let encoded: [(&str, Encoded); 4] = [
        ("founding-call", wire::encode(&founding, None).unwrap()),
        ("current-path", wire::encode(&current, None).unwrap()),
        ("brand-scheme", wire::encode(&brand, None).unwrap()),
        ("get-without-body", wire::encode(&ListCertificates {}, None).unwrap()),
    ];
    for (case, encoded) in encoded {
        let request = request(&vectors().join("sign").join(case));
        assert_eq!(encoded.target, request.target, "{case}: target");
        assert_eq!(String::from_utf8(encoded.body).unwrap(), request.body, "{case}: body");
    }
}

#[test]
fn certificates_belong_to_the_keys_and_to_the_cases() {
    let keys = vectors().join("keys");
    for name in ["merchant", "platform"] {
        let certificate = Certificate::from_pem(&read(&keys, &format!("{name}_cert.pem"))).unwrap();
        let public = PublicKey::from_pem(&read(&keys, &format!("{name}_pub.pem"))).unwrap();
        assert_eq!(certificate.public_key(), &public, "{name}");
        assert_eq!(private_key(&format!("{name}_key.pem")).public_key(), public, "{name}");
    }
    let merchant = Certificate::from_pem(&read(&keys, "merchant_cert.pem")).unwrap();
    let founding = request(&vectors().join("sign/founding-call"));
    assert_eq!(merchant.common_name(), Some(founding.caller.as_str()));
    assert_eq!(merchant.serial_no().as_str(), founding.serial_no);
}
