//! Faults in the bytes of a callback: what is signed wrongly, and what is changed after signing.

use super::signed_callback::SignedCallback;
use crate::faults::{FaultKind, OFF_TIME, unknown_serial};
use http::HeaderValue;
use jiff::SignedDuration;
use ruhui_core::encryption::ApiV3Key;
use ruhui_core::env::{Entropy, nonce_str};
use ruhui_core::sign::header;

/// Returns the time by which the timestamp of a callback with this fault is ahead.
pub(super) fn skew(fault: Option<FaultKind>) -> SignedDuration {
    match fault {
        Some(FaultKind::CallbackStale) => -OFF_TIME,
        Some(FaultKind::CallbackAhead) => OFF_TIME,
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
                for name in header::OF_SIGNATURE {
                    self.headers.remove(name);
                }
            }
            FaultKind::CallbackUnknownSerial => {
                let serial = self.headers.get(header::SERIAL).and_then(|value| value.to_str().ok());
                let unknown =
                    serial.map(unknown_serial).and_then(|serial| HeaderValue::try_from(serial).ok());
                if let Some(unknown) = unknown {
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

/// Returns an id with another last digit.
fn other_digit(id: &str) -> String {
    let mut other = id.to_owned();
    let last = other.pop();
    other.push(if last == Some('0') { '1' } else { '0' });
    other
}
