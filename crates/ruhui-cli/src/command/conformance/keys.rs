//! The platform's keys: the suite signs responses and callbacks with them, and forges with another one.

use super::wire::Message;
use anyhow::Context as _;
use http::HeaderMap;
use ruhui_core::encryption::ApiV3Key;
use ruhui_core::env::{Entropy, nonce_str};
use ruhui_core::key::{Certificate, PrivateKey};
use ruhui_core::sign::{PROBE_PREFIX, ResponseSigner, Scheme};
use ruhui_core::types::{NonceStr, SerialNo};
use ruhui_sandbox::Sandbox;
use ruhui_server::env::{Clock as _, SystemClock, SystemEntropy};

/// The keys of a sandbox.
#[derive(Debug)]
pub(super) struct Keys {
    /// WeChat Pay's public key.
    pub(super) public_key: Key,
    /// The platform certificate.
    pub(super) certificate: Key,
    /// A key that belongs to neither.
    forger: Key,
    pub(super) apiv3_key: ApiV3Key,
    /// The merchant's certificate, for which sensitive fields are encrypted.
    pub(super) merchant: Certificate,
}

/// A private key with its id.
#[derive(Debug)]
pub(super) struct Key(ResponseSigner);

impl Keys {
    /// Returns the keys of a sandbox.
    pub(super) fn of(sandbox: &Sandbox) -> anyhow::Result<Self> {
        let file = |path: &str| Sandbox::published_file(path).with_context(|| path.to_owned());
        let key = |serial: &str, path: &str| {
            let key = PrivateKey::from_pem(file(path)?)?;
            anyhow::Ok(Key(ResponseSigner::new(SerialNo::new(serial)?, key)))
        };
        let id = sandbox.value("RUHUI_WECHATPAY_PUBLIC_KEY_ID");
        Ok(Self {
            public_key: key(id, "platform/wxp_key.pem")?,
            certificate: key(
                sandbox.value("RUHUI_WECHATPAY_CERTIFICATE_SERIAL"),
                "platform/wxp_cert_key.pem",
            )?,
            forger: key(id, "platform/brand_wxp_key.pem")?,
            apiv3_key: ApiV3Key::new(sandbox.value("RUHUI_APIV3_KEY"))?,
            merchant: Certificate::from_pem(file("kit/apiclient_cert.pem")?)?,
        })
    }

    /// Signs a message with the public key's private half.
    pub(super) fn sign(&self, message: &mut Message) {
        self.public_key.sign(message, 0);
    }

    /// Signs a message with a key that is not the platform's, under the id of the one that is.
    pub(super) fn forge(&self, message: &mut Message) {
        self.forger.sign(message, 0);
    }

    /// Signs a message with the platform certificate's key, under the id of the public key.
    pub(super) fn sign_by_other(&self, message: &mut Message) {
        self.certificate.sign(message, 0);
        message.set("Wechatpay-Serial", self.public_key.serial());
    }

    /// Replaces the signature by a probe, as the documents have it.
    pub(super) fn probe(message: &mut Message) {
        let sound = message.header("wechatpay-signature").unwrap_or_default();
        let rest = sound.get(PROBE_PREFIX.len()..).unwrap_or_default();
        message.set("Wechatpay-Signature", format!("{PROBE_PREFIX}{rest}"));
    }

    /// Returns a public key id of the right form that the client does not know.
    pub(super) fn unknown_serial(&self) -> String {
        let known = self.public_key.serial();
        let last = if known.ends_with('7') { '8' } else { '7' };
        format!("{}{last}", known.get(..known.len().saturating_sub(1)).unwrap_or_default())
    }
}

impl Key {
    pub(super) fn serial(&self) -> &str {
        self.0.serial().as_str()
    }

    /// Replaces the signature of a message by one of `seconds` from now.
    pub(super) fn sign(&self, message: &mut Message, seconds: i64) {
        let now = SystemClock.now().as_second() + seconds;
        let now = ruhui_core::Timestamp::from_second(now).unwrap_or(ruhui_core::Timestamp::UNIX_EPOCH);
        let nonce = NonceStr::new(nonce_str(&SystemEntropy)).expect("alphanumeric text is a nonce");
        let mut headers = HeaderMap::new();
        self.0.sign(&mut headers, Scheme::Merchant, now, &nonce, &message.body);
        message.remove_signature();
        for (name, value) in &headers {
            message.set(name.as_str(), value.to_str().unwrap_or_default());
        }
    }
}

/// Returns `length` random bytes in hexadecimal.
pub(super) fn random_hex(length: usize) -> String {
    let mut bytes = vec![0; length];
    SystemEntropy.fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
