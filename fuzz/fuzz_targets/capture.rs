//! Material as strangers paste it: read without a panic, and in time that does not grow with its square.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ruhui_core::capture;

fuzz_target!(|material: &[u8]| {
    let _ = capture::read(material);
});
