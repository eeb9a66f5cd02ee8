//! Starts other programs, and reads their output.

use anyhow::{Context as _, Result, bail};
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs `command`. Its output goes to this program's output.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| not_started(command))?;
    match status.success() {
        true => Ok(()),
        false => bail!("{} ended with {status}", shown(command)),
    }
}

/// Runs `command` and returns its standard output. Its standard error goes to this program's.
pub fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| not_started(command))?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => bail!("{} ended with {}", shown(command), output.status),
    }
}

/// Returns whether a program of this name can be started.
pub fn exists(program: &str) -> bool {
    let started = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    !matches!(started, Err(error) if error.kind() == ErrorKind::NotFound)
}

/// Returns `cargo` with these arguments. It is the first one on the path; rustup makes that the same one for all.
pub fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments);
    command
}

/// Reads a file as text.
pub fn read_file(path: impl AsRef<Path>) -> Result<String> {
    let path = path.as_ref();
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Formats the command about as a user would type it.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    format!("`{}`", line.join(" "))
}

fn not_started(command: &Command) -> String {
    format!("{} could not be started", shown(command))
}
