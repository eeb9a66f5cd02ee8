//! Fuzzes the Authorization header: a parsed header, formatted and parsed again, gives the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruhui_core::sign::Authorization;

fuzz_target!(|value: &str| {
    // Files end in a line feed, headers do not.
    let Ok(read) = Authorization::parse(value.trim_end_matches('\n')) else { return };
    let again = Authorization::parse(&read.to_string()).expect("what we print, we understand");
    assert!(again == read);
    // These functions must not panic, whatever the timestamp and the signature are.
    let _ = read.timestamp_seconds();
    let _ = read.sign_information("POST", "/v3/path", value.as_bytes());
    // A signature is secret: it authorises the request. A shorter one may occur in the output by chance.
    assert!(read.signature().len() < 200 || !format!("{read:?}").contains(read.signature()));
});
