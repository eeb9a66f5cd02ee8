//! Starts a packed sandbox and waits for its first token.

use crate::readme::token_in;
use anyhow::{Context as _, Result, bail};
use ruhui_harness::command::shown;
use ruhui_harness::step::Clock;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Time within which the token must be shown. The sandbox first makes five RSA keys, perhaps on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The options of `ruhui sandbox` with which a check disturbs no other sandbox of this machine.
pub(crate) const FREE_PORTS: [&str; 6] =
    ["--main", "127.0.0.1:0", "--backup", "127.0.0.1:0", "--operations", "127.0.0.1:0"];

/// Runs `command`, which starts a sandbox, until it shows a token. Returns the time that this took.
pub(crate) fn wait(command: &mut Command) -> Result<Duration> {
    let clock = Clock::start();
    command.env("RUHUI_LANG", "en").env_remove("RUHUI_STORE");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut sandbox =
        Stopped(command.spawn().with_context(|| format!("{} could not be started", shown(command)))?);
    let output = sandbox.0.stdout.take().context("the sandbox has no output")?;
    let (sender, lines) = mpsc::channel();
    // A thread of its own, because a read from a pipe has no time limit.
    std::thread::spawn(move || {
        BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
    });
    let mut said = String::new();
    while let Some(left) = PATIENCE.checked_sub(clock.elapsed()) {
        match lines.recv_timeout(left) {
            Ok(line) if token_in(&line).is_some() => return Ok(clock.elapsed()),
            Ok(line) => said += &format!("{line}\n"),
            Err(_) => break,
        }
    }
    let _ = sandbox.0.kill();
    if let Some(errors) = &mut sandbox.0.stderr {
        // What cannot be read is missing in the message below.
        let _ = errors.read_to_string(&mut said);
    }
    bail!("{} showed no token; it said:\n{said}", shown(command))
}

/// A process that is ended when this is dropped.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        // `kill` fails if the process has already ended, which is fine.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
