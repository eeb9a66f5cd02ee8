//! Builds the binary of the same commit in another folder, and compares the bytes.

use super::build::{self, Optimisation};
use anyhow::{Context as _, bail, ensure};
use ruhui_harness::command::{read, run};
use ruhui_harness::step::Outcome;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Checks that a clone of this checkout, elsewhere, builds the bytes of `first`.
pub(super) fn check(first: &Path) -> Outcome {
    let changes = read(Command::new("git").args(["status", "--porcelain"]))?;
    ensure!(changes.is_empty(), "commit first, since the clone has no uncommitted changes:\n{changes}");
    let elsewhere = tempfile::tempdir()?;
    let (workspace, target) = (elsewhere.path().join("checkout"), elsewhere.path().join("target"));
    run(Command::new("git").args(["clone", "--quiet", "--no-hardlinks", "."]).arg(&workspace))?;
    let second = build::build(&workspace, &target, Optimisation::Full)?;
    if fs::read(first)? != fs::read(&second)? {
        let kept = first.with_file_name("ruhui-built-elsewhere");
        fs::copy(&second, &kept).with_context(|| format!("{} cannot be copied", second.display()))?;
        bail!(
            "two builds of this commit differ; `diffoscope {} {}` shows where",
            first.display(),
            kept.display()
        );
    }
    Ok("two folders, one binary".to_owned())
}
