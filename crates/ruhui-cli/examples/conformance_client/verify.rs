//! Verification of responses and callbacks, each check of which a flaw can leave out.

use crate::wire::Message;
use crate::{Flaws, kit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;
use ruhui_core::key::{Certificate, PublicKey};
use std::time::{SystemTime, UNIX_EPOCH};

/// The headers of a signature.
const HEADERS: [&str; 4] =
    ["wechatpay-timestamp", "wechatpay-nonce", "wechatpay-serial", "wechatpay-signature"];

/// The keys of the platform, with their ids.
pub(crate) struct Verifier {
    keys: Vec<(String, PublicKey)>,
    flaws: Flaws,
}

impl Verifier {
    pub(crate) fn of_kit(flaws: Flaws) -> Self {
        let pem = |name: &str| kit(name).replace("\\n", "\n");
        let public_key = PublicKey::from_pem(&pem("RUHUI_WECHATPAY_PUBLIC_KEY")).unwrap();
        let mut keys = vec![(kit("RUHUI_WECHATPAY_PUBLIC_KEY_ID"), public_key)];
        if !flaws.has("platform-certificate") {
            let certificate = Certificate::from_pem(&pem("RUHUI_WECHATPAY_CERTIFICATE")).unwrap();
            keys.push((kit("RUHUI_WECHATPAY_CERTIFICATE_SERIAL"), certificate.public_key().clone()));
        }
        Self { keys, flaws }
    }

    /// Verifies a message. In the order of the checks, each may be missing.
    pub(crate) fn verify(&self, message: &Message) -> Result<(), String> {
        let flaws = &self.flaws;
        if flaws.has("sound") {
            return Err("a mistake rejects everything".to_owned());
        }
        if flaws.has("unsigned") && message.all("wechatpay-signature").next().is_none() {
            return Ok(());
        }
        let is_json = message.all("content-type").any(|value| value.starts_with("application/json"));
        if flaws.has("forged-text") && !is_json {
            return Ok(());
        }
        if flaws.has("forged-localhost") && message.all("host").any(|host| host == "localhost") {
            return Ok(());
        }
        let [timestamp, nonce, serial, signature] = HEADERS.map(|name| self.header(message, name));
        let (timestamp, nonce, serial, signature) = (timestamp?, nonce?, serial?, signature?);
        if signature.starts_with("WECHATPAY/SIGNTEST/") {
            let is_taken = flaws.has("signature-probe");
            return if is_taken { Ok(()) } else { Err("a signature probe".to_owned()) };
        }
        self.check_time(timestamp)?;
        let key = self.key(serial)?;
        let body = self.signed_body(&message.body);
        let signed = [timestamp.as_bytes(), b"\n", nonce.as_bytes(), b"\n", &body, b"\n"].concat();
        let is_by_any = || self.keys.iter().any(|(_, key)| key.verifies(&signed, signature));
        if key.verifies(&signed, signature) || (flaws.has("other-known-key") && is_by_any()) {
            return Ok(());
        }
        let is_by_key = is_made_by(key, signature);
        if (flaws.has("altered") && is_by_key) || (flaws.has("forged") && !is_by_key) {
            return Ok(());
        }
        Err("the signature does not match".to_owned())
    }

    fn header<'a>(&self, message: &'a Message, name: &'a str) -> Result<&'a str, String> {
        let values: Vec<&str> = match self.flaws.has("upper-case-headers") {
            true => message
                .headers
                .iter()
                .filter(|(known, _)| known == name || *known == title(name))
                .map(|(_, value)| &**value)
                .collect(),
            false => message.all(name).collect(),
        };
        match values.as_slice() {
            [value] => Ok(value),
            [first, ..] if self.flaws.has("doubled-headers") => Ok(first),
            [] => Err(format!("{name} is missing")),
            _ => Err(format!("{name} stands several times")),
        }
    }

    fn check_time(&self, timestamp: &str) -> Result<(), String> {
        let seconds: i64 = timestamp.parse().map_err(|_| "the timestamp is no number".to_owned())?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let age = i64::try_from(now).unwrap() - seconds;
        if (age > 300 && !self.flaws.has("stale")) || (age < -300 && !self.flaws.has("ahead")) {
            return Err(format!("signed {age} s ago"));
        }
        Ok(())
    }

    fn key(&self, serial: &str) -> Result<&PublicKey, String> {
        let found = self.keys.iter().find(|(known, _)| known == serial);
        let found = found.or_else(|| self.keys.first().filter(|_| self.flaws.has("unknown-serial")));
        found.map(|(_, key)| key).ok_or_else(|| format!("no key {serial}"))
    }

    fn signed_body(&self, body: &[u8]) -> Vec<u8> {
        if self.flaws.has("final-newline") {
            return body.trim_ascii_end().to_vec();
        }
        if self.flaws.has("odd-json")
            && let Ok(value) = serde_json::from_slice::<serde_json::Value>(body)
        {
            return value.to_string().into_bytes();
        }
        body.to_vec()
    }
}

/// Returns the name of a header as the service writes it: `Wechatpay-Serial`.
fn title(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    });
    words.collect::<Vec<_>>().join("-")
}

/// Whether this key made the signature, of whatever message: the padding says so, and the digest is not compared.
fn is_made_by(key: &PublicKey, signature: &str) -> bool {
    let pem = key.to_pem();
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let (spki, signature) = (STANDARD.decode(text).unwrap(), STANDARD.decode(signature).unwrap_or_default());
    // The exponent 65537 takes the last five bytes, and the modulus the 256 before them.
    let modulus = BigUint::from_bytes_be(&spki[spki.len() - 261..spki.len() - 5]);
    let block = BigUint::from_bytes_be(&signature).modpow(&BigUint::from(65537_u32), &modulus);
    block.to_bytes_be().starts_with(&[1, 0xff, 0xff])
}
