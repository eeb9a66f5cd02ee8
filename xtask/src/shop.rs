//! Runs the sample shop of `examples/shop/` with each of its backends: a user joins by clicking, in Chromium.

use crate::packages;
use anyhow::{Result, ensure};
use ruhui_harness::binary;
use ruhui_harness::command::{cargo, run};
use ruhui_harness::metadata::Metadata;
use ruhui_harness::step::{Outcome, Steps};
use std::path::PathBuf;
use std::process::Command;

/// Folders of the backends, in `examples/shop/`.
const BACKENDS: [&str; 3] = ["rust", "node", "python"];

/// Folder of the pictures of its documents.
const SCREENSHOTS: &str = "examples/shop/pictures";

/// Runs the tests with these backends, or with all, after the steps that they need. With `is_update`, writes the pictures
/// of the documents and runs no test.
pub(crate) fn run_from_start(steps: &mut Steps, backends: &[String], is_update: bool) -> Result<()> {
    for name in backends {
        ensure!(BACKENDS.contains(&name.as_str()), "no backend `{name}`; there are {}", BACKENDS.join(", "));
    }
    steps.run("packages", provide_packages)?;
    steps.run("release", binary::build_release)?;
    steps.run("shop", || run_tests(backends, is_update))
}

/// Runs the tests with all backends. The packages and the release build must exist.
pub(crate) fn check() -> Outcome {
    run_tests(&[], false)
}

fn provide_packages() -> Outcome {
    packages::provide_for(&[packages::CONSOLE.to_owned(), "node".to_owned(), "python".to_owned()])
}

fn run_tests(backends: &[String], is_update: bool) -> Outcome {
    let (target, root) = (Metadata::read()?.target_directory()?, std::env::current_dir()?);
    let mut tests = Command::new("bash");
    tests.arg("examples/shop/test/run.sh").args(backends);
    tests
        .env("RUHUI", root.join(binary::release()?))
        .env("EXAMPLES_CACHE", root.join(target.join("examples")));
    tests.env("SHOP_SCREENSHOTS", if is_update { root.join(SCREENSHOTS) } else { PathBuf::new() });
    run(tests.env("SHOP_RUST", root.join(build_backend()?)))?;
    Ok(if backends.is_empty() { BACKENDS.join(", ") } else { backends.join(", ") })
}

/// Builds the backend in Rust, with the features that the other steps build with. Returns its path.
fn build_backend() -> Result<PathBuf> {
    run(&mut cargo(["build", "--workspace", "--all-features", "--bin", "ruhui-shop"]))?;
    Ok(Metadata::read()?.target_directory()?.join("debug/ruhui-shop"))
}
