//! Fuzzes pasted material: any text is parsed without a panic, and in less than quadratic time.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ruhui_core::capture;

fuzz_target!(|material: &[u8]| {
    let _ = capture::read(material);
});
