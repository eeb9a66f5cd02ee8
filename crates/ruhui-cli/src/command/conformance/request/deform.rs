//! Changes of the sandbox's response.

use super::step::Step;
use crate::command::conformance::keys::Keys;
use crate::command::conformance::wire::Message;
use ruhui_core::sign::PROBE_PREFIX;
use serde_json::Value;
use std::time::Duration;

/// Difference between the clock and the time of a stale or early signature.
pub(in crate::command::conformance) const TEN_MINUTES: i64 = 600;

/// Returns the bytes of a sound response as this step changes it.
pub(super) fn deformed(step: Step, sound: &Message, keys: &Keys) -> Vec<u8> {
    let mut message = sound.clone();
    match step {
        Step::ByCertificate => keys.certificate.sign(&mut message, 0),
        Step::UnknownFields => {
            change(&mut message, |body| {
                body["is_new"] = true.into();
                body["later_edition"] = serde_json::json!({ "list": [1, null, "二"] });
            });
            keys.sign(&mut message);
        }
        Step::FinalNewline => {
            message.body.push(b'\n');
            keys.sign(&mut message);
        }
        Step::UpperCaseNames => message.upper_case_names(),
        Step::Unsigned => message.remove_signature(),
        Step::Forged => keys.forge(&mut message),
        Step::Altered => alter(&mut message),
        Step::Stale => keys.public_key.sign(&mut message, -TEN_MINUTES),
        Step::Ahead => keys.public_key.sign(&mut message, TEN_MINUTES),
        Step::UnknownSerial => message.set("Wechatpay-Serial", keys.unknown_serial()),
        Step::Probe => probe(&mut message),
        Step::OtherKnownKey => {
            keys.certificate.sign(&mut message, 0);
            message.set("Wechatpay-Serial", keys.public_key.serial());
        }
        Step::EmptyBody => message.body.clear(),
        Step::Truncated => {
            let length = message.body.len();
            message.body.truncate(length / 2);
            return message.bytes_of_length(length);
        }
        Step::ForgedPlainText => {
            keys.forge(&mut message);
            message.set("Content-Type", "text/plain; charset=utf-8");
        }
        Step::DoubledHeaders => {
            let names: Vec<(String, String)> = message.headers.clone();
            for (name, value) in names {
                if !name.to_ascii_lowercase().starts_with("wechatpay-") {
                    continue;
                }
                let is_signature = name.eq_ignore_ascii_case("wechatpay-signature");
                let value = if is_signature { value.chars().rev().collect() } else { value };
                message.headers.push((name, value));
            }
        }
        Step::ForgedRejection => failed(&mut message, "400 Bad Request", "PARAM_ERROR", keys),
        Step::ForgedFailure => failed(&mut message, "500 Internal Server Error", "SYSTEM_ERROR", keys),
        _ => {}
    }
    message.bytes()
}

/// Changes the first character of the token, and leaves the signature.
fn alter(message: &mut Message) {
    change(message, |body| {
        if let Some(token) = body["token"].as_str() {
            let first = if token.starts_with('A') { 'B' } else { 'A' };
            body["token"] = format!("{first}{}", token.get(1..).unwrap_or_default()).into();
        }
    });
}

/// Replaces the start of the signature, as a signature probe of the documents has it.
pub(in crate::command::conformance) fn probe(message: &mut Message) {
    let sound = message.header("wechatpay-signature").unwrap_or_default();
    let rest = sound.get(PROBE_PREFIX.len()..).unwrap_or_default();
    message.set("Wechatpay-Signature", format!("{PROBE_PREFIX}{rest}"));
}

/// Makes an error response that has a token nevertheless, and a forged signature.
fn failed(message: &mut Message, status: &str, code: &str, keys: &Keys) {
    message.start = format!("HTTP/1.1 {status}");
    change(message, |body| {
        body["code"] = code.into();
        body["message"] = "forged".into();
    });
    keys.forge(message);
}

fn change(message: &mut Message, change: impl FnOnce(&mut Value)) {
    if let Ok(mut body) = serde_json::from_slice::<Value>(&message.body) {
        change(&mut body);
        message.body = body.to_string().into_bytes();
    }
}

/// Returns the token in the body of a message.
pub(super) fn token(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body["token"].as_str().map(str::to_owned)
}

/// The longest time in which the sandbox responds.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
