//! Property tests: signed or encrypted data is verified, and any single change makes verification fail.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use proptest::prelude::*;
use ruhui_core::encryption::{
    ApiV3Key, DecryptFieldError, DecryptResourceError, EncryptedResource, ResourceNonce, decrypt_field,
    encrypt_field,
};
use ruhui_core::key::{PlatformKeys, PrivateKey, PublicKey};
use ruhui_core::sign::{self, Authorization, ResponseSigner, Scheme, Signer, VerifyError, header};
use ruhui_core::types::{Caller, MchId, NonceStr, SerialNo};
use std::sync::LazyLock;

static MERCHANT: LazyLock<(PrivateKey, PublicKey)> =
    LazyLock::new(|| pair(include_str!("../../../vectors/keys/merchant_key.pem")));
static PLATFORM: LazyLock<(PrivateKey, PublicKey)> =
    LazyLock::new(|| pair(include_str!("../../../vectors/keys/platform_key.pem")));

fn pair(pem: &str) -> (PrivateKey, PublicKey) {
    let key = PrivateKey::from_pem(pem).unwrap();
    let public = key.public_key();
    (key, public)
}

const NOW: i64 = 1_750_752_000;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn nonce() -> impl Strategy<Value = NonceStr> {
    "[!-~&&[^\"]]{1,128}".prop_map(|text| NonceStr::new(text).unwrap())
}

fn target() -> impl Strategy<Value = String> {
    "/v3/[a-z0-9/%._~-]{0,40}(\\?[a-z0-9=&%]{1,40})?"
}

fn method() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["GET", "POST", "PUT", "PATCH", "DELETE"])
}

fn authorize(method: &str, target: &str, nonce: &NonceStr, body: &[u8]) -> Authorization {
    let caller = Caller::Merchant(MchId::new("1900000001").unwrap());
    let serial_no = SerialNo::new("1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C").unwrap();
    let signer = Signer::new(caller, serial_no, MERCHANT.0.clone());
    Authorization::parse(&signer.authorize(method, target, now(), nonce, body)).unwrap()
}

/// Changes the byte that `index` chooses. Empty bytes get one byte more.
fn change(bytes: &[u8], index: prop::sample::Index, by: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if bytes.is_empty() {
        return vec![by];
    }
    let at = index.index(bytes.len());
    bytes[at] ^= by;
    bytes
}

/// Replaces one character of text with another printable ASCII character.
fn change_text(text: &str, index: prop::sample::Index) -> String {
    let at = index.index(text.len());
    let other = if text.as_bytes()[at] == b'7' { "8" } else { "7" };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_request_verifies_until_one_thing_changes(
        method in method(),
        target in target(),
        nonce in nonce(),
        body in prop::collection::vec(any::<u8>(), 0..200),
        index: prop::sample::Index,
        by in 1_u8..,
    ) {
        let signed = authorize(method, &target, &nonce, &body);
        let key = &MERCHANT.1;
        prop_assert_eq!(signed.verify(method, &target, &body, key), Ok(()));

        let forged = Err(VerifyError::Forged);
        prop_assert_eq!(signed.verify(method, &target, &change(&body, index, by), key), forged.clone());
        prop_assert_eq!(signed.verify(method, &target, &[&*body, b"\n"].concat(), key), forged.clone());
        prop_assert_eq!(signed.verify(method, &change_text(&target, index), &body, key), forged.clone());
        prop_assert_eq!(signed.verify(&method.to_lowercase(), &target, &body, key), forged.clone());
        prop_assert_eq!(signed.verify("HEAD", &target, &body, key), forged.clone());
        prop_assert_eq!(signed.verify(method, &target, &body, &PLATFORM.1), forged.clone());

        // Each field of the header is changed in the text, as an attacker could.
        let header = signed.to_string();
        for (name, value) in [
            ("nonce_str", signed.nonce_str().as_str()),
            ("timestamp", signed.timestamp()),
            ("signature", signed.signature()),
        ] {
            let other = match name {
                "timestamp" => (NOW + i64::from(by)).to_string(),
                _ => change_text(value, index),
            };
            let changed =
                header.replace(&format!("{name}=\"{value}\""), &format!("{name}=\"{other}\""));
            let changed = Authorization::parse(&changed).unwrap();
            prop_assert!(changed != signed, "{}", name);
            prop_assert_eq!(changed.verify(method, &target, &body, key), forged.clone(), "{}", name);
        }
    }

    #[test]
    fn a_header_reads_back_as_it_was_written(method in method(), target in target(), nonce in nonce()) {
        let signed = authorize(method, &target, &nonce, b"");
        prop_assert_eq!(Authorization::parse(&signed.to_string()).unwrap(), signed);
    }

    #[test]
    fn a_response_verifies_until_one_thing_changes(
        nonce in nonce(),
        body in prop::collection::vec(any::<u8>(), 0..200),
        index: prop::sample::Index,
        by in 1_u8..,
    ) {
        let signer = ResponseSigner::new(SerialNo::new("PUB_KEY_ID_1").unwrap(), PLATFORM.0.clone());
        let keys = PlatformKeys::new()
            .with_public_key(signer.serial().clone(), PLATFORM.1.clone())
            .with_public_key(SerialNo::new("PUB_KEY_ID_2").unwrap(), MERCHANT.1.clone());
        let mut headers = HeaderMap::new();
        signer.sign(&mut headers, Scheme::Merchant, now(), &nonce, &body);
        let verify = |headers: &HeaderMap, body: &[u8]| {
            sign::verify_response(headers, body, Scheme::Merchant, &keys, now())
        };
        prop_assert_eq!(verify(&headers, &body), Ok(()));
        prop_assert_eq!(verify(&headers, &change(&body, index, by)), Err(VerifyError::Forged));

        let changed = |name: &HeaderName, value: &str| {
            let mut headers = headers.clone();
            headers.insert(name, HeaderValue::from_str(value).unwrap());
            verify(&headers, &body)
        };
        let text = |name: &HeaderName| headers[name].to_str().unwrap();
        for name in [header::NONCE, header::SIGNATURE] {
            prop_assert_eq!(changed(&name, &change_text(text(&name), index)), Err(VerifyError::Forged));
        }
        let later = (NOW + i64::from(by)).to_string();
        prop_assert_eq!(changed(&header::TIMESTAMP, &later), Err(VerifyError::Forged));
        prop_assert_eq!(changed(&header::SERIAL, "PUB_KEY_ID_2"), Err(VerifyError::Forged));
        for name in [header::TIMESTAMP, header::NONCE, header::SIGNATURE, header::SERIAL] {
            let mut headers = headers.clone();
            headers.remove(&name);
            prop_assert_eq!(verify(&headers, &body), Err(VerifyError::MissingHeader(name)));
        }
    }

    #[test]
    fn a_encrypted_resource_opens_until_one_thing_changes(
        plain in prop::collection::vec(any::<u8>(), 0..200),
        nonce in "[0-9A-Za-z]{12}",
        data in "[a-z]{0,16}",
        index: prop::sample::Index,
    ) {
        let key = ApiV3Key::new("0123456789abcdef0123456789abcdef").unwrap();
        let encrypted = EncryptedResource::encrypt(&key, ResourceNonce::new(&nonce).unwrap(), &data, &plain);
        prop_assert_eq!(encrypted.decrypt(&key).unwrap(), plain);

        let other = ApiV3Key::new("1123456789abcdef0123456789abcdef").unwrap();
        prop_assert_eq!(encrypted.decrypt(&other), Err(DecryptResourceError::TagMismatch));
        let mut changed = encrypted.clone();
        changed.nonce = change_text(&encrypted.nonce, index);
        prop_assert_eq!(changed.decrypt(&key), Err(DecryptResourceError::TagMismatch));
        let mut changed = encrypted.clone();
        changed.associated_data = Some(format!("{data}x"));
        prop_assert_eq!(changed.decrypt(&key), Err(DecryptResourceError::TagMismatch));
        let mut changed = encrypted.clone();
        // Only characters before the last four are changed: those may be padding, or bits that the padding leaves
        // unused.
        let whole = encrypted.ciphertext.len() / 4 * 4 - 4;
        changed.ciphertext =
            format!("{}{}", change_text(&encrypted.ciphertext[..whole], index), &encrypted.ciphertext[whole..]);
        prop_assert_eq!(changed.decrypt(&key), Err(DecryptResourceError::TagMismatch));
    }

    #[test]
    fn a_encrypted_field_opens_until_one_thing_changes(plain in "\\PC{0,50}", index: prop::sample::Index) {
        let encrypted = encrypt_field(&MERCHANT.1, &plain).unwrap();
        let opened = decrypt_field(&MERCHANT.0, &encrypted).unwrap();
        prop_assert_eq!(opened.as_str(), plain.as_str());
        prop_assert_eq!(decrypt_field(&PLATFORM.0, &encrypted).unwrap_err(), DecryptFieldError::WrongKey);
        let changed = format!("{}{}", change_text(&encrypted[..340], index), &encrypted[340..]);
        prop_assert_eq!(decrypt_field(&MERCHANT.0, &changed).unwrap_err(), DecryptFieldError::WrongKey);
    }
}
