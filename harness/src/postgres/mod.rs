//! Temporary PostgreSQL servers, each in a temporary folder and on a free port of the loopback address. A server is
//! stopped and deleted when it is dropped. It syncs to disk like any other.

mod certificate;

use crate::command::{read, read_file, shown};
use crate::step::Clock;
use anyhow::{Context as _, Result, bail, ensure};
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Time within which a server must accept connections, also after a crash.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time between two checks of whether it does.
const PAUSE: Duration = Duration::from_millis(20);

/// Folder in which Debian installs the programs of each release.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Name in the certificate. It cannot be resolved: clients get the address in addition to it.
const TLS_NAME: &str = "postgres.test";

/// User that PostgreSQL runs as if this process is root, since PostgreSQL rejects root.
const USER: &str = "postgres";

/// A running PostgreSQL server.
#[derive(Debug)]
pub struct Cluster {
    folder: TempDir,
    port: u16,
    settings: Vec<String>,
    process: Option<Child>,
}

/// Returns whether PostgreSQL's programs are installed.
pub fn is_there() -> bool {
    programs().is_ok()
}

/// Returns the folder with the programs of the newest release.
fn programs() -> Result<PathBuf> {
    let number = |path: &PathBuf| -> Option<u32> { path.file_name()?.to_str()?.parse().ok() };
    let of_debian =
        std::fs::read_dir(DEBIAN).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    if let Some(newest) = of_debian.filter(|path| path.join("bin/initdb").exists()).max_by_key(number) {
        return Ok(newest.join("bin"));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .find(|folder| folder.join("initdb").exists())
        .context("PostgreSQL's `initdb` is neither on the path nor where Debian puts it")
}

/// Returns the id of the user that servers run as, if it is another one than this process's.
fn other_user() -> Result<Option<u32>> {
    let number =
        |arguments: &[&str]| -> Result<u32> { Ok(read(Command::new("id").args(arguments))?.trim().parse()?) };
    Ok(if number(&["-u"])? == 0 { Some(number(&["-u", USER])?) } else { None })
}

/// Returns a command for one of PostgreSQL's programs, as a user that it accepts.
fn program(name: &str) -> Result<Command> {
    let program = programs()?.join(name);
    let mut command = match other_user()? {
        None => Command::new(program),
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.args([&format!("--reuid={user}"), "--clear-groups", "--"]).arg(program);
            command
        }
    };
    // Variables of the environment may name other servers.
    for name in ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGOPTIONS", "PGPASSWORD", "PGDATA"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    Ok(command)
}

/// Returns a port of the loopback address that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Cluster {
    /// Starts a new server with these settings, each `name=value`, and waits until it accepts connections.
    pub fn start(settings: &[&str]) -> Result<Self> {
        Self::start_in(&std::env::temp_dir(), settings)
    }

    /// Starts a new server with its data below `parent`. The user that the server runs as must be able to enter that
    /// folder.
    pub fn start_in(parent: &Path, settings: &[&str]) -> Result<Self> {
        let mut cluster = Self::make(parent, settings)?;
        cluster.resume()?;
        Ok(cluster)
    }

    /// Starts a new server that also offers TLS. Returns it with the URL for a client that verifies it in full.
    pub fn start_with_tls(settings: &[&str]) -> Result<(Self, String)> {
        let mut cluster = Self::make(&std::env::temp_dir(), settings)?;
        let authority = cluster.folder.path().join("ca.pem");
        certificate::write(TLS_NAME, &authority, &cluster.data(), other_user()?)?;
        cluster.settings.push("ssl=on".to_owned());
        cluster.resume()?;
        let url = format!(
            "postgres://ruhui@{TLS_NAME}:{}/postgres?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={}",
            cluster.port,
            authority.display()
        );
        Ok((cluster, url))
    }

    fn make(parent: &Path, settings: &[&str]) -> Result<Self> {
        let cluster = Self::prepare(parent, settings)?;
        let mut initdb = program("initdb")?;
        initdb.args(["--username=ruhui", "--auth=trust", "--encoding=UTF8", "--locale=C", "--pgdata"]);
        silently(initdb.arg(cluster.data()))?;
        Ok(cluster)
    }

    /// Starts a standby of this server, under a name, and waits until it accepts connections. It replicates until it is
    /// promoted.
    pub fn standby(&self, name: &str, settings: &[&str]) -> Result<Self> {
        let mut standby = Self::prepare(&std::env::temp_dir(), settings)?;
        let from = format!("host=127.0.0.1 port={} user=ruhui application_name={name}", self.port);
        let mut backup = program("pg_basebackup")?;
        backup.args(["--wal-method=stream", "--write-recovery-conf", "--checkpoint=fast", "--pgdata"]);
        silently(backup.arg(standby.data()).arg("--dbname").arg(from))?;
        standby.resume()?;
        Ok(standby)
    }

    fn prepare(parent: &Path, settings: &[&str]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("ruhui-postgres-").tempdir_in(parent)?;
        #[cfg(unix)]
        if let Some(user) = other_user()? {
            std::os::unix::fs::chown(folder.path(), Some(user), None)?;
        }
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        Ok(Self { folder, port: free_port()?, settings, process: None })
    }

    /// Starts the server over its existing data.
    pub fn resume(&mut self) -> Result<()> {
        let clock = Clock::start();
        loop {
            let log = File::create(self.log())?;
            let mut server = program("postgres")?;
            server.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string());
            for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"] {
                server.args(["-c", setting]);
            }
            for setting in &self.settings {
                server.args(["-c", setting]);
            }
            server.stdout(log.try_clone()?).stderr(log);
            self.process =
                Some(server.spawn().with_context(|| format!("{} was not started", shown(&server)))?);
            loop {
                ensure!(
                    clock.elapsed() < PATIENCE,
                    "PostgreSQL is not ready; it said:\n{}",
                    read_file(self.log())?
                );
                std::thread::sleep(PAUSE);
                let ended = match &mut self.process {
                    Some(process) => process.try_wait()?,
                    None => None,
                };
                if self.accepts()? {
                    return Ok(());
                }
                if ended.is_some() {
                    // After a kill its children may still hold the shared memory for a moment.
                    break;
                }
            }
        }
    }

    fn accepts(&self) -> Result<bool> {
        let mut ask = program("pg_isready")?;
        ask.args(["--quiet", "--host=127.0.0.1", "--timeout=1"]).arg(format!("--port={}", self.port));
        Ok(ask.status()?.success())
    }

    /// Kills the server's first process and all its children, as if its machine had failed. A child that outlives the
    /// first process could still respond.
    pub fn kill(&mut self) -> Result<()> {
        let mut process = self.process.take().context("the server is not running")?;
        let id = process.id();
        let children = read_file(format!("/proc/{id}/task/{id}/children"))?;
        process.kill()?;
        // Some may have ended by themselves.
        let _ = Command::new("kill")
            .arg("-KILL")
            .args(children.split_whitespace())
            .stderr(Stdio::null())
            .status();
        process.wait()?;
        Ok(())
    }

    /// Promotes a standby to primary, and waits until it is.
    pub fn promote(&self) -> Result<()> {
        silently(program("pg_ctl")?.args(["promote", "--wait", "--pgdata"]).arg(self.data()))
    }

    /// Creates a new database, and returns its URL.
    pub fn create(&self, name: &str) -> Result<String> {
        self.ask(&format!("CREATE DATABASE \"{name}\""))?;
        Ok(self.url_of(name))
    }

    /// Returns the id of the server's first process, the parent of the others.
    pub fn process(&self) -> Result<u32> {
        Ok(self.process.as_ref().context("the server is not running")?.id())
    }

    /// Runs a query on the first database, and returns its result, a line for each row.
    pub fn ask(&self, sql: &str) -> Result<String> {
        self.ask_of("postgres", sql)
    }

    /// Runs a query on the database of this name, and returns its result, a line for each row.
    pub fn ask_of(&self, name: &str, sql: &str) -> Result<String> {
        let mut psql = program("psql")?;
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]);
        Ok(read(psql.args(["--command", sql, "--dbname", &self.url_of(name)]))?.trim().to_owned())
    }

    /// Dumps a schema of the first database as SQL that any client can run, without `psql`'s own commands.
    pub fn dump(&self, schema: &str) -> Result<String> {
        let mut dump = program("pg_dump")?;
        dump.args([
            "--schema",
            schema,
            "--inserts",
            "--no-owner",
            "--no-privileges",
            "--dbname",
            &self.url(),
        ]);
        let text = read(&mut dump)?;
        Ok(text.lines().filter(|line| !line.starts_with('\\')).map(|line| format!("{line}\n")).collect())
    }

    /// Returns `HOST:PORT`.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Returns the URL of the first database, as its owner.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    fn url_of(&self, name: &str) -> String {
        format!("postgres://ruhui@{}/{name}", self.host())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(process) = &mut self.process else { return };
        // SIGQUIT ends the server without a checkpoint, which its data no longer needs. SIGKILL would leave its
        // children running.
        let told = Command::new("kill").args(["-QUIT", &process.id().to_string()]).status();
        if !told.is_ok_and(|status| status.success()) {
            let _ = process.kill();
        }
        let _ = process.wait();
    }
}

/// Runs a program with verbose output, and shows the output only if it fails.
fn silently(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{} could not be started", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{} ended with {}: {said}", shown(command), output.status);
    }
    Ok(())
}
