//! The client under test: one process for each case, and all that it prints.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

/// Number of bytes of each output that are kept. A client that prints without an end must not fill the memory.
const KEPT: usize = 1 << 20;
/// Time in which the pipes of a process that has ended are read to their end.
const DRAIN: Duration = Duration::from_secs(1);

/// Settings of a process: the command line, and the variables of its case.
#[derive(Debug)]
pub(super) struct Launch<'a> {
    pub(super) command: &'a [OsString],
    pub(super) variables: BTreeMap<&'static str, OsString>,
}

/// A running client. Dropping it ends the process and its children.
pub(super) struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Output,
    stderr: Output,
    group: Group,
}

/// How a client ended.
#[derive(Debug, Clone)]
pub(super) enum End {
    Exited(ExitStatus),
    /// It did not end in time, and was killed.
    TimedOut,
}

impl Client {
    /// Starts the client.
    ///
    /// # Errors
    ///
    /// The operating system's error if there is no such program, or it cannot be run.
    pub(super) fn start(launch: &Launch<'_>) -> io::Result<Self> {
        let Some((program, arguments)) = launch.command.split_first() else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let mut command = Command::new(program);
        command.args(arguments).envs(&launch.variables).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: a shell script's children are killed with it.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let group = Group::of(&child);
        let (stdout, stderr) = (Output::of(child.stdout.take()), Output::of(child.stderr.take()));
        Ok(Self { stdin: child.stdin.take(), child, stdout, stderr, group })
    }

    /// Closes the client's standard input.
    pub(super) fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Waits for the end of the client, and kills it after `timeout`.
    pub(super) async fn wait(&mut self, timeout: Duration) -> io::Result<End> {
        let end = match tokio::time::timeout(timeout, self.child.wait()).await {
            Ok(status) => End::Exited(status?),
            Err(_) => End::TimedOut,
        };
        self.group.kill();
        if matches!(end, End::TimedOut) {
            let _ = self.child.kill().await;
        }
        self.stdout.drain().await;
        self.stderr.drain().await;
        Ok(end)
    }

    /// Returns the status if the client has ended.
    pub(super) fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Returns what the client has printed on standard output until now.
    pub(super) fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// Returns what the client has printed on standard error until now.
    pub(super) fn stderr(&self) -> String {
        self.stderr.text()
    }
}

/// The bytes that came out of a pipe until now.
struct Output {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Output {
    fn of(pipe: Option<impl AsyncRead + Unpin + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let kept = bytes.clone();
        let reader = pipe.map(|mut pipe| {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while let Ok(length @ 1..) = pipe.read(&mut buffer).await {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    let length = length.min(KEPT.saturating_sub(kept.len()));
                    kept.extend_from_slice(&buffer[..length]);
                }
            })
        });
        Self { bytes, reader }
    }

    async fn drain(&mut self) {
        if let Some(reader) = self.reader.take() {
            let _ = tokio::time::timeout(DRAIN, reader).await;
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(reader) = &self.reader {
            reader.abort();
        }
    }
}

/// The process group of a client, killed when this is dropped.
struct Group {
    #[cfg(unix)]
    id: Option<rustix::process::Pid>,
}

impl Group {
    #[cfg(unix)]
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        Self { id }
    }

    #[cfg(not(unix))]
    fn of(_: &Child) -> Self {
        Self {}
    }

    /// Kills the group once; its id may belong to another group afterwards.
    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(id) = self.id.take() {
            let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
