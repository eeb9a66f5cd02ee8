//! Keys: any text is a key or a reason why not; the reason never repeats the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruhui_core::key::{Certificate, KeyError, PrivateKey, PublicKey};

fn explain(error: &KeyError) {
    let _ = (error.to_string(), format!("{error:#}"));
}

fuzz_target!(|text: &str| {
    match PrivateKey::from_pem(text) {
        Ok(key) => assert!(key.public_key().verifies(b"message", &key.sign(b"message"))),
        Err(error) => explain(&error),
    }
    match PublicKey::from_pem(text) {
        Ok(key) => assert!(PublicKey::from_pem(&key.to_pem()).expect("what we write, we read") == key),
        Err(error) => explain(&error),
    }
    match Certificate::from_pem(text) {
        Ok(certificate) => assert!(!certificate.serial_no().as_str().is_empty()),
        Err(error) => explain(&error),
    }
});
