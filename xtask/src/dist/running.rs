//! A packed sandbox that runs, and how it ends: by a signal to the process that was started, or by the end of its
//! standard input.

use anyhow::{Context as _, Result, bail, ensure};
use ruhui_harness::command::shown;
use ruhui_harness::step::Clock;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Time within which the token must be shown. The sandbox first makes five RSA keys, perhaps on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time within which it must have ended.
const END: Duration = Duration::from_secs(10);
/// Time between two looks at whether it has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// A sandbox whose first token was shown. Its process is killed when this is dropped.
pub(super) struct Running {
    process: Child,
    stdin: Option<ChildStdin>,
    /// The address of its operations listener.
    operations: String,
    /// Time from the start of the program to the first token.
    pub(super) token_after: Duration,
}

impl Running {
    /// Runs `command`, which starts a sandbox and can take further options.
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let clock = Clock::start();
        command.args(["-o", "json", "--ports", "0"]).env_remove("RUHUI_STORE");
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let process = spawned.with_context(|| format!("{} could not be started", shown(command)))?;
        let mut running =
            Self { process, stdin: None, operations: String::new(), token_after: Duration::MAX };
        running.stdin = running.process.stdin.take();
        let line = running.first_line().with_context(|| format!("{} showed no token", shown(command)))?;
        running.token_after = clock.elapsed();
        let first: Value = serde_json::from_str(&line).with_context(|| format!("no JSON: {line}"))?;
        ensure!(first["token"].as_str().is_some_and(|token| token.len() == 32), "no token in {line}");
        let operations = first["operations"].as_str().and_then(|url| url.strip_prefix("http://"));
        running.operations = operations.with_context(|| format!("no operations in {line}"))?.to_owned();
        ensure!(running.is_listening(), "nothing listens on {}", running.operations);
        Ok(running)
    }

    fn first_line(&mut self) -> Result<String> {
        let output = self.process.stdout.take().context("the sandbox has no output")?;
        let (sender, lines) = mpsc::channel();
        // A thread of its own, because a read from a pipe has no time limit.
        std::thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Ok(lines.recv_timeout(PATIENCE)?)
    }

    fn is_listening(&self) -> bool {
        TcpStream::connect(&self.operations).is_ok()
    }

    /// Returns the port of the operations listener.
    pub(super) fn port(&self) -> Result<u16> {
        let port = self.operations.rsplit(':').next().unwrap_or_default();
        port.parse().with_context(|| format!("no port in {}", self.operations))
    }

    /// Sends SIGTERM to the process that was started. The sandbox must then end by itself, with status 0.
    pub(super) fn end_by_signal(mut self) -> Result<()> {
        let told = Command::new("kill").arg(self.process.id().to_string()).status()?;
        ensure!(told.success(), "the process has ended before it was told to");
        self.expect_end()
    }

    /// Closes the standard input of a sandbox with `--until-stdin-closes`. It must then end by itself, with status 0.
    pub(super) fn end_by_stdin(mut self) -> Result<()> {
        drop(self.stdin.take());
        self.expect_end()
    }

    fn expect_end(&mut self) -> Result<()> {
        let clock = Clock::start();
        while clock.elapsed() < END {
            if let Some(status) = self.process.try_wait()? {
                ensure!(status.success(), "it ended with {status}");
                ensure!(!self.is_listening(), "its process ended, and the sandbox goes on");
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        bail!("it did not end within {} s", END.as_secs())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // `kill` fails if the process has already ended, which is fine.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
