//! Runs programs from PyPI, in a virtual environment for each file of requirements, under the target directory.

use anyhow::{Context as _, Result};
use ruhui_harness::command::{self, read_file};
use ruhui_harness::metadata::Metadata;
use std::path::Path;
use std::process::Command;

/// Runs `program` with the packages that the file `requirements` lists.
pub(crate) fn run(requirements: &str, program: &str, arguments: &[&str]) -> Result<()> {
    command::run(self::program(requirements, program)?.args(arguments))
}

/// Returns `program` of the packages that the file `requirements` lists, and installs them first if they are missing.
/// All programs of a file share an environment.
pub(crate) fn program(requirements: &str, program: &str) -> Result<Command> {
    let name = Path::new(requirements).file_stem().unwrap_or_default();
    let home = Metadata::read()?.target_directory()?.join("xtask").join(name);
    let wanted = read_file(requirements)?;
    let installed = home.join("installed.txt");
    if std::fs::read_to_string(&installed).ok().as_deref() != Some(&wanted) {
        command::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
        let mut pip = Command::new(home.join("bin/pip"));
        command::run(pip.args([
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
            requirements,
        ]))?;
        // Written last, so that it exists only if every step before it succeeded.
        std::fs::write(&installed, wanted)
            .with_context(|| format!("{} cannot be written", installed.display()))?;
    }
    Ok(Command::new(home.join("bin").join(program)))
}
