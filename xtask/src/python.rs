//! Runs programs from PyPI, each in its own virtual environment under the target directory.

use anyhow::{Context as _, Result};
use ruhui_harness::command::{self, read_file};
use ruhui_harness::metadata::Metadata;
use std::path::PathBuf;
use std::process::Command;

/// Runs `program` with the packages that the file `requirements` lists.
pub(crate) fn run(requirements: &str, program: &str, arguments: &[&str]) -> Result<()> {
    let home = environment(requirements, program)?;
    command::run(Command::new(home.join("bin").join(program)).args(arguments))
}

/// Returns the virtual environment `name` with the packages that the file `requirements` lists, and creates it if it is
/// missing or has others.
pub(crate) fn environment(requirements: &str, name: &str) -> Result<PathBuf> {
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
    Ok(home)
}
