//! Fuzzes encrypted resources: foreign bytes are never decrypted, and what this project encrypts always is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruhui_core::encryption::{ApiV3Key, EncryptedResource, ResourceNonce};
use std::sync::LazyLock;

static KEY: LazyLock<ApiV3Key> =
    LazyLock::new(|| ApiV3Key::new("0123456789abcdef0123456789abcdef").expect("a key of 32 bytes"));

fuzz_target!(|bytes: &[u8]| {
    if let Ok(foreign) = serde_json::from_slice::<EncryptedResource>(bytes) {
        let refusal = foreign.decrypt(&KEY).expect_err("encrypted without the key");
        let _ = refusal.to_string();
    }
    let associated_data = String::from_utf8_lossy(bytes);
    let nonce = ResourceNonce::new("fixed nonce!").expect("12 characters");
    let encrypted = EncryptedResource::encrypt(&KEY, nonce, &associated_data, bytes);
    assert_eq!(encrypted.decrypt(&KEY).as_deref(), Ok(bytes));
});
