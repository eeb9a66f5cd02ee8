//! Fuzzes multipart forms: any bytes are parsed. Whether `meta` is found depends only on the reported oddities.
#![no_main]

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use ruhui_core::form::{self, Effect};

fuzz_target!(|input: (&[u8], &[u8])| {
    let (content_type, body) = input;
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(content_type) {
        headers.insert(CONTENT_TYPE, value);
    }
    let upload = form::read(&headers, body);
    let is_rejected = upload.oddities.iter().any(|oddity| oddity.effect() == Effect::NoMeta);
    assert_eq!(upload.meta.is_none(), is_rejected);
    for oddity in &upload.oddities {
        let _ = format!("{oddity}{oddity:#}");
    }
});
