//! Tests the conversion from structs to bytes and back, for every request and every response, with real keys.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

mod draw;
mod every_call;
mod fields;
mod lenient;
mod request;
#[path = "../common/samples.rs"]
mod samples;
mod sensitive;
mod strict;
mod unknown;

use ruhui_core::key::{PrivateKey, PublicKey};
use std::sync::LazyLock;

/// Key pair of the merchant: the private key decrypts responses, the public key encrypts them.
static MERCHANT: LazyLock<(PrivateKey, PublicKey)> =
    LazyLock::new(|| pair(include_str!("../../../../vectors/keys/merchant_key.pem")));
/// Key pair of the platform: the private key decrypts requests, the public key encrypts them.
static PLATFORM: LazyLock<(PrivateKey, PublicKey)> =
    LazyLock::new(|| pair(include_str!("../../../../vectors/keys/platform_key.pem")));

fn pair(pem: &str) -> (PrivateKey, PublicKey) {
    let key = PrivateKey::from_pem(pem).unwrap();
    let public = key.public_key();
    (key, public)
}
