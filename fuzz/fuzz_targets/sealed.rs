//! Sealed resources: what comes from elsewhere does not open, what we seal does.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruhui_core::seal::{ApiV3Key, ResourceNonce, Sealed};
use std::sync::LazyLock;

static KEY: LazyLock<ApiV3Key> =
    LazyLock::new(|| ApiV3Key::new("0123456789abcdef0123456789abcdef").expect("a key of 32 bytes"));

fuzz_target!(|bytes: &[u8]| {
    if let Ok(foreign) = serde_json::from_slice::<Sealed>(bytes) {
        let refusal = foreign.open(&KEY).expect_err("sealed without the key");
        let _ = refusal.to_string();
    }
    let associated_data = String::from_utf8_lossy(bytes);
    let nonce = ResourceNonce::new("fixed nonce!").expect("12 characters");
    let sealed = Sealed::seal(&KEY, nonce, &associated_data, bytes);
    assert_eq!(sealed.open(&KEY).as_deref(), Ok(bytes));
});
