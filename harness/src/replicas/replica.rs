//! One of several `ruhui serve` processes over the same database.

use crate::ledger::Place;
use anyhow::{Context as _, Result, bail, ensure};
use ruhui_harness::command::read_file;
use ruhui_harness::postgres::free_port;
use ruhui_harness::sandbox::is_ready;
use ruhui_harness::step::Clock;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// Time within which a replica must start or stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time between two checks.
const PAUSE: Duration = Duration::from_millis(20);

/// Settings that all replicas have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common<'a> {
    /// The binary `ruhui`.
    pub(super) binary: &'a Path,
    /// The folder of a sandbox, for its keys and `ruhui.toml`.
    pub(super) folder: &'a Path,
    /// The URL of the database.
    pub(super) store: &'a str,
    /// `service.rate_limit`, as written in the file.
    pub(super) rate_limit: &'a str,
    /// `service.drain`, in seconds.
    pub(super) drain: u16,
}

/// A running replica. It is killed when this is dropped.
#[derive(Debug)]
pub(super) struct Replica {
    process: Child,
    binary: PathBuf,
    config: PathBuf,
    store: String,
    place: Place,
}

impl Replica {
    /// Starts a replica on free ports, and waits until it is ready.
    pub(super) fn start(common: Common<'_>, number: usize) -> Result<Self> {
        let address = || -> Result<_> { Ok(([127, 0, 0, 1], free_port()?).into()) };
        let place = Place { api: address()?, operations: address()? };
        let lines = [
            ("main", format!("\"{}\"", place.api)),
            ("backup", "\"127.0.0.1:0\"".to_owned()),
            ("operations", format!("\"{}\"", place.operations)),
            ("rate_limit", format!("{}\ndrain = {}", common.rate_limit, common.drain)),
        ];
        let config = common.folder.join(format!("replica-{number}.toml"));
        std::fs::write(&config, with(&read_file(common.folder.join("ruhui.toml"))?, &lines)?)?;
        let process = serve(common.binary, &config, common.store)?;
        let mut replica =
            Self { process, binary: common.binary.to_owned(), config, store: common.store.to_owned(), place };
        replica.wait_until_ready()?;
        Ok(replica)
    }

    /// Starts a replica that has ended again, with the same configuration.
    pub(super) fn restart(&mut self) -> Result<()> {
        self.process = serve(&self.binary, &self.config, &self.store)?;
        self.wait_until_ready()
    }

    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Sends SIGKILL: no handler runs, nothing is flushed.
    pub(super) fn kill(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Sends SIGTERM, as a rolling restart does, and waits until the process has ended by itself.
    pub(super) fn stop(&mut self) -> Result<ExitStatus> {
        let pid = Pid::from_child(&self.process);
        kill_process(pid, Signal::TERM)?;
        let clock = Clock::start();
        loop {
            if let Some(status) = self.process.try_wait()? {
                return Ok(status);
            }
            ensure!(clock.elapsed() < PATIENCE, "a replica did not stop within {} s", PATIENCE.as_secs());
            std::thread::sleep(PAUSE);
        }
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let clock = Clock::start();
        while !is_ready(&self.place.operations.to_string()) {
            let said = || read_file(log_of(&self.config));
            if let Some(status) = self.process.try_wait()? {
                bail!("a replica ended with {status}; it said:\n{}", said()?);
            }
            ensure!(clock.elapsed() < PATIENCE, "a replica is not ready; it said:\n{}", said()?);
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        // `kill` fails if the process has already ended, which is fine.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn log_of(config: &Path) -> PathBuf {
    config.with_extension("log")
}

fn serve(binary: &Path, config: &Path, store: &str) -> Result<Child> {
    let log = File::create(log_of(config))?;
    let mut command = Command::new(binary);
    command.arg("serve").arg(config).args(["--store", store]).env_remove("RUHUI_STORE");
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    command.spawn().context("a replica could not be started")
}

/// Returns the file with these keys of its first table set to other values.
fn with(text: &str, lines: &[(&str, String)]) -> Result<String> {
    let mut text = text.to_owned();
    for (key, value) in lines {
        let start = text.find(&format!("\n{key} = ")).with_context(|| format!("no line with {key}"))? + 1;
        let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        text.replace_range(start..end, &format!("{key} = {value}"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_file_are_replaced_whole() {
        let text = "[service]\nmain = \"a\" # one\nbackup = \"b\"\n\n[other]\nmain = 1\n";
        let lines = [("main", "\"c\"".to_owned()), ("backup", "\"d\"\ndrain = 2".to_owned())];
        let other = "[service]\nmain = \"c\"\nbackup = \"d\"\ndrain = 2\n\n[other]\nmain = 1\n";
        assert_eq!(with(text, &lines).unwrap(), other);
        assert!(with(text, &[("store", String::new())]).is_err());
    }
}
