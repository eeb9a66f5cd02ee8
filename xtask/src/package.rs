//! Packages the crates as a registry gets them.

use ruhui_harness::command::{cargo, run};
use ruhui_harness::step::Outcome;

/// The crates that are published, in the order in which they depend on each other.
const CRATES: [&str; 5] = ["ruhui-core", "ruhui", "ruhui-server", "ruhui-sandbox", "ruhui-cli"];

/// Makes the packages. Cargo checks their manifests and that no file of a path dependency is missing.
pub(crate) fn check() -> Outcome {
    package(&["--no-verify"])
}

/// Makes the packages, and builds each from its own files and the packages of the others.
pub(crate) fn build() -> Outcome {
    package(&[])
}

fn package(options: &[&str]) -> Outcome {
    let mut command = cargo(["package", "--allow-dirty", "--quiet"]);
    for name in CRATES {
        command.args(["--package", name]);
    }
    run(command.args(options))?;
    Ok(CRATES.join(", "))
}
