//! Fuzzes callbacks: an envelope, and the event inside it after decryption. A decoded event, encoded and decoded again,
//! gives the same event.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruhui_core::api::event::{Event, EventKind, Notification};
use ruhui_core::encryption::{ApiV3Key, ResourceNonce};
use ruhui_core::types::{DateTime, Family};
use std::sync::LazyLock;

static KEY: LazyLock<ApiV3Key> =
    LazyLock::new(|| ApiV3Key::new("0123456789abcdef0123456789abcdef").expect("32 bytes"));
static NONCE: LazyLock<ResourceNonce> =
    LazyLock::new(|| ResourceNonce::new("nnnnnnnnnnnn").expect("12 characters"));

fuzz_target!(|data: &[u8]| {
    if let Ok(envelope) = Notification::read(data) {
        // The fuzzer cannot guess the authentication tag.
        assert!(envelope.decrypt_event(&KEY, None).is_err());
    }
    let Some((first, plain)) = data.split_first() else { return };
    let kinds = EventKind::ALL;
    let kind = kinds[usize::from(*first) % kinds.len()];
    let now: DateTime = "2025-06-24T00:00:00+08:00".parse().expect("a time");
    let (event_type, original_type) = (kind.event_type(Family::Partner), kind.original_type());
    let encrypted =
        Notification::encrypt(&KEY, *NONCE, "id", now, event_type, original_type, kind.summary(), plain);
    let written = serde_json::to_vec(&encrypted).expect("an envelope is JSON");
    let read = Notification::read(&written).expect("what was written can be read");
    assert_eq!(read.decrypt(&KEY).expect("the key is right").as_slice(), plain);
    let opened = read.decrypt_event(&KEY, None).expect("the key is right");
    assert_eq!(opened, Event::read(event_type, plain, None));
    // The event has the kind that its type names, whatever the resource contains. An invalid event has
    // `invalid_fields`.
    assert_eq!(opened.event.kind(), Some(kind));
    assert!(!matches!(opened.event, Event::Invalid(_)) || !opened.invalid_fields.is_empty());
    let _ = opened
        .invalid_fields
        .iter()
        .map(|invalid_field| format!("{invalid_field} {invalid_field:#}"))
        .count();
    let _ = format!("{opened:?}");
});
