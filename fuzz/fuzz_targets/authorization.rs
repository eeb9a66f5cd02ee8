//! The Authorization header: what was understood prints as a header that is understood the same way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruhui_core::sign::Authorization;

fuzz_target!(|value: &str| {
    // Files end in a line feed, headers do not.
    let Ok(read) = Authorization::parse(value.trim_end_matches('\n')) else { return };
    let again = Authorization::parse(&read.to_string()).expect("what we print, we understand");
    assert!(again == read);
    // Neither may panic, whatever the timestamp and the signature are.
    let _ = read.timestamp_seconds();
    let _ = read.sign_information("POST", "/v3/path", value.as_bytes());
    // A signature lets anyone send the request. A shorter text can occur by chance.
    assert!(read.signature().len() < 200 || !format!("{read:?}").contains(read.signature()));
});
