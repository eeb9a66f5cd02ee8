//! The additional checks of `cargo xtask ci --full`, which are slow or need more of the network.

use crate::deny;
use crate::dist;
use crate::fuzz;
use crate::harness;
use crate::package;
use crate::toolchain;
use crate::tools;
use anyhow::{Context as _, Result};
use ruhui_harness::command::{cargo, read, run};
use ruhui_harness::metadata::Metadata;
use ruhui_harness::step::{Action, Outcome, Steps};
use std::process::Command;

/// The published crates whose interface is for users.
const PUBLISHED: &[&str] = &["ruhui-core", "ruhui"];

/// The additional checks, except fuzzing, which follows them.
pub(crate) const STEPS: &[(&str, Action)] = &[
    ("sdk-without-transport", without_transport),
    ("minimum-rust-build", minimum_rust),
    ("advisories", deny::advisories),
    ("semver", semver),
    ("package-build", package::build),
    ("dist-reproducible", dist::check_reproducible),
    ("hostile-long", hostile),
];

/// Runs all additional checks.
pub(crate) fn run_all(steps: &mut Steps) -> Result<()> {
    for (name, step) in STEPS {
        steps.run(name, step)?;
    }
    fuzz::run_all(steps, fuzz::SECONDS)
}

fn hostile() -> Outcome {
    harness::run(&["hostile"])
}

fn without_transport() -> Outcome {
    run(&mut cargo(["test", "--package", "ruhui", "--no-default-features"]))?;
    Ok(String::new())
}

fn minimum_rust() -> Outcome {
    let (minimum, running) = (toolchain::minimum()?, toolchain::running()?);
    if toolchain::number(&minimum) == toolchain::number(&running) {
        return Ok(format!("this run is with {running}"));
    }
    let mut check = Command::new("rustup");
    // A separate directory, because the artifacts of two compilers would replace each other.
    check.args(["run", &minimum, "cargo", "check", "--workspace", "--all-targets", "--all-features"]);
    check.arg("--target-dir").arg(Metadata::read()?.target_directory()?.join("xtask/minimum"));
    run(&mut check).with_context(|| format!("install it with `rustup toolchain install {minimum}`"))?;
    Ok(format!("built with {minimum}"))
}

fn semver() -> Outcome {
    let tags =
        read(Command::new("git").args(["tag", "--merged", "HEAD", "--sort=-creatordate", "--list", "v*"]))?;
    let Some(last) = tags.lines().next() else {
        return Ok("nothing is released yet, so there is nothing to break".to_owned());
    };
    let mut check = tools::SEMVER_CHECKS.command()?;
    check.args(["semver-checks", "--baseline-rev", last]);
    PUBLISHED.iter().for_each(|package| {
        check.args(["--package", package]);
    });
    run(&mut check)?;
    Ok(format!("compared with {last}"))
}
