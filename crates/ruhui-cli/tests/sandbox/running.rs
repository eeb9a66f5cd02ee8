//! A sandbox as a person runs it: the binary in a folder, what it prints, and a signal to stop it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::LazyLock;
use tempfile::TempDir;

/// An address without a listener: users cannot bind the port, and no test does.
pub(crate) const CLOSED: &str = "http://127.0.0.1:1";

/// Makes every address a free port of the system's choice.
pub(crate) const ANYWHERE: [&str; 6] =
    ["--main", "127.0.0.1:0", "--backup", "127.0.0.1:0", "--operations", "127.0.0.1:0"];

/// `ruhui` in a folder.
pub(crate) fn ruhui(here: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruhui"));
    command.args(arguments);
    in_clean(here, command)
}

/// A line for the shell, as a person types it.
pub(crate) fn typed(here: &Path, line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", line]);
    in_clean(here, command)
}

/// In a folder, without the settings and the language of whoever runs the tests.
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
    /// Of a command that succeeds.
    pub(crate) fn good(self) -> String {
        assert_eq!(self.status, Some(0), "{self:?}");
        self.stdout
    }

    /// Of a command that succeeds with `--output json`.
    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.good()).unwrap()
    }

    /// Of a command that fails: one line, what comes after `error: `.
    pub(crate) fn error(self) -> String {
        assert_eq!(self.status, Some(1), "{self:?}");
        let line = self.stderr.strip_suffix('\n').filter(|text| !text.contains('\n'));
        let text = line.and_then(|line| line.strip_prefix("error: "));
        text.unwrap_or_else(|| panic!("not one line `error: `: {self:?}")).to_owned()
    }
}

/// A folder to work in, where no sandbox of anybody else's is near.
pub(crate) fn place() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join(".git")).unwrap();
    place
}

/// A sandbox that has been started once. Making keys takes a while, so tests take copies of one.
static MADE: LazyLock<TempDir> = LazyLock::new(|| {
    let place = place();
    Running::start(place.path(), &[]).stop();
    place
});

/// A place with `ruhui-sandbox` in it, ready for its second start.
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

/// Changes `ruhui.toml`.
pub(crate) fn edit(place: &TempDir, from: &str, to: &str) {
    let path = root(place).join("ruhui.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// Where a running sandbox's stderr goes, in the folder where it was started.
pub(crate) const LOG: &str = "stderr.log";

/// A running sandbox in `ruhui-sandbox`. It ends when this is dropped.
pub(crate) struct Running {
    process: Child,
    /// All that it printed.
    pub(crate) shown: String,
    pub(crate) kit: BTreeMap<String, String>,
}

impl Running {
    /// Starts it and reads what it prints, to the line that says how to stop it.
    pub(crate) fn start(here: &Path, options: &[&str]) -> Self {
        Self::start_in(here, "ruhui-sandbox", options)
    }

    pub(crate) fn start_in(here: &Path, folder: &str, options: &[&str]) -> Self {
        let running = Self::try_start(here, folder, options, &[]);
        running.unwrap_or_else(|said| panic!("it does not serve: {said}"))
    }

    /// Starts a sandbox with settings in the environment; returns its output if it ended before it served.
    pub(crate) fn try_start(
        here: &Path,
        folder: &str,
        options: &[&str],
        environment: &[(&str, String)],
    ) -> Result<Self, String> {
        let arguments = [&["sandbox", folder], &ANYWHERE[..], options].concat();
        // The log is read, since a full pipe would block the sandbox.
        let log = fs::File::create(here.join(LOG)).unwrap();
        let mut command = ruhui(here, &arguments);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        Self::wait(command.stdout(Stdio::piped()).stderr(log), here, folder)
    }

    /// Starts it by a command of one's own, which writes its log to [`LOG`].
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

    /// Where the API is, as `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.value("RUHUI_BASE_URL").strip_prefix("http://").unwrap()
    }

    pub(crate) fn value(&self, name: &str) -> &str {
        &self.kit[name]
    }

    /// The value in a line such as `  token   1xVb...`.
    pub(crate) fn shown(&self, name: &str) -> &str {
        let mut lines = self.shown.lines();
        let line = lines.find_map(|line| line.strip_prefix("  ")?.strip_prefix(name)?.strip_prefix("  "));
        line.unwrap_or_else(|| panic!("no {name}: {}", self.shown)).trim()
    }

    /// Sends it a signal, and returns how it ended.
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

/// Nothing is left running when an assertion fails.
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `kit.env` of the sandbox in a folder.
pub(crate) fn kit(root: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(root.join("kit/kit.env")).unwrap();
    let pair = |line: &str| {
        let (name, value) = line.split_once('=')?;
        Some((name.to_owned(), value.trim_matches('\'').to_owned()))
    };
    text.lines().filter_map(pair).collect()
}

/// Sends bytes to `http://host:port` and reads to the end.
pub(crate) fn exchange(url: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
