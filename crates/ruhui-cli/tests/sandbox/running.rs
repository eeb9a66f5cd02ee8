//! A sandbox as users run it: the binary in a folder, its output, and a signal that stops it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::LazyLock;
use tempfile::TempDir;

/// An address on which no program listens: the port is privileged, and the tests never bind it.
pub(crate) const CLOSED: &str = "http://127.0.0.1:1";

/// Options that let the system choose a free port for each address.
pub(crate) const ANYWHERE: [&str; 6] =
    ["--main", "127.0.0.1:0", "--backup", "127.0.0.1:0", "--operations", "127.0.0.1:0"];

/// Returns the command `ruhui` in a folder.
pub(crate) fn ruhui(here: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruhui"));
    command.args(arguments);
    in_clean(here, command)
}

/// Returns a shell command line, as a user types it.
pub(crate) fn typed(here: &Path, line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", line]);
    in_clean(here, command)
}

/// Sets a command's folder, and removes the developer's own settings and language from its environment.
fn in_clean(here: &Path, mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("RUHUI_") || text.starts_with("LC_") {
            command.env_remove(name);
        }
    }
    command.current_dir(here).env("LANG", "C.UTF-8").env("HOME", here).stdin(Stdio::null());
    command
}

/// Output of a finished command.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn say(here: &Path, arguments: &[&str]) -> Said {
    let Output { status, stdout, stderr } = ruhui(here, arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { status: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

impl Said {
    /// Returns the stdout of a command, and asserts that it succeeded.
    pub(crate) fn good(self) -> String {
        assert_eq!(self.status, Some(0), "{self:?}");
        self.stdout
    }

    /// Parses the output of a command with `--output json`, and asserts that it succeeded.
    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.good()).unwrap()
    }

    /// Returns the text after `error: ` on the one line of a command that failed.
    pub(crate) fn error(self) -> String {
        assert_eq!(self.status, Some(1), "{self:?}");
        let line = self.stderr.strip_suffix('\n').filter(|text| !text.contains('\n'));
        let text = line.and_then(|line| line.strip_prefix("error: "));
        text.unwrap_or_else(|| panic!("not one line `error: `: {self:?}")).to_owned()
    }
}

/// Returns a working folder from which no sandbox is found.
pub(crate) fn place() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join(".git")).unwrap();
    place
}

/// A sandbox that was started once. The creation of keys takes time, so tests use copies of this one.
static MADE: LazyLock<TempDir> = LazyLock::new(|| {
    let place = place();
    Running::start(place.path(), &[]).stop();
    place
});

/// Returns a folder with a copy of `ruhui-sandbox`, ready for its second start.
pub(crate) fn made() -> TempDir {
    let place = place();
    for folder in ["", "kit", "platform"] {
        let (from, to) = (MADE.path().join("ruhui-sandbox").join(folder), root(&place).join(folder));
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
            }
        }
    }
    place
}

pub(crate) fn root(place: &TempDir) -> PathBuf {
    place.path().join("ruhui-sandbox")
}

/// Replaces a text in `ruhui.toml`.
pub(crate) fn edit(place: &TempDir, from: &str, to: &str) {
    let path = root(place).join("ruhui.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// File with a running sandbox's stderr, in the folder in which it was started.
pub(crate) const LOG: &str = "stderr.log";

/// A running sandbox in `ruhui-sandbox`. Dropping it kills the process.
pub(crate) struct Running {
    process: Child,
    /// All that it printed on stdout.
    pub(crate) shown: String,
    pub(crate) kit: BTreeMap<String, String>,
}

impl Running {
    /// Starts a sandbox, and reads its output up to the line that says how to stop it.
    pub(crate) fn start(here: &Path, options: &[&str]) -> Self {
        Self::start_in(here, "ruhui-sandbox", options)
    }

    pub(crate) fn start_in(here: &Path, folder: &str, options: &[&str]) -> Self {
        let running = Self::try_start(here, folder, options, &[]);
        running.unwrap_or_else(|said| panic!("it does not serve: {said}"))
    }

    /// Starts a sandbox with variables in its environment. Returns its output if it ended before it served.
    pub(crate) fn try_start(
        here: &Path,
        folder: &str,
        options: &[&str],
        environment: &[(&str, String)],
    ) -> Result<Self, String> {
        let arguments = [&["sandbox", folder], &ANYWHERE[..], options].concat();
        // The log goes to a file: a pipe that is not read would fill up and block the process.
        let log = fs::File::create(here.join(LOG)).unwrap();
        let mut command = ruhui(here, &arguments);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        Self::wait(command.stdout(Stdio::piped()).stderr(log), here, folder)
    }

    /// Starts a sandbox with this command, which writes its log to [`LOG`].
    pub(crate) fn wait(command: &mut Command, here: &Path, folder: &str) -> Result<Self, String> {
        let mut process = command.spawn().unwrap();
        let mut shown = String::new();
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            shown += &(line.unwrap() + "\n");
            if shown.contains("Ctrl-C") {
                break;
            }
        }
        let mut running = Self { process, shown, kit: BTreeMap::new() };
        if !running.shown.contains("Ctrl-C") {
            return Err(format!("{}{}", running.shown, fs::read_to_string(here.join(LOG)).unwrap()));
        }
        running.kit = kit(&here.join(folder));
        Ok(running)
    }

    /// Returns the address of the API, as `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.value("RUHUI_BASE_URL").strip_prefix("http://").unwrap()
    }

    pub(crate) fn value(&self, name: &str) -> &str {
        &self.kit[name]
    }

    /// Returns the value in a line such as `  token   1xVb...`.
    pub(crate) fn shown(&self, name: &str) -> &str {
        let mut lines = self.shown.lines();
        let line = lines.find_map(|line| line.strip_prefix("  ")?.strip_prefix(name)?.strip_prefix("  "));
        line.unwrap_or_else(|| panic!("no {name}: {}", self.shown)).trim()
    }

    /// Sends a signal to the process, and returns its exit status.
    pub(crate) fn end(&mut self, signal: &str) -> ExitStatus {
        end(&mut self.process, signal)
    }

    pub(crate) fn stop(mut self) {
        assert_eq!(self.end("TERM").code(), Some(0));
    }
}

pub(crate) fn end(process: &mut Child, signal: &str) -> ExitStatus {
    let kill = format!("kill -{signal} {}", process.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    process.wait().unwrap()
}

/// Kills the process, so that none is left when an assertion fails.
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads `kit.env` of the sandbox in a folder.
pub(crate) fn kit(root: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(root.join("kit/kit.env")).unwrap();
    let pair = |line: &str| {
        let (name, value) = line.split_once('=')?;
        Some((name.to_owned(), value.trim_matches('\'').to_owned()))
    };
    text.lines().filter_map(pair).collect()
}

/// Sends bytes to `http://host:port`, and reads the response to its end.
pub(crate) fn exchange(url: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
