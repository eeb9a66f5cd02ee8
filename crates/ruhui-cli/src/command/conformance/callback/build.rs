//! Writes a callback: encrypts, signs, and changes what its form says.

use super::Form;
use super::event::Event;
use crate::command::conformance::keys::{Keys, random_hex};
use crate::command::conformance::wire::Message;
use ruhui_core::api::event::Notification;
use ruhui_core::encryption::{ApiV3Key, ResourceNonce};
use ruhui_server::env::SystemEntropy;
use std::net::SocketAddr;

/// Difference between the clock and the time of a stale or early signature, in seconds.
const TEN_MINUTES: i64 = 600;

/// Returns the request with a callback, for a receiver at this address.
pub(super) fn callback(event: &Event, form: Form, keys: &Keys, receiver: SocketAddr) -> Message {
    let mut message = Message::new("POST /notify HTTP/1.1");
    let host = if form == Form::ForgedToLocalhost { "localhost".to_owned() } else { receiver.to_string() };
    message.set("Host", host);
    message.set("User-Agent", "Mozilla/4.0");
    message.set("Accept", "*/*");
    message.set("Content-Type", "application/json");
    message.set("Request-ID", format!("08{}-0", random_hex(12)));
    message.body = body(event, form, keys);
    keys.sign(&mut message);
    match form {
        Form::ByCertificate => keys.certificate.sign(&mut message, 0),
        Form::UpperCaseNames => message.upper_case_names(),
        Form::Probe => Keys::probe(&mut message),
        Form::Unsigned => message.remove_signature(),
        Form::Forged | Form::ForgedToLocalhost => keys.forge(&mut message),
        Form::Stale => keys.public_key.sign(&mut message, -TEN_MINUTES),
        Form::Ahead => keys.public_key.sign(&mut message, TEN_MINUTES),
        Form::Altered => {
            let text = String::from_utf8_lossy(&message.body).replace(event.summary, "用户开通会员卡");
            message.body = text.into_bytes();
        }
        Form::UnknownSerial => message.set("Wechatpay-Serial", keys.unknown_serial()),
        Form::OtherKnownKey => keys.sign_by_other(&mut message),
        Form::Sound | Form::EncryptedField | Form::OddJson | Form::WrongKey => {}
    }
    message
}

fn body(event: &Event, form: Form, keys: &Keys) -> Vec<u8> {
    let other = ApiV3Key::new(&random_hex(16)).expect("32 hexadecimal digits are an APIv3 key");
    let key = if form == Form::WrongKey { &other } else { &keys.apiv3_key };
    let Event { id, time, event_type, original_type, summary, resource } = event;
    let nonce = ResourceNonce::random(&SystemEntropy);
    let notification =
        Notification::encrypt(key, nonce, id, *time, *event_type, original_type, *summary, resource);
    let text = serde_json::to_string(&notification).expect("a notification is a plain struct");
    if form == Form::OddJson { odd(&text, summary).into_bytes() } else { text.into_bytes() }
}

/// Writes the JSON so that no serializer writes it again: white space around marks, one escape for a character that
/// needs none, and an escaped slash.
fn odd(text: &str, summary: &str) -> String {
    let first = summary.chars().next().map(|c| format!("\\u{:04X}", u32::from(c))).unwrap_or_default();
    let rest: String = summary.chars().skip(1).collect();
    let text = text.replace(summary, &format!("{first}{rest}")).replace('/', "\\/");
    let text = text.replacen("\"create_time\":", "\n\t\"create_time\"  : ", 1);
    text.replacen(",\"resource\"", " ,\r\n  \"resource\" ", 1) + " \n"
}
