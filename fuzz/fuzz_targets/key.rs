//! Fuzzes keys: any bytes are parsed as a key, or rejected with a reason that never repeats them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruhui_core::key::{Certificate, KeyError, PrivateKey, PublicKey};

fn explain(error: &KeyError) {
    let _ = (error.to_string(), format!("{error:#}"));
}

fuzz_target!(|bytes: &[u8]| {
    match PrivateKey::from_bytes(bytes) {
        Ok(key) => assert!(key.public_key().verifies(b"message", &key.sign(b"message"))),
        Err(error) => explain(&error),
    }
    match PublicKey::from_bytes(bytes) {
        Ok(key) => assert!(PublicKey::from_pem(&key.to_pem()).expect("what we write, we read") == key),
        Err(error) => explain(&error),
    }
    match Certificate::from_bytes(bytes) {
        Ok(certificate) => assert!(!certificate.serial_no().as_str().is_empty()),
        Err(error) => explain(&error),
    }
});
