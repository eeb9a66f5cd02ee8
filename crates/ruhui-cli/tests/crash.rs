//! A token that was answered is on disk: the service is killed under load, again and again, and each token
//! that it had acknowledged must be there after the restart.
//!
//! Repeating the signed request is the proof: the same answer comes back only if its row survived.
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

/// The whole response: if the row had been lost, the request would get another `expire_time`.
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
            // Another moment in each round: in the first commits, and well under load.
            let moment = 1 + (round as usize * 23) % 60;
            acknowledged.extend(receiver.iter().take(moment));
            sandbox.kill();
            // Responses that the senders got before the end count, too.
            acknowledged.extend(receiver.iter());
        });
    }
    let mut sandbox = Sandbox::start(folder.path());
    assert_there(&sandbox, &acknowledged);
    sandbox.kill();
    assert!(acknowledged.len() > 100, "{} tokens are too few to prove anything", acknowledged.len());
}
