//! A token that was answered is on disk: the service is killed under load, again and again, and each token
//! that it had acknowledged must be there after the restart.
//!
//! The join component is the proof: it knows a token only if its row survived. That the signed request, sent again,
//! gets the same token proves nothing, for a token follows from its request; it must hold all the same.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

use ruhui_core::key::PrivateKey;
use ruhui_core::sign::Signer;
use ruhui_core::types::{Caller, MchId, NonceStr, SerialNo};
use ruhui_server::env::{Clock as _, SystemClock};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};

const ROUNDS: u32 = 8;
const SENDERS: u32 = 4;
const PATH: &str = "/v3/brand/partner/card-member/open-user-card-tokens";
const BODY: &str =
    r#"{"brand_id":"1004","card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0","openid":"obLatjnx9gnqzS4myYGmLZ7LgLBA"}"#;

struct Sandbox {
    process: Child,
    address: String,
}

impl Sandbox {
    /// Starts it and waits for what it prints once it serves.
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_ruhui"))
            .args(["--lang", "en", "sandbox", "--main", "127.0.0.1:0", "--backup", "127.0.0.1:0"])
            .args(["--operations", "127.0.0.1:0"])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let main = lines.map_while(Result::ok).find(|line| line.contains("main host")).unwrap();
        let address = main.split("http://").nth(1).unwrap().trim().to_owned();
        Self { process, address }
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Nothing is left running when an assertion fails.
impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A variable of the kit.
fn value(folder: &Path, name: &str) -> String {
    let text = std::fs::read_to_string(folder.join("kit/kit.env")).unwrap();
    let mut variables = text.lines().filter_map(|line| line.split_once('='));
    variables.find(|(known, _)| *known == name).unwrap().1.trim_matches('\'').to_owned()
}

fn signer(folder: &Path) -> Signer {
    let value = |name| value(folder, name);
    Signer::new(
        Caller::Merchant(MchId::new(value("RUHUI_MCHID")).unwrap()),
        SerialNo::new(value("RUHUI_SERIAL_NO")).unwrap(),
        PrivateKey::from_pem(&std::fs::read_to_string(value("RUHUI_PRIVATE_KEY")).unwrap()).unwrap(),
    )
}

fn request(signer: &Signer, nonce: &str) -> String {
    let nonce = NonceStr::new(nonce).unwrap();
    let authorization = signer.authorize("POST", PATH, SystemClock.now(), &nonce, BODY.as_bytes());
    format!(
        "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nUser-Agent: crash\r\nAccept: */*\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nAuthorization: {authorization}\r\n\r\n{BODY}",
        BODY.len()
    )
}

/// Head and body of a whole answer; `None` if none came, as when the service dies meanwhile.
fn ask(address: &str, request: &str) -> Option<(String, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.to_owned(), body.to_owned()))
}

/// The token of an answer, if one came.
fn send(address: &str, request: &str) -> Option<String> {
    let (head, body) = ask(address, request)?;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}\n{body}");
    let body: serde_json::Value = serde_json::from_str(&body).ok()?;
    Some(body["token"].as_str()?.to_owned())
}

/// Whether the join component knows a token.
fn is_known(operations: &str, token: &str) -> bool {
    let request =
        format!("GET /sandbox/join?token={token} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let (head, body) = ask(operations, &request).unwrap();
    let is_unknown = head.starts_with("HTTP/1.1 409 ") && body.contains("TOKEN_UNKNOWN");
    assert!(is_unknown || head.starts_with("HTTP/1.1 200 "), "{head}\n{body}");
    !is_unknown
}

/// All of them are there, and are had again.
fn check(sandbox: &Sandbox, folder: &Path, acknowledged: &[(String, String)]) {
    let operations = value(folder, "RUHUI_OPERATIONS_URL").trim_start_matches("http://").to_owned();
    assert!(!is_known(&operations, &"0".repeat(32)), "a token that nobody has issued is known");
    for (request, token) in acknowledged {
        assert!(is_known(&operations, token), "lost");
        assert_eq!(send(&sandbox.address, request).as_ref(), Some(token));
    }
}

fn load(address: &str, signer: &Signer, name: &str, acknowledged: &Sender<(String, String)>) {
    for number in 0.. {
        let request = request(signer, &format!("{name}-{number}"));
        let Some(token) = send(address, &request) else { return };
        if acknowledged.send((request, token)).is_err() {
            return;
        }
    }
}

#[test]
fn what_was_acknowledged_survives_sigkill() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<(String, String)> = Vec::new();
    for round in 0..ROUNDS {
        let mut sandbox = Sandbox::start(folder.path());
        check(&sandbox, folder.path(), &acknowledged);
        let signer = signer(folder.path());
        let address = sandbox.address.clone();
        let (sender, receiver) = channel();
        std::thread::scope(|scope| {
            for thread in 0..SENDERS {
                let (sender, signer, address) = (sender.clone(), &signer, &address);
                scope.spawn(move || load(address, signer, &format!("{round}-{thread}"), &sender));
            }
            drop(sender);
            // Another moment in each round: in the first commits, and well under load.
            let moment = 1 + (round as usize * 23) % 60;
            acknowledged.extend(receiver.iter().take(moment));
            sandbox.kill();
            // What the senders had been answered before the end counts too.
            acknowledged.extend(receiver.iter());
        });
    }
    let mut sandbox = Sandbox::start(folder.path());
    check(&sandbox, folder.path(), &acknowledged);
    sandbox.kill();
    assert!(acknowledged.len() > 100, "{} tokens are too few to prove anything", acknowledged.len());
}
