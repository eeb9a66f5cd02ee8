//! Changes of the sandbox's response that are no fault of the sandbox.

use super::step::Step;
use crate::command::conformance::keys::Keys;
use crate::command::conformance::wire::Message;
use serde_json::Value;

/// Returns a sound response as this step changes it.
pub(super) fn deformed(step: Step, sound: &Message, keys: &Keys) -> Message {
    let mut message = sound.clone();
    match step {
        Step::ByCertificate => keys.certificate.sign(&mut message, 0),
        Step::FinalNewline => {
            message.body.push(b'\n');
            keys.sign(&mut message);
        }
        Step::UpperCaseNames => message.upper_case_names(),
        Step::OtherKnownKey => keys.sign_by_other(&mut message),
        Step::ForgedPlainText => {
            keys.forge(&mut message);
            message.set("Content-Type", "text/plain; charset=utf-8");
        }
        Step::ForgedRejection => failed(&mut message, "400 Bad Request", "PARAM_ERROR", keys),
        Step::ForgedFailure => failed(&mut message, "500 Internal Server Error", "SYSTEM_ERROR", keys),
        _ => {}
    }
    message
}

/// Makes an error response that has a token nevertheless, and a forged signature.
fn failed(message: &mut Message, status: &str, code: &str, keys: &Keys) {
    message.start = format!("HTTP/1.1 {status}");
    if let Ok(mut body) = serde_json::from_slice::<Value>(&message.body) {
        body["code"] = code.into();
        body["message"] = "forged".into();
        message.body = body.to_string().into_bytes();
    }
    keys.forge(message);
}

/// Returns the token in the bytes of a response, which may be cut.
pub(super) fn token(response: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(response);
    let (_, after) = text.split_once(r#""token":""#)?;
    Some(after.split('"').next()?.to_owned())
}
