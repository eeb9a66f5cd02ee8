//! Test of durability: the service is killed repeatedly under load, and after each restart every acknowledged
//! token must be in the store.
//!
//! A replay of the signed request is the proof: the service returns the same response only if its row
//! survived.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

mod wire;

use ruhui_core::sign::Signer;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use wire::{Acknowledged, ask, request, signer};

const ROUNDS: u32 = 8;
const SENDERS: u32 = 4;

struct Sandbox {
    process: Child,
    address: String,
}

impl Sandbox {
    /// Starts the sandbox and waits until it serves.
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

    /// Sends SIGKILL: no handler runs, and nothing is flushed.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Kills the process, so that none is left when an assertion fails.
impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn load(address: &str, signer: &Signer, name: &str, acknowledged: &Sender<Acknowledged>) {
    for number in 0.. {
        let request = request(signer, &format!("{name}-{number}"));
        let Some(answer) = ask(address, &request) else { return };
        let got = Acknowledged { token: answer.token(), body: answer.body, request };
        if acknowledged.send(got).is_err() {
            return;
        }
    }
}

/// Asserts that a replay of each request returns the same response. If the row were lost, the service would
/// issue the token again, with another `expire_time`.
fn assert_there(sandbox: &Sandbox, acknowledged: &[Acknowledged]) {
    for Acknowledged { request, body, .. } in acknowledged {
        let answer = ask(&sandbox.address, request).map(|answer| answer.body);
        assert_eq!(answer.as_ref(), Some(body), "lost");
    }
}

#[test]
fn what_was_acknowledged_survives_sigkill() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    for round in 0..ROUNDS {
        let mut sandbox = Sandbox::start(folder.path());
        assert_there(&sandbox, &acknowledged);
        let signer = signer(folder.path());
        let address = sandbox.address.clone();
        let (sender, receiver) = channel();
        std::thread::scope(|scope| {
            for thread in 0..SENDERS {
                let (sender, signer, address) = (sender.clone(), &signer, &address);
                scope.spawn(move || load(address, signer, &format!("{round}-{thread}"), &sender));
            }
            drop(sender);
            // Each round has another moment: during the first commits, or well under load.
            let moment = 1 + (round as usize * 23) % 60;
            acknowledged.extend(receiver.iter().take(moment));
            sandbox.kill();
            // Responses that the senders received before the kill count too.
            acknowledged.extend(receiver.iter());
        });
    }
    let mut sandbox = Sandbox::start(folder.path());
    assert_there(&sandbox, &acknowledged);
    sandbox.kill();
    assert!(acknowledged.len() > 100, "{} tokens are too few to prove anything", acknowledged.len());
}
