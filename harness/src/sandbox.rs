//! A sandbox for the length of a step: the released binary over a folder, on ports that are free.

use crate::command::{cargo, read_file, run};
use crate::kit::Kit;
use crate::metadata::Metadata;
use crate::step::{Clock, Outcome};
use anyhow::{Context as _, Result, bail, ensure};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// How long a sandbox may take to be ready: it makes five RSA keys first, perhaps on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait between two looks at it.
const PAUSE: Duration = Duration::from_millis(20);

/// A running sandbox. It ends when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    process: Child,
    output: PathBuf,
    folder: PathBuf,
    kit: Kit,
}

/// Builds the binary as the README's first command does.
pub fn build() -> Outcome {
    run(&mut cargo(["build", "--release"]))?;
    let bytes = std::fs::metadata(binary()?).context("cargo built no binary `ruhui`")?.len();
    Ok(format!("{:.1} MB", bytes as f64 / 1e6))
}

/// Where it is.
pub fn binary() -> Result<PathBuf> {
    Ok(Metadata::read()?.target_directory()?.join("release/ruhui"))
}

impl Sandbox {
    /// Starts a sandbox over `folder` and waits until it is ready.
    pub fn start(folder: &Path, options: &[&str]) -> Result<Self> {
        Self::start_with(folder, options, &[])
    }

    /// Starts a sandbox with these variables in its environment.
    pub fn start_with(folder: &Path, options: &[&str], variables: &[(&str, &str)]) -> Result<Self> {
        Self::start_binary(&binary()?, folder, options, variables)
    }

    /// Starts `binary`, which may be another build, and waits until it is ready.
    pub fn start_binary(
        binary: &Path,
        folder: &Path,
        options: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Self> {
        // A `kit.env` of an earlier start has ports that are closed.
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
        // From here on dropping it ends the process, whatever goes wrong.
        let folder = folder.to_owned();
        let mut sandbox = Self { process, output, folder: folder.clone(), kit: Kit::default() };
        sandbox.kit = sandbox.wait_for("be ready", |_| ready_kit(&folder))?;
        Ok(sandbox)
    }

    /// Kit, with which a client reaches the sandbox.
    pub fn kit(&self) -> &Kit {
        &self.kit
    }

    /// The folder of its kit.
    pub fn kit_folder(&self) -> PathBuf {
        self.folder.join("kit")
    }

    /// Its process id.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// The exit status, once the process has ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.process.try_wait()?)
    }

    /// Output so far.
    pub fn said(&self) -> Result<String> {
        read_file(&self.output)
    }

    /// Waits until `look` finds in the sandbox's output what it looks for.
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
        // It may have ended by itself, and then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The kit, once `/readyz` says yes: only then is it complete for certain.
fn ready_kit(folder: &Path) -> Option<Kit> {
    let kit = Kit::read(folder).ok()?;
    let address = kit.value("RUHUI_OPERATIONS_URL").ok()?.strip_prefix("http://")?.to_owned();
    is_ready(&address).then(|| Kit::read(folder).ok())?
}

/// Whether the service whose operations are at `address` says that it serves.
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
