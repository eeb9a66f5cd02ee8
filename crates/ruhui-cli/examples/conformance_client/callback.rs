//! Receives callbacks, one thread for each connection.

use crate::verify::Verifier;
use crate::wire::Message;
use crate::{Flaws, kit};
use ruhui_core::api::event::{EventKind, Notification};
use ruhui_core::encryption::{ApiV3Key, decrypt_field};
use ruhui_core::key::PrivateKey;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::time::Duration;

/// Time between the look whether an event was handled and the note that it is, by the mistake of `duplicate-at-once`: the
/// second of two callbacks arrives meanwhile, also on a busy machine.
const LOOKS_FOR: Duration = Duration::from_secs(1);

struct Receiver<'a> {
    verifier: &'a Verifier,
    flaws: &'a Flaws,
    handled: Mutex<BTreeSet<String>>,
    newest: Mutex<String>,
}

/// Serves until standard input is closed.
pub(crate) fn serve(verifier: &Verifier, flaws: &Flaws) {
    let url = kit("RUHUI_NOTIFY_URL");
    let address = url.trim_start_matches("http://").split('/').next().unwrap_or_default().to_owned();
    let listener = TcpListener::bind(address).unwrap();
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    let (handled, newest) = (Mutex::default(), Mutex::default());
    let receiver = Receiver { verifier, flaws, handled, newest };
    std::thread::scope(|scope| {
        for stream in listener.incoming().filter_map(Result::ok) {
            scope.spawn(|| receiver.respond(stream));
        }
    });
}

impl Receiver<'_> {
    fn respond(&self, mut stream: TcpStream) {
        let Some(message) = Message::read(&mut stream) else { return };
        let status = match self.receive(&message) {
            Ok(()) => "204 No Content",
            Err(why) => {
                eprintln!("rejected: {why}");
                "401 Unauthorized"
            }
        };
        let response = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        let _ = stream.write_all(response.as_bytes());
    }

    fn receive(&self, message: &Message) -> Result<(), String> {
        self.verifier.verify(message)?;
        let notification = Notification::read(&message.body).map_err(|error| error.to_string())?;
        if EventKind::of(&notification.event_type).is_none() {
            if self.flaws.has("unknown-type") {
                eprintln!("unknown event type {}", notification.event_type);
                std::process::exit(1);
            }
            return Ok(());
        }
        let key = ApiV3Key::new(&kit("RUHUI_APIV3_KEY")).unwrap();
        let plain = match notification.decrypt(&key) {
            Ok(plain) => plain,
            Err(_) if self.flaws.has("wrong-key") => return Ok(()),
            Err(error) => return Err(error.to_string()),
        };
        let event: Value = serde_json::from_slice(&plain).map_err(|error| error.to_string())?;
        self.check_phone_number(event["phone_number"].as_str().unwrap_or_default())?;
        self.check_order(event["modify_time"].as_str().unwrap_or_default())?;
        self.act_once(&notification.id);
        Ok(())
    }

    fn check_phone_number(&self, number: &str) -> Result<(), String> {
        let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
        if is_plain || (!self.flaws.has("encrypted-field") && self.decrypted(number).is_some()) {
            return Ok(());
        }
        Err("no phone number".to_owned())
    }

    fn decrypted(&self, field: &str) -> Option<String> {
        let key = PrivateKey::from_pem(&kit("RUHUI_PRIVATE_KEY").replace("\\n", "\n")).ok()?;
        decrypt_field(&key, field).ok().map(|plain| plain.as_str().to_owned())
    }

    fn check_order(&self, time: &str) -> Result<(), String> {
        let mut newest = self.newest.lock().unwrap();
        if self.flaws.has("out-of-order") && time < newest.as_str() {
            return Err("an older event".to_owned());
        }
        time.clone_into(&mut newest);
        Ok(())
    }

    /// Acts on an event unless it was acted on before.
    fn act_once(&self, id: &str) {
        if self.flaws.has("duplicate-at-once") {
            // It looks, acts, and then notes: two threads may both find nothing.
            if self.handled.lock().unwrap().contains(id) {
                return;
            }
            std::thread::sleep(LOOKS_FOR);
            println!("{id}");
            self.handled.lock().unwrap().insert(id.to_owned());
            return;
        }
        let is_new = self.handled.lock().unwrap().insert(id.to_owned());
        if is_new || self.flaws.has("duplicate") {
            println!("{id}");
        }
    }
}
