//! Encryption and signature of a callback, done again for each attempt.

use super::{Delivery, Outbox, deformed};
use crate::domain::ResponseKey;
use crate::faults::FaultKind;
use crate::request_id_header::new_request_id;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use ruhui_core::api::event::Notification;
use ruhui_core::encryption::{ApiV3Key, ResourceNonce};
use ruhui_core::env::{Entropy, nonce_str};
use ruhui_core::sign::{PROBE_PREFIX, Scheme, header};
use ruhui_core::types::NonceStr;

/// An encrypted and signed callback, ready to be sent.
pub(super) struct SignedCallback {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Encrypts and signs a delivery, with a fault if a rule plays one. `None` if the owner is not provisioned or has no key
/// to encrypt with.
pub(super) async fn write(
    outbox: &Outbox,
    delivery: &Delivery,
    fault: Option<FaultKind>,
) -> Option<SignedCallback> {
    let directory = outbox.registry.directory();
    let owner = directory.caller(&delivery.owner)?;
    let entropy = &*outbox.env.entropy;
    let key = owner.apiv3_key.as_ref()?;
    let other_key = deformed::other_key(fault, entropy);
    let body = encrypt(delivery, other_key.as_ref().unwrap_or(key), entropy);

    let family = delivery.owner.family();
    let settings = outbox.settings.get();
    let stage = owner.key_stage;
    let preferred = match owner.public_key_callbacks {
        Some(share) if share.includes(drawn(delivery)) => ResponseKey::PublicKey,
        Some(_) => ResponseKey::Certificate,
        None => stage.default_key(),
    };
    let signer = settings.platform.keys(family).default_for(stage, preferred);
    let forged = match (fault, &outbox.faults) {
        (Some(FaultKind::CallbackForged), Some(faults)) => faults.foreign_key.signer(signer.serial()).await,
        _ => None,
    };
    let mut headers = HeaderMap::new();
    let nonce = NonceStr::new(nonce_str(entropy)).expect("alphanumeric text is a nonce");
    let signed_at = outbox.env.wire.now() + deformed::skew(fault);
    let signer = forged.as_ref().unwrap_or(signer);
    signer.sign(&mut headers, Scheme::from(family), signed_at, &nonce, &body);
    headers.insert(header::REQUEST_ID, new_request_id(entropy, 0));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(USER_AGENT, HeaderValue::from_static("Mozilla/4.0"));
    let mut callback = SignedCallback { headers, body };
    if fault == Some(FaultKind::CallbackForged) && forged.is_none() {
        // Another wrong signature is better than a right one.
        callback.spoil();
    }
    if let Some(fault) = fault {
        callback.deform(fault, &delivery.event_id);
    }
    Some(callback)
}

/// The number of 0 to 99 that decides which key signs an attempt. It is derived, so that a retried event is signed by
/// both keys in turn, and a test that is run again sees the same keys.
fn drawn(delivery: &Delivery) -> u8 {
    let text = format!("{} {}", delivery.event_id, delivery.made);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let bytes = digest.as_ref().first_chunk().copied().unwrap_or_default();
    u8::try_from(u64::from_be_bytes(bytes) % 100).unwrap_or_default()
}

fn encrypt(delivery: &Delivery, key: &ApiV3Key, entropy: &dyn Entropy) -> Bytes {
    let Delivery { event_id, create_time, event_type, original_type, summary, resource, .. } = delivery;
    let nonce = ResourceNonce::random(entropy);
    let plain = resource.as_bytes();
    let encrypted =
        Notification::encrypt(key, nonce, event_id, *create_time, event_type, original_type, summary, plain);
    serde_json::to_vec(&encrypted).expect("a notification is a plain struct").into()
}

impl SignedCallback {
    /// Replaces the signature by a wrong one of the documented form: same length, valid Base64, recognizable
    /// by its prefix (partner page 4013059017).
    pub(super) fn spoil(&mut self) {
        let sound = self.headers.get(header::SIGNATURE).and_then(|value| value.to_str().ok());
        let rest = sound.and_then(|sound| sound.get(PROBE_PREFIX.len()..)).unwrap_or_default();
        let wrong = HeaderValue::from_str(&format!("{PROBE_PREFIX}{rest}"));
        self.headers.insert(header::SIGNATURE, wrong.expect("Base64 is visible ASCII"));
    }
}
