//! Faults in the bytes of a callback: what is signed wrongly, and what is changed after signing.

use super::signed_callback::SignedCallback;
use crate::faults::FaultKind;
use http::HeaderValue;
use jiff::SignedDuration;
use ruhui_core::encryption::ApiV3Key;
use ruhui_core::env::{Entropy, nonce_str};
use ruhui_core::sign::header;

/// Time by which a timestamp is off. The documents allow five minutes.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// Returns the time by which the timestamp of a callback with this fault is ahead.
pub(super) fn skew(fault: Option<FaultKind>) -> SignedDuration {
    match fault {
        Some(FaultKind::CallbackStale) => -SKEW,
        Some(FaultKind::CallbackAhead) => SKEW,
        _ => SignedDuration::ZERO,
    }
}

/// Returns another key to encrypt the resource with, if the fault asks for one.
pub(super) fn other_key(fault: Option<FaultKind>, entropy: &dyn Entropy) -> Option<ApiV3Key> {
    let is_wrong = fault == Some(FaultKind::CallbackWrongKey);
    is_wrong.then(|| ApiV3Key::new(&nonce_str(entropy)).expect("32 letters and digits are a key"))
}

impl SignedCallback {
    /// Changes a signed callback as the fault asks.
    pub(super) fn deform(&mut self, fault: FaultKind, event_id: &str) {
        match fault {
            FaultKind::CallbackUnsigned => {
                let signature = [
                    header::TIMESTAMP,
                    header::NONCE,
                    header::SIGNATURE,
                    header::SERIAL,
                    header::SIGNATURE_TYPE,
                ];
                for name in signature {
                    self.headers.remove(name);
                }
            }
            FaultKind::CallbackUnknownSerial => {
                if let Some(unknown) = self.headers.get(header::SERIAL).and_then(unknown_serial) {
                    self.headers.insert(header::SERIAL, unknown);
                }
            }
            // A receiver that does not verify takes the event for another one, and acts twice.
            FaultKind::CallbackAltered => {
                let body = String::from_utf8_lossy(&self.body);
                self.body = body.replacen(event_id, &other_digit(event_id), 1).into();
            }
            _ => {}
        }
    }
}

/// Number of characters in which an unknown serial differs from a known one.
const UNKNOWN: usize = 8;

/// Returns a serial of the same form that names no key: its last digits are others.
fn unknown_serial(known: &HeaderValue) -> Option<HeaderValue> {
    let known = known.to_str().ok()?;
    let kept = known.get(..known.len().checked_sub(UNKNOWN)?)?;
    let digit = if known.ends_with(&"9".repeat(UNKNOWN)) { "8" } else { "9" };
    HeaderValue::from_str(&format!("{kept}{}", digit.repeat(UNKNOWN))).ok()
}

/// Returns an id with another last digit.
fn other_digit(id: &str) -> String {
    let mut other = id.to_owned();
    let last = other.pop();
    other.push(if last == Some('0') { '1' } else { '0' });
    other
}
