//! Fuzzes response signatures: foreign headers and bodies are never accepted, and a response that this project signs
//! always is.
#![no_main]

use arbitrary::Arbitrary;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use ruhui_core::key::{PlatformKeys, PrivateKey};
use ruhui_core::sign::{ResponseSigner, Scheme, header, verify_response};
use ruhui_core::types::{NonceStr, SerialNo};
use std::sync::LazyLock;

const NOW: i64 = 1_750_000_000;
const NAMES: [HeaderName; 6] = [
    header::TIMESTAMP,
    header::NONCE,
    header::SIGNATURE,
    header::SERIAL,
    header::SIGNATURE_TYPE,
    header::REQUEST_ID,
];

static SIGNER: LazyLock<ResponseSigner> = LazyLock::new(|| {
    let key = PrivateKey::from_pem(include_str!("../../vectors/keys/platform_key.pem")).expect("a key");
    ResponseSigner::new(SerialNo::new("PUB_KEY_ID_01").expect("a key's name"), key)
});
static KEYS: LazyLock<PlatformKeys> =
    LazyLock::new(|| PlatformKeys::new().with_public_key(SIGNER.serial().clone(), SIGNER.key().public_key()));

#[derive(Debug, Arbitrary)]
struct Response<'a> {
    /// Changes: the header's index, whether the value is added to the right one or replaces it, and the value.
    changes: Vec<(u8, bool, &'a [u8])>,
    nonce: &'a str,
    body: &'a [u8],
}

fuzz_target!(|response: Response<'_>| {
    let nonce = NonceStr::new(response.nonce).unwrap_or_else(|_| NonceStr::new("nonce").expect("a nonce"));
    let now = Timestamp::from_second(NOW).expect("a time");
    let mut headers = HeaderMap::new();
    SIGNER.sign(&mut headers, Scheme::Merchant, now, &nonce, response.body);
    let signed = headers.clone();
    for (which, beside, value) in &response.changes {
        let Ok(value) = HeaderValue::from_bytes(value) else { continue };
        let name = &NAMES[usize::from(*which) % NAMES.len()];
        if *beside {
            headers.append(name, value);
        } else {
            headers.insert(name, value);
        }
    }
    headers.remove(header::REQUEST_ID);
    let answer = verify_response(&headers, response.body, Scheme::Merchant, &KEYS, now);
    assert_eq!(answer.is_ok(), headers == signed, "{answer:?} for {headers:?}");
    if let Err(error) = answer {
        let _ = (error.to_string(), format!("{error:#}"));
    }
});
