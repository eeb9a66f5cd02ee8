//! Tests known answers that others published: `vectors/public`, described in `vectors/README.md`.
//!
//! Each file is checked by the function of its kind. A kind without a function fails, and so does a missing file.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use ruhui_core::api::certificates::Certificates;
use ruhui_core::encryption::{
    ApiV3Key, DecryptFieldError, DecryptResourceError, EncryptedResource, ResourceNonce, decrypt_field,
};
use ruhui_core::key::{Certificate, KeyError, PlatformKeys, PrivateKey, PublicKey};
use ruhui_core::sign::{self, Authorization, AuthorizationError, Scheme, SignInformation, VerifyError};
use ruhui_core::types::{Caller, MchId, SerialNo};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// A kind of file: its name, the number of its files, and its check.
struct Kind {
    name: &'static str,
    files: usize,
    check: fn(&Vector),
}

const fn kind(name: &'static str, files: usize, check: fn(&Vector)) -> Kind {
    Kind { name, files, check }
}

const KINDS: [Kind; 14] = [
    kind("aead", 9, aead),
    kind("aead_malformed", 1, aead_malformed),
    kind("authorization_header", 3, authorization_header),
    kind("certificate_serial", 2, certificate_serial),
    kind("certificates_download", 2, certificates_download),
    kind("client_invoke_signature", 2, client_invoke_signature),
    kind("digest", 1, digest),
    kind("notification", 1, notification),
    kind("oaep_sha1_decrypt", 4, oaep_sha1_decrypt),
    kind("raw_signature", 5, raw_signature),
    kind("request_signature", 4, request_signature),
    kind("response_signature", 4, response_signature),
    kind("rsa_pkcs1v15_decrypt", 2, rsa_pkcs1v15_decrypt),
    kind("sign_error_information", 4, sign_error_information),
];

#[test]
fn every_public_vector_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/public");
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let vector = Vector(serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap());
        assert_eq!(path.file_stem().unwrap().to_str().unwrap(), vector.name());
        let name = vector.text("/kind");
        let kind = KINDS
            .iter()
            .find(|kind| kind.name == name)
            .unwrap_or_else(|| panic!("{}: nobody handles the kind `{name}`", vector.name()));
        (kind.check)(&vector);
        *found.entry(name.to_owned()).or_default() += 1;
    }
    let expected: BTreeMap<_, _> = KINDS.iter().map(|kind| (kind.name.to_owned(), kind.files)).collect();
    assert_eq!(found, expected);
}

struct Vector(Value);

impl Vector {
    fn name(&self) -> &str {
        self.text("/name")
    }

    fn find(&self, pointer: &str) -> Option<&Value> {
        self.0.pointer(pointer)
    }

    fn find_text(&self, pointer: &str) -> Option<&str> {
        self.find(pointer).and_then(Value::as_str)
    }

    fn text(&self, pointer: &str) -> &str {
        self.find_text(pointer).unwrap_or_else(|| panic!("no text at {pointer}"))
    }

    fn is_negative(&self) -> bool {
        self.name().ends_with("NEGATIVE")
    }

    fn private_key(&self) -> Option<PrivateKey> {
        let der = self.find_text("/inputs/private_key_pkcs8_der_base64")?;
        Some(PrivateKey::from_pem(&pem("PRIVATE KEY", der)).unwrap())
    }

    fn public_key(&self) -> Option<PublicKey> {
        self.find_text("/inputs/public_key_pem").map(|pem| PublicKey::from_pem(pem).unwrap())
    }

    fn certificate(&self) -> Option<Certificate> {
        self.find_text("/inputs/certificate_pem").map(|pem| Certificate::from_pem(pem).unwrap())
    }

    fn headers(&self) -> HeaderMap {
        let headers = self.find("/inputs/headers").unwrap().as_object().unwrap();
        headers
            .iter()
            .map(|(name, value)| {
                let name: HeaderName = name.parse().unwrap();
                (name, HeaderValue::from_str(value.as_str().unwrap()).unwrap())
            })
            .collect()
    }
}

fn pem(label: &str, base64: &str) -> String {
    format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n")
}

fn at(seconds: &str) -> Timestamp {
    Timestamp::from_second(seconds.parse().unwrap()).unwrap()
}

/// Returns one key, under the serial that the headers name.
fn known(headers: &HeaderMap, key: PublicKey) -> PlatformKeys {
    let serial = headers[sign::header::SERIAL].to_str().unwrap();
    PlatformKeys::new().with_public_key(SerialNo::new(serial).unwrap(), key)
}

fn request_signature(vector: &Vector) {
    let name = vector.name();
    let input = |field: &str| vector.text(&format!("/inputs/{field}"));
    let expected = |field: &str| vector.text(&format!("/expected/{field}"));
    let (method, target, body) = (input("method"), input("url"), input("signed_body"));

    let message =
        sign::request_message(method, target, input("timestamp"), input("nonce_str"), body.as_bytes());
    assert_eq!(String::from_utf8_lossy(&message), expected("canonical"), "{name}: message");
    assert_eq!(json!(message.len()), vector.0["expected"]["canonical_bytes"], "{name}: length");

    let signer = sign::Signer::new(
        Caller::Merchant(MchId::new(input("mchid")).unwrap()),
        SerialNo::new(input("serial_no")).unwrap(),
        vector.private_key().unwrap(),
    );
    let key = vector.public_key().unwrap();
    assert_eq!(signer.key().public_key(), key, "{name}: the public half");
    assert_eq!(signer.key().sign(&message), expected("signature"), "{name}: signature");
    assert!(key.verifies(&message, expected("signature")), "{name}: verification");
    let printed_is_right = vector.0["expected"]["printed_signature_is_correct"] == json!(true);
    assert_eq!(
        key.verifies(&message, expected("signature_printed_in_doc")),
        printed_is_right,
        "{name}: the signature as printed"
    );

    let now = at(input("timestamp"));
    let header = signer.authorize(method, target, now, &input("nonce_str").parse().unwrap(), body.as_bytes());
    assert_eq!(header, expected("authorization_doc_order"), "{name}: header");
    let parsed = Authorization::parse(&header).unwrap();
    assert_eq!(parsed.check_window(now), Ok(()), "{name}: window");
    assert_eq!(parsed.verify(method, target, body.as_bytes(), &key), Ok(()), "{name}: header verified");
    let longer = format!("{body} ");
    assert_eq!(
        parsed.verify(method, target, longer.as_bytes(), &key),
        Err(VerifyError::Forged),
        "{name}: another body"
    );
}

fn response_signature(vector: &Vector) {
    match vector.name() {
        "doc-signtest-probe-NEGATIVE" => probe(vector),
        "doc-brand-response-canonical-only" => brand_response_without_signature(vector),
        _ => response(vector),
    }
}

fn response(vector: &Vector) {
    let name = vector.name();
    let headers = vector.headers();
    let said = sign::SignatureHeaders::read(&headers).unwrap();
    let body = vector.text("/inputs/body").as_bytes();
    let message = sign::response_message(&said.timestamp, &said.nonce, body);
    assert_eq!(String::from_utf8_lossy(&message), vector.text("/expected/canonical"), "{name}: message");
    if let Some(length) = vector.find("/expected/canonical_bytes") {
        assert_eq!(&json!(message.len()), length, "{name}: length");
    }

    let valid = vector.0["expected"]["signature_valid"] == json!(true);
    assert_eq!(valid, !vector.is_negative(), "{name}: the file's name and its contents");
    let keys = known(&headers, vector.public_key().unwrap());
    let now = at(&said.timestamp);
    let verify = |headers: &HeaderMap, body: &[u8], now| {
        sign::verify_response(headers, body, Scheme::Merchant, &keys, now)
    };
    let outcome = if valid { Ok(()) } else { Err(VerifyError::Forged) };
    assert_eq!(verify(&headers, body, now), outcome, "{name}: verification");
    assert_eq!(verify(&headers, b"{}", now), Err(VerifyError::Forged), "{name}: another body");
    let late = at(&(now.as_second() + 301).to_string());
    assert_eq!(verify(&headers, body, late), Err(VerifyError::TooOld { seconds: 301 }), "{name}: late");
    let probe = format!("{}{}", sign::PROBE_PREFIX, &said.signature[sign::PROBE_PREFIX.len()..]);
    let mut probed = headers.clone();
    probed.insert(sign::header::SIGNATURE, HeaderValue::from_str(&probe).unwrap());
    assert_eq!(verify(&probed, body, now), Err(VerifyError::Probe), "{name}: as a probe");
}

/// The key and signature of this response were never published in full.
fn brand_response_without_signature(vector: &Vector) {
    let header = |name: &str| vector.text(&format!("/inputs/headers/{name}"));
    let body = vector.text("/inputs/body").as_bytes();
    let message = sign::response_message(header("Wechatpay-Timestamp"), header("Wechatpay-Nonce"), body);
    assert_eq!(String::from_utf8_lossy(&message), vector.text("/expected/canonical"));
    assert_eq!(header("Wechatpay-Signature-Type"), Scheme::Brand.as_str());
    assert!(SerialNo::new(header("Wechatpay-Serial")).unwrap().is_public_key_id());
    assert_eq!(
        sign::SignatureHeaders::read(&vector.headers()),
        Err(VerifyError::MissingHeader(sign::header::SIGNATURE))
    );
}

/// Tests a signature that only looks valid. The printed form is Base64 of 256 bytes. A FAQ reports a crash that a
/// prefix before a complete signature would explain. Both must end as an ordinary failed verification.
fn probe(vector: &Vector) {
    let printed = vector.text("/inputs/signature");
    let message = vector.text("/inputs/any_canonical");
    let key = vector.public_key().unwrap();
    assert_eq!(json!(printed.len()), vector.0["expected"]["base64_length"]);
    assert_eq!(vector.text("/expected/has_prefix"), sign::PROBE_PREFIX);

    let mut lines = message.splitn(3, '\n');
    let (timestamp, nonce) = (lines.next().unwrap(), lines.next().unwrap());
    let body = lines.next().unwrap().strip_suffix('\n').unwrap();
    let prefixed = format!("{}{printed}", sign::PROBE_PREFIX);
    for signature in [printed, &prefixed] {
        assert!(!key.verifies(message.as_bytes(), signature));
        let mut headers = HeaderMap::new();
        let text = |text: &str| HeaderValue::from_str(text).unwrap();
        headers.insert(sign::header::TIMESTAMP, text(timestamp));
        headers.insert(sign::header::NONCE, text(nonce));
        headers.insert(sign::header::SIGNATURE, text(signature));
        headers.insert(sign::header::SERIAL, text("PUB_KEY_ID_1"));
        let keys = known(&headers, key.clone());
        let verified =
            sign::verify_response(&headers, body.as_bytes(), Scheme::Merchant, &keys, at(timestamp));
        assert_eq!(verified, Err(VerifyError::Probe), "{signature}");
    }
}

fn notification(vector: &Vector) {
    let headers = vector.headers();
    let body = vector.text("/inputs/body");
    let certificate = vector.certificate().unwrap();
    let said = sign::SignatureHeaders::read(&headers).unwrap();
    let message = sign::response_message(&said.timestamp, &said.nonce, body.as_bytes());
    assert_eq!(String::from_utf8_lossy(&message), vector.text("/expected/canonical"));
    assert_eq!(json!(message.len()), vector.0["expected"]["canonical_bytes"]);

    let keys = PlatformKeys::new().with_certificate(&certificate);
    let now = at(&vector.0["expected"]["freeze_clock_at"].to_string());
    let verify = |body: &str| sign::verify_response(&headers, body.as_bytes(), Scheme::Merchant, &keys, now);
    assert_eq!(verify(body), Ok(()));
    assert_eq!(verify(&format!("{body}\n")), Err(VerifyError::Forged));

    // The SDK that published this vector uses a key of 16 bytes, which makes the resource AES-128.
    assert_refused_for_length(vector.text("/inputs/apiv3_key_utf8"), 16);
    let mut event: Value = serde_json::from_str(body).unwrap();
    let encrypted: EncryptedResource = serde_json::from_value(event["resource"].take()).unwrap();
    assert_eq!(encrypted.associated_data.as_deref(), Some("payscore"));
    assert_eq!(encrypted.decrypt(&some_key()), Err(DecryptResourceError::TagMismatch));
    assert_encrypts_again(&encrypted, vector.text("/expected/plaintext"));
}

fn some_key() -> ApiV3Key {
    ApiV3Key::new("0123456789abcdef0123456789abcdef").unwrap()
}

fn assert_refused_for_length(key: &str, bytes: usize) {
    assert_eq!(ApiV3Key::new(key).unwrap_err(), KeyError::ApiV3KeyLength { bytes });
}

/// Asserts that plain text whose key is rejected can be encrypted and decrypted with an accepted key.
fn assert_encrypts_again(encrypted: &EncryptedResource, plain: &str) {
    let nonce = ResourceNonce::new(&encrypted.nonce).unwrap();
    let data = encrypted.associated_data.as_deref().unwrap();
    let own = EncryptedResource::encrypt(&some_key(), nonce, data, plain.as_bytes());
    assert_eq!(own.ciphertext.len(), encrypted.ciphertext.len());
    assert_eq!(own.decrypt(&some_key()).unwrap(), plain.as_bytes());
}

fn encrypted(algorithm: &str, nonce: &str, data: &str, ciphertext: &str) -> EncryptedResource {
    serde_json::from_value(json!({
        "algorithm": algorithm, "nonce": nonce, "associated_data": data, "ciphertext": ciphertext
    }))
    .unwrap()
}

fn aead(vector: &Vector) {
    let name = vector.name();
    let input = |field: &str| vector.text(&format!("/inputs/{field}"));
    let encrypted =
        encrypted(input("algorithm"), input("nonce"), input("associated_data"), input("ciphertext"));
    if name == "go-sdk-aead-16-byte-key" {
        assert_refused_for_length(input("key_utf8"), 16);
        // The vector's algorithm describes the key and is not an algorithm, so it is rejected.
        let label = DecryptResourceError::Algorithm(input("algorithm").to_owned());
        assert_eq!(encrypted.decrypt(&some_key()), Err(label));
        return assert_encrypts_again(&encrypted, vector.text("/expected/plaintext"));
    }

    let key = ApiV3Key::new(input("key_utf8")).unwrap();
    let opened = encrypted.decrypt(&key);
    if encrypted.nonce.len() != 12 {
        assert_eq!(opened, Err(DecryptResourceError::NonceLength(16)), "{name}");
    } else if vector.is_negative() {
        assert_eq!(opened, Err(DecryptResourceError::TagMismatch), "{name}");
    } else {
        let plain = vector.text("/expected/plaintext");
        assert_eq!(String::from_utf8(opened.unwrap()).unwrap(), plain, "{name}: opened");
        let nonce = ResourceNonce::new(&encrypted.nonce).unwrap();
        let own = EncryptedResource::encrypt(&key, nonce, input("associated_data"), plain.as_bytes());
        assert_eq!(own, encrypted, "{name}: encrypted again");
    }
    if let Some(serial) = vector.find_text("/expected/certificate_serial") {
        let certificate = Certificate::from_pem(vector.text("/expected/plaintext")).unwrap();
        assert_eq!(certificate.serial_no().as_str(), serial, "{name}: serial");
        assert_eq!(certificate.common_name(), Some("Tenpay.com sign"), "{name}: subject");
    }
}

fn aead_malformed(vector: &Vector) {
    let key = ApiV3Key::new(vector.text("/inputs/key_utf8")).unwrap();
    let cases = vector.0["inputs"]["cases"].as_array().unwrap();
    let outcomes: Vec<_> = cases
        .iter()
        .map(|case| {
            let field = |name: &str| case[name].as_str().unwrap();
            let data = vector.text("/inputs/associated_data");
            encrypted("AEAD_AES_256_GCM", field("nonce"), data, field("ciphertext"))
                .decrypt(&key)
                .unwrap_err()
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            DecryptResourceError::NonceLength(0),
            DecryptResourceError::NonceLength(1),
            DecryptResourceError::NonceLength(6),
            DecryptResourceError::NonceLength(13),
            DecryptResourceError::TagMismatch,
            DecryptResourceError::NotBase64,
            DecryptResourceError::TagMismatch,
        ]
    );
}

fn authorization_header(vector: &Vector) {
    match vector.name() {
        "axios-canonical-and-header" => bare_lines(vector),
        _ => header_of_a_mock(vector),
    }
}

fn bare_lines(vector: &Vector) {
    let line = |list: &str, index: usize| vector.text(&format!("/inputs/{list}/{index}"));
    let request = |list: &str, body: &str| {
        sign::request_message(line(list, 0), line(list, 1), line(list, 2), line(list, 3), body.as_bytes())
    };
    let reply =
        |list: &str, body: &str| sign::response_message(line(list, 0), line(list, 1), body.as_bytes());
    let messages = [
        ("request", request("request_lines", line("request_lines", 4))),
        ("request_without_body", request("request_lines_without_body", "")),
        ("response", reply("response_lines", line("response_lines", 2))),
        ("response_without_body", reply("response_lines_without_body", "")),
    ];
    for (name, message) in messages {
        let expected = vector.text(&format!("/expected/{name}"));
        assert_eq!(String::from_utf8(message).unwrap(), expected, "{name}");
    }
    let parsed = Authorization::parse(vector.text("/expected/authorization")).unwrap();
    assert_fields(&parsed, |field| vector.text(&format!("/inputs/authorization_args/{field}")).to_owned());
}

fn assert_fields(parsed: &Authorization, field: impl Fn(&str) -> String) {
    assert_eq!(parsed.caller().id(), field("mchid"));
    assert_eq!(parsed.nonce_str().as_str(), field("nonce_str"));
    assert_eq!(parsed.signature(), field("signature"));
    assert_eq!(parsed.timestamp(), field("timestamp"));
    assert_eq!(parsed.serial_no().as_str(), field("serial_no"));
}

/// Tests the header of two SDKs that test with a wrong scheme and a wrong signature. The header is rejected as it is.
/// With both corrected, it is parsed in its order of fields.
fn header_of_a_mock(vector: &Vector) {
    let input = |field: &str| vector.text(&format!("/inputs/{field}"));
    let target = vector
        .find_text("/inputs/url")
        .or_else(|| input("full_url").strip_prefix("https://api.mch.weixin.qq.com"))
        .unwrap();
    let message = sign::request_message(
        input("method"),
        target,
        input("timestamp"),
        input("nonce_str"),
        input("body").as_bytes(),
    );
    let message = String::from_utf8(message).unwrap();
    assert_eq!(message, vector.text("/expected/canonical"));

    let header = vector.text("/expected/authorization");
    let signature = match vector.find_text("/inputs/signature_stub") {
        Some(stub) => stub.to_owned(),
        None => format!("Sign:{message}"),
    };
    let refusal = if signature.contains('\n') {
        AuthorizationError::NotText
    } else {
        AuthorizationError::UnknownScheme
    };
    assert_eq!(Authorization::parse(header), Err(refusal));

    let real = header.replace(&signature, "c2ln").replace(input("scheme"), Scheme::Merchant.as_str());
    let parsed = Authorization::parse(&real).unwrap();
    assert_fields(&parsed, |field| match field {
        "signature" => "c2ln".to_owned(),
        _ => input(field).to_owned(),
    });
    assert_eq!(
        parsed.message(input("method"), target, input("body").as_bytes()),
        message.as_bytes(),
        "the parsed header builds the same message"
    );
}

fn certificate_serial(vector: &Vector) {
    let certificate = vector.certificate().unwrap();
    assert_eq!(certificate.serial_no().as_str(), vector.text("/expected/serial"));
    if let Some(wrong) = vector.find_text("/expected/serial_with_the_classic_bug") {
        assert_eq!(certificate.serial_no().as_str(), format!("0{wrong}"));
    }
}

fn certificates_download(vector: &Vector) {
    let reply: Certificates = serde_json::from_str(vector.text("/inputs/response_body")).unwrap();
    let [listed] = reply.data.as_slice() else {
        panic!("one certificate is listed");
    };
    assert_eq!(listed.encrypt_certificate.associated_data.as_deref(), Some("certificate"));
    let expected = vector.text("/expected/certificate_pem");
    let key = vector.text("/inputs/apiv3_key_utf8");
    if key.len() == 32 {
        let opened = listed.encrypt_certificate.decrypt(&ApiV3Key::new(key).unwrap()).unwrap();
        assert_eq!(String::from_utf8(opened).unwrap().trim_end(), expected.trim_end());
    } else {
        assert_refused_for_length(key, 16);
        assert_eq!(listed.encrypt_certificate.decrypt(&some_key()), Err(DecryptResourceError::TagMismatch));
    }

    let certificate = Certificate::from_pem(expected).unwrap();
    assert_eq!(certificate.serial_no().as_str(), vector.text("/expected/serial"));
    assert_eq!(certificate.serial_no(), &listed.serial_no);
    let times = [
        ("/expected/not_before", certificate.not_before(), listed.effective_time),
        ("/expected/not_after", certificate.not_after(), listed.expire_time),
    ];
    for (pointer, certified, listed) in times {
        assert_eq!(certified, listed.timestamp(), "{pointer}");
        if let Some(text) = vector.find_text(pointer) {
            assert_eq!(certified, text.parse().unwrap(), "{pointer}");
        }
    }
}

fn client_invoke_signature(vector: &Vector) {
    let lines = vector.0["inputs"]["lines"].as_array().unwrap();
    let message: String = lines.iter().map(|line| format!("{}\n", line.as_str().unwrap())).collect();
    assert_eq!(message, vector.text("/expected/canonical"));
    let signature = vector.private_key().unwrap().sign(message.as_bytes());
    assert_eq!(signature, vector.text("/expected/signature"));
    assert_eq!(signature, vector.text("/expected/signature_printed_in_doc"));
    assert!(vector.public_key().unwrap().verifies(message.as_bytes(), &signature));
}

/// Checks only that the file is the one that the test in `crypto.rs` reads. The core offers no digests; SHA-256, which
/// it uses, is tested next to the private function.
fn digest(vector: &Vector) {
    assert_eq!(vector.name(), "java-sdk-digests");
    assert_eq!(vector.text("/expected/sha256").len(), 64);
}

fn oaep_sha1_decrypt(vector: &Vector) {
    let name = vector.name();
    let key = vector.private_key().unwrap();
    let plain = vector.text("/expected/plaintext");
    let opened = decrypt_field(&key, vector.text("/inputs/ciphertext")).unwrap();
    assert_eq!(opened.as_str(), plain, "{name}");
    let own = ruhui_core::encryption::encrypt_field(&key.public_key(), plain).unwrap();
    assert_eq!(decrypt_field(&key, &own).unwrap().as_str(), plain, "{name}: encrypted again");
}

/// The core decrypts OAEP only. A few old endpoints encrypt with PKCS#1 v1.5, which is rejected as a wrong key.
fn rsa_pkcs1v15_decrypt(vector: &Vector) {
    let opened = decrypt_field(&vector.private_key().unwrap(), vector.text("/inputs/ciphertext"));
    assert_eq!(opened, Err(DecryptFieldError::WrongKey));
}

fn raw_signature(vector: &Vector) {
    let name = vector.name();
    let message = vector.text("/inputs/message").as_bytes();
    let signature = vector
        .find_text("/expected/signature")
        .or_else(|| vector.find_text("/inputs/signature"))
        .unwrap_or_else(|| panic!("{name}: no signature"));
    let valid = vector.0["expected"]["signature_valid"] == json!(true);
    assert_eq!(valid, !vector.is_negative(), "{name}: the file's name and its contents");

    let certificate = vector.certificate();
    let pkcs1 = vector.find_text("/inputs/public_key_pkcs1_pem").map(|pem| PublicKey::from_pem(pem).unwrap());
    let certified = certificate.as_ref().map(|certificate| certificate.public_key().clone());
    let keys: Vec<_> = [vector.public_key(), pkcs1, certified].into_iter().flatten().collect();
    assert!(!keys.is_empty(), "{name}: no key");
    for key in &keys {
        assert_eq!(key, &keys[0], "{name}: the forms of one key");
        assert_eq!(key.verifies(message, signature), valid, "{name}: verification");
        assert!(!key.verifies(message, "FAKE SIGN"), "{name}: what is no signature");
    }
    if let Some(other) = vector.find_text("/inputs/other_public_key_pem") {
        assert!(!PublicKey::from_pem(other).unwrap().verifies(message, signature), "{name}: another key");
    }
    if let Some(serial) = vector.find_text("/expected/certificate_serial") {
        assert_eq!(certificate.unwrap().serial_no().as_str(), serial, "{name}: serial");
    }
    let pkcs1 = vector
        .find_text("/inputs/private_key_pkcs1_pkcs1_der_base64")
        .map(|der| PrivateKey::from_pem(&pem("RSA PRIVATE KEY", der)).unwrap());
    for key in [vector.private_key(), pkcs1].into_iter().flatten() {
        assert_eq!(key.sign(message), signature, "{name}: signed again");
        assert_eq!(key.public_key(), keys[0], "{name}: the public half");
    }
}

fn sign_error_information(vector: &Vector) {
    let input = |field: &str| vector.text(&format!("/inputs/{field}"));
    // One body was not published. Any body of its length and beginning must give the same result.
    let body = vector.find_text("/inputs/body").map_or_else(|| format!("{:<272}", "{\"amount"), String::from);
    let information = SignInformation::of(
        input("method"),
        input("url"),
        input("timestamp"),
        input("nonce_str"),
        body.as_bytes(),
    );
    assert_eq!(serde_json::to_value(information).unwrap(), vector.0["expected"]);
}
