//! Runs a build of `ruhui` as a sandbox over a folder, on free ports, for one step of a check.

use crate::binary;
use crate::command::read_file;
use crate::kit::Kit;
use crate::step::Clock;
use anyhow::{Context as _, Result, bail, ensure};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// Time within which a sandbox must be ready. It first makes five RSA keys, perhaps on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time between two checks of whether it is ready.
const PAUSE: Duration = Duration::from_millis(20);

/// A running sandbox. It is killed when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    process: Child,
    output: PathBuf,
    folder: PathBuf,
    kit: Kit,
}

impl Sandbox {
    /// Starts a sandbox of the release build over `folder` and waits until it is ready.
    pub fn start(folder: &Path, options: &[&str]) -> Result<Self> {
        Self::start_binary(&binary::release()?, folder, options, &[])
    }

    /// Starts a sandbox of `binary` over `folder`, with these variables in its environment, and waits until it is ready.
    pub fn start_binary(
        binary: &Path,
        folder: &Path,
        options: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Self> {
        // A kit.env of an earlier start would name ports that are closed by now.
        let _ = std::fs::remove_file(folder.join("kit/kit.env"));
        let output = folder.with_extension("log");
        let log = File::create(&output).with_context(|| format!("{} cannot be written", output.display()))?;
        let mut command = Command::new(binary);
        command.arg("sandbox").arg(folder).args(options);
        for port in ["--main", "--backup", "--operations"] {
            command.args([port, "127.0.0.1:0"]);
        }
        command.env_remove("RUHUI_STORE").envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let process = command.spawn().context("the sandbox could not be started")?;
        // From here on `Drop` kills the process if a step fails.
        let folder = folder.to_owned();
        let mut sandbox = Self { process, output, folder: folder.clone(), kit: Kit::default() };
        sandbox.kit = sandbox.wait_for("be ready", |_| ready_kit(&folder))?;
        Ok(sandbox)
    }

    /// Returns the addresses and keys that a client needs.
    pub fn kit(&self) -> &Kit {
        &self.kit
    }

    /// Returns the folder of its kit.
    pub fn kit_folder(&self) -> PathBuf {
        self.folder.join("kit")
    }

    /// Returns its process id.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// Returns the exit status if the process has ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.process.try_wait()?)
    }

    /// Returns the output so far.
    pub fn said(&self) -> Result<String> {
        read_file(&self.output)
    }

    /// Waits until `look` finds its value in the sandbox's output.
    pub fn wait_for<T>(&mut self, what: &str, look: impl Fn(&str) -> Option<T>) -> Result<T> {
        let clock = Clock::start();
        loop {
            let ended = self.process.try_wait()?;
            let output = read_file(&self.output)?;
            if let Some(found) = look(&output) {
                return Ok(found);
            }
            if let Some(status) = ended {
                bail!("the sandbox ended with {status} before it could {what}; it said:\n{output}");
            }
            ensure!(
                clock.elapsed() < PATIENCE,
                "the sandbox did not {what} within {} s; it said:\n{output}",
                PATIENCE.as_secs()
            );
            std::thread::sleep(PAUSE);
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // `kill` fails if the process has already ended, which is fine.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the kit if `/readyz` responds 200: only then is the kit certainly complete.
fn ready_kit(folder: &Path) -> Option<Kit> {
    let kit = Kit::read(folder).ok()?;
    let address = kit.value("RUHUI_OPERATIONS_URL").ok()?.strip_prefix("http://")?.to_owned();
    is_ready(&address).then(|| Kit::read(folder).ok())?
}

/// Returns whether the service with operations at `address` is ready.
pub fn is_ready(address: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut response = String::new();
        stream.read_to_string(&mut response)?;
        Ok(response)
    };
    ask().is_ok_and(|response| response.starts_with("HTTP/1.1 200 "))
}
