//! Runs the test suites of `examples/` against the released binary. Each starts its own sandbox.

use crate::packages;
use anyhow::{Context as _, ensure};
use ruhui_harness::binary;
use ruhui_harness::command::run;
use ruhui_harness::metadata::Metadata;
use ruhui_harness::step::Outcome;
use std::path::Path;
use std::process::Command;

/// The suites that must exist, so that a removed one fails the step.
const SUITES: [&str; 3] = ["junit", "node-test", "pytest"];

/// Runs every suite. The release build must exist.
pub(crate) fn run_all() -> Outcome {
    let mut found: Vec<String> = Vec::new();
    for entry in std::fs::read_dir("examples").context("examples/ cannot be read")? {
        let path = entry?.path();
        if path.join("run.sh").exists() {
            found.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    found.sort();
    ensure!(found == SUITES, "examples/ has the suites {}, not {}", found.join(", "), SUITES.join(", "));
    packages::provide_for(&found)?;
    let (binary, root) = (binary::release()?, std::env::current_dir()?);
    let cache = Metadata::read()?.target_directory()?.join("examples");
    for suite in SUITES {
        let mut command = Command::new("bash");
        command.arg(Path::new("examples").join(suite).join("run.sh"));
        run(command.env("RUHUI", root.join(&binary)).env("EXAMPLES_CACHE", root.join(&cache)))?;
    }
    Ok(found.join(", "))
}
