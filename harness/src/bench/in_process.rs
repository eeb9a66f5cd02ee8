//! Measures the start of a sandbox inside a test, by the example `start_time` of `ruhui-sandbox`.

use anyhow::{Context as _, Result};
use ruhui_harness::command::{cargo, read, run};
use ruhui_harness::metadata::Metadata;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Builds the example, and returns the path of its program.
pub(super) fn build() -> Result<PathBuf> {
    run(&mut cargo(["build", "--profile", "dist", "--package", "ruhui-sandbox", "--example", "start_time"]))?;
    Ok(Metadata::read()?.target_directory()?.join("dist/examples/start_time"))
}

/// Returns the time of the first start in a new process.
pub(super) fn measure(program: &Path) -> Result<Duration> {
    let printed = read(&mut Command::new(program))?;
    let first = printed.lines().next().context("the example printed nothing")?;
    let milliseconds: f64 = first.parse().with_context(|| format!("{first:?} is no number"))?;
    Ok(Duration::from_secs_f64(milliseconds / 1e3))
}
