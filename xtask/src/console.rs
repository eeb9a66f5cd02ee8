//! Runs the console's tests in Chromium: `crates/ruhui-console/browser/`.

use crate::packages;
use anyhow::Result;
use ruhui_harness::browser;
use ruhui_harness::command::{cargo, run};
use ruhui_harness::metadata::Metadata;
use ruhui_harness::step::{Outcome, Steps};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folder of the screenshots that documents show.
const SCREENSHOTS: &str = "docs/screenshots";

/// Runs the tests, after the step that they need. With `is_update`, writes the screenshots and runs no other test.
pub(crate) fn run_from_start(steps: &mut Steps, is_update: bool) -> Result<()> {
    steps.run("packages", || packages::provide_for(&[packages::CONSOLE.to_owned()]))?;
    steps.run("console", || run_tests(is_update))
}

/// Runs the tests. The packages must exist.
pub(crate) fn check() -> Outcome {
    run_tests(false)
}

fn run_tests(is_update: bool) -> Outcome {
    let target = Metadata::read()?.target_directory()?;
    let sandbox = build_sandbox(&target)?;
    let mut tests = Command::new("node");
    tests.current_dir(browser::install(&target)?);
    tests.arg("--test-reporter=spec").arg(if is_update { "tests/screenshots.js" } else { "all.js" });
    tests.env("RUHUI_FIXED_SANDBOX", sandbox).env("RUHUI_SCREENSHOTS", std::path::absolute(SCREENSHOTS)?);
    tests.env("RUHUI_UPDATE_SCREENSHOTS", if is_update { "1" } else { "" });
    run(&mut tests)?;
    Ok(String::new())
}

/// Builds the sandbox of the tests, with the features that the other steps build with. Returns its path.
fn build_sandbox(target: &Path) -> Result<PathBuf> {
    run(&mut cargo(["build", "--workspace", "--all-features", "--example", "fixed_sandbox"]))?;
    Ok(target.join("debug/examples/fixed_sandbox"))
}
