//! Runs the console's tests in Chromium: `crates/ruhui-console/browser/`.

use crate::packages;
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::{cargo, read, run};
use ruhui_harness::metadata::Metadata;
use ruhui_harness::step::{Outcome, Steps};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folder of the tests.
const TESTS: &str = "crates/ruhui-console/browser";
/// Folder of the screenshots that documents show.
const SCREENSHOTS: &str = "docs/screenshots";
/// The oldest major version of Node.js that the tests' packages run on.
const NODE: u32 = 20;

/// Runs the tests, after the step that they need. With `is_update`, writes the screenshots instead of comparing them.
pub(crate) fn run_from_start(steps: &mut Steps, is_update: bool) -> Result<()> {
    steps.run("packages", || packages::provide_for(&[packages::CONSOLE.to_owned()]))?;
    steps.run("console", || run_tests(is_update))
}

/// Runs the tests. The packages must exist.
pub(crate) fn check() -> Outcome {
    run_tests(false)
}

fn run_tests(is_update: bool) -> Outcome {
    ensure!(node_version()? >= NODE, "node is older than version {NODE}, which the tests' packages need");
    let target = Metadata::read()?.target_directory()?;
    let sandbox = build_sandbox(&target)?;
    let folder = install(&target)?;
    let mut tests = Command::new("node");
    tests.current_dir(&folder).args(["--test-reporter=spec", "all.js"]);
    tests.env("RUHUI_FIXED_SANDBOX", sandbox).env("RUHUI_SCREENSHOTS", std::path::absolute(SCREENSHOTS)?);
    tests.env("RUHUI_UPDATE_SCREENSHOTS", if is_update { "1" } else { "" });
    run(&mut tests)?;
    Ok(String::new())
}

/// Returns the major version of Node.js.
fn node_version() -> Result<u32> {
    let version = read(Command::new("node").arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default();
    major.parse().with_context(|| format!("`node --version` printed {version:?}"))
}

/// Builds the sandbox of the tests, with the features that the other steps build with. Returns its path.
fn build_sandbox(target: &Path) -> Result<PathBuf> {
    run(&mut cargo(["build", "--workspace", "--all-features", "--example", "fixed_sandbox"]))?;
    Ok(target.join("debug/examples/fixed_sandbox"))
}

/// Copies the tests into the target folder and installs their packages there: Node.js looks for packages next to the
/// program.
fn install(target: &Path) -> Result<PathBuf> {
    let folder = target.join("console");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    copy(Path::new(TESTS), &folder)?;
    let mut npm = Command::new("npm");
    npm.current_dir(&folder).args(["ci", "--prefer-offline", "--silent"]);
    run(npm.arg("--cache").arg(target.join("npm")))?;
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        // A checkout may have packages of an editor's own.
        if entry.file_name() == "node_modules" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &copied)?;
        } else {
            std::fs::copy(&path, &copied).with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}
