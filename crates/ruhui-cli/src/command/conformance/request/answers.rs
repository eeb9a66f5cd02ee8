//! Responses that the suite makes itself, without the sandbox.

use super::step::Step;
use crate::command::conformance::keys::Keys;
use crate::command::conformance::wire::Message;
use serde_json::json;

/// Returns the response of a step that needs no response of the sandbox.
pub(super) fn made(step: Step, keys: &Keys, elsewhere: &str, path: &str) -> Option<Message> {
    Some(match step {
        Step::Redirect => {
            let mut message = Message::new("HTTP/1.1 307 Temporary Redirect");
            message.set("Location", format!("{elsewhere}{path}"));
            message
        }
        Step::SignedError => {
            error(keys, "400 Bad Request", "INVALID_REQUEST", "用户在同一会员卡模板下只能拥有一张有效会员卡")
        }
        _ => return None,
    })
}

fn error(keys: &Keys, status: &str, code: &str, text: &str) -> Message {
    let mut message = Message::new(&format!("HTTP/1.1 {status}"));
    message.set("Content-Type", "application/json; charset=utf-8");
    message.body = json!({ "code": code, "message": text }).to_string().into_bytes();
    keys.sign(&mut message);
    message
}

/// The response of the place to which a redirect leads: a token that nobody signed.
pub(super) fn elsewhere() -> Message {
    let mut message = Message::new("HTTP/1.1 200 OK");
    message.set("Content-Type", "application/json");
    let body = json!({ "token": ELSEWHERE, "expire_time": "2035-01-01T00:00:00+08:00" });
    message.body = body.to_string().into_bytes();
    message
}

/// The token of the place to which a redirect leads.
pub(super) const ELSEWHERE: &str = "TokenFromAnotherPlace00000000000";
