//! Runs the shipped binary as a sandbox over a folder, and measures its start.

use crate::clock::{Moment, cpu_of};
use crate::load::main_host;
use anyhow::{Context as _, Result, bail, ensure};
use ruhui_harness::command::read_file;
use ruhui_harness::kit::Kit;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Time after which a start fails.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time between two checks of whether it is ready.
const PAUSE: Duration = Duration::from_millis(1);

/// A running sandbox. It is stopped when this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
    spawned: Moment,
    /// Time from the start of the process until `/readyz` responded 200.
    pub(super) ready_after: Duration,
    /// The addresses and keys that a client needs.
    pub(super) kit: Kit,
}

/// Options of a start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Launch<'a> {
    pub(super) binary: &'a Path,
    pub(super) folder: &'a Path,
    /// The store, as `--store` takes it. `None` means the file in the folder.
    pub(super) store: Option<&'a str>,
}

impl Server {
    /// Starts a sandbox on the calling thread's core, with the store in its folder, and waits until it is ready.
    pub(super) fn start(binary: &Path, folder: &Path) -> Result<Self> {
        Self::launch(Launch { binary, folder, store: None })
    }

    /// Starts a sandbox with the given options on the calling thread's core, and waits until it is ready.
    pub(super) fn launch(Launch { binary, folder, store }: Launch<'_>) -> Result<Self> {
        // A kit.env of an earlier start would name ports that are closed by now.
        let _ = std::fs::remove_file(folder.join("kit/kit.env"));
        let mut command = Command::new(binary);
        command.arg("sandbox").arg(folder);
        for port in ["--main", "--backup", "--operations"] {
            command.args([port, "127.0.0.1:0"]);
        }
        if let Some(store) = store {
            command.args(["--store", store]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let spawned = Moment::now();
        let mut process = command.spawn().context("the sandbox could not be started")?;
        let output = BufReader::new(process.stdout.take().context("the sandbox has no output")?);
        // From here on `Drop` stops the process if a step fails.
        let mut server = Self { process, output, spawned, ready_after: Duration::ZERO, kit: Kit::default() };
        while !server.is_ready(folder) {
            if let Some(status) = server.process.try_wait()? {
                bail!("the sandbox ended with {status}");
            }
            ensure!(
                spawned.elapsed() < PATIENCE,
                "the sandbox was not ready within {} s",
                PATIENCE.as_secs()
            );
            std::thread::sleep(PAUSE);
        }
        server.ready_after = spawned.elapsed();
        server.kit = Kit::read(folder)?;
        Ok(server)
    }

    fn is_ready(&self, folder: &Path) -> bool {
        let ask = || {
            let kit = Kit::read(folder).ok()?;
            let address = kit.value("RUHUI_OPERATIONS_URL").ok()?.strip_prefix("http://")?.to_owned();
            let mut stream = TcpStream::connect(&address).ok()?;
            stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
            write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
            let mut response = String::new();
            stream.read_to_string(&mut response).ok()?;
            response.starts_with("HTTP/1.1 200 ").then_some(())
        };
        ask().is_some()
    }

    /// Waits for the line with the first token. Returns the time since the start of the process.
    pub(super) fn first_token(&mut self) -> Result<Duration> {
        let mut line = String::new();
        while !line.trim_start().starts_with("token ") {
            line.clear();
            let length = self.output.read_line(&mut line)?;
            ensure!(length > 0, "the sandbox ended before it printed a token");
        }
        Ok(self.spawned.elapsed())
    }

    /// Returns the address of the API.
    pub(super) fn address(&self) -> Result<SocketAddr> {
        main_host(&self.kit)
    }

    /// Returns the process id.
    pub(super) fn process(&self) -> u32 {
        self.process.id()
    }

    /// Returns the processor time that the process has used.
    pub(super) fn cpu(&self) -> Result<Duration> {
        cpu_of(self.process.id())
    }

    /// Returns the memory that the process occupies now (RSS), in bytes.
    pub(super) fn memory(&self) -> Result<u64> {
        let status = read_file(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGINT, as Ctrl-C sends it: the sandbox shuts down gracefully, so the next start over this folder is an
        // ordinary one.
        let pid = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw);
        if pid.is_none_or(|pid| kill_process(pid, Signal::INT).is_err()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
