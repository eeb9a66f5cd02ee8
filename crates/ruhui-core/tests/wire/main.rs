//! From structs to bytes and back, for every call and every response, with real keys.

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

/// Opens responses; its public half encrypts them.
static MERCHANT: LazyLock<(PrivateKey, PublicKey)> =
    LazyLock::new(|| pair(include_str!("../../../../vectors/keys/merchant_key.pem")));
/// Opens requests; its public half encrypts them.
static PLATFORM: LazyLock<(PrivateKey, PublicKey)> =
    LazyLock::new(|| pair(include_str!("../../../../vectors/keys/platform_key.pem")));

fn pair(pem: &str) -> (PrivateKey, PublicKey) {
    let key = PrivateKey::from_pem(pem).unwrap();
    let public = key.public_key();
    (key, public)
}
