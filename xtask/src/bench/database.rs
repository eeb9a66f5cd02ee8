//! A PostgreSQL of our own, for as long as it is measured: with its defaults, so every commit is on disk.

use crate::command::{read, run};
use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, getuid, kill_process};
use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Who it runs as when we are root, which it refuses to be.
const ACCOUNT: &str = "postgres";
/// How long a start may take, in pauses.
const TRIES: u32 = 600;
const PAUSE: Duration = Duration::from_millis(50);

/// A running cluster. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Database {
    process: Child,
    port: u16,
    programs: PathBuf,
}

impl Database {
    /// Makes a cluster in `folder` and starts it where the calling thread may run.
    pub(super) fn start(folder: &Path) -> Result<Self> {
        let programs = programs()?;
        let data = folder.join("postgres");
        std::fs::create_dir(&data)?;
        if getuid().is_root() {
            // The account must get to its folder.
            std::fs::set_permissions(folder, Permissions::from_mode(0o711))?;
            run(Command::new("chown").arg(ACCOUNT).arg(&data))?;
        }
        let mut init = as_account(&programs.join("initdb"));
        init.arg("--pgdata").arg(&data).args(["--username=ruhui", "--auth=trust", "--no-sync"]);
        read(&mut init)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut start = as_account(&programs.join("postgres"));
        start.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k", ""]);
        start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = start.spawn().context("PostgreSQL could not be started")?;
        // From here on dropping it ends the process, whatever goes wrong.
        let mut database = Self { process, port, programs };
        for _ in 0..TRIES {
            if let Some(status) = database.process.try_wait()? {
                bail!("PostgreSQL ended with {status}");
            }
            if database.sql("postgres", "SELECT 1").is_ok() {
                return Ok(database);
            }
            std::thread::sleep(PAUSE);
        }
        bail!("PostgreSQL did not answer within 30 s")
    }

    /// An empty database: its address.
    pub(super) fn create(&self, name: &str) -> Result<String> {
        self.sql("postgres", &format!("CREATE DATABASE \"{name}\""))?;
        Ok(format!("postgres://ruhui@127.0.0.1:{}/{name}", self.port))
    }

    /// Runs statements in one of the databases; what it says, as psql prints it.
    pub(super) fn sql(&self, name: &str, statements: &str) -> Result<String> {
        let output = Command::new(self.programs.join("psql"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "ruhui", "-d", name])
            .args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", statements])
            .stdin(Stdio::null())
            .output()
            .context("psql could not be started")?;
        ensure!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Its first process, the parent of the others.
    pub(super) fn process(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Its fast way to stop: who is connected is sent away.
        let pid = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw);
        if pid.is_none_or(|pid| kill_process(pid, Signal::INT).is_err()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// Where its programs are: Debian puts them into a folder for each version.
fn programs() -> Result<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten() {
        let path = entry?.path();
        let version = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        versions.extend(version.map(|version| (version, path.join("bin"))));
    }
    let newest = versions.into_iter().max().map(|(_, path)| path);
    newest.context(
        "PostgreSQL is not installed: `apt-get install postgresql`, or name other stores with --stores",
    )
}

fn as_account(program: &Path) -> Command {
    if !getuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", ACCOUNT, "--regid", ACCOUNT, "--clear-groups"]).arg(program);
    command
}
