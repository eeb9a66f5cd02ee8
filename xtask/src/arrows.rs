//! Checks which crates depend on which: client and server meet only in the binary, in `ruhui-sandbox` and in tests.

use anyhow::{Result, ensure};
use ruhui_harness::command::{cargo, read};
use ruhui_harness::metadata::{Metadata, list, name};
use ruhui_harness::step::Outcome;
use std::collections::BTreeSet;

/// One crate of the workspace and the crates that it may depend on.
struct Arrow {
    from: &'static str,
    to: &'static [&'static str],
    /// Further crates that its tests may depend on.
    to_in_tests: &'static [&'static str],
}

const ARROWS: &[Arrow] = &[
    Arrow { from: "ruhui-core", to: &[], to_in_tests: &[] },
    Arrow { from: "ruhui", to: &["ruhui-core"], to_in_tests: &[] },
    // The pages know the sandbox by its controls, over HTTP, and nothing of the service.
    Arrow { from: "ruhui-console", to: &["ruhui-core"], to_in_tests: &[] },
    // The service is tested with the client that it will meet.
    Arrow { from: "ruhui-server", to: &["ruhui-core", "ruhui-console"], to_in_tests: &["ruhui"] },
    // Both ends in one process, for tests.
    Arrow { from: "ruhui-sandbox", to: &["ruhui-core", "ruhui", "ruhui-server"], to_in_tests: &[] },
    Arrow {
        from: "ruhui-cli",
        to: &["ruhui-core", "ruhui", "ruhui-server", "ruhui-sandbox"],
        to_in_tests: &[],
    },
    // A program of a user: it has what the SDK exports, and nothing else of this workspace.
    Arrow { from: "ruhui-shop", to: &["ruhui"], to_in_tests: &[] },
    // The SDK, to measure it and to sign the load. The service is known as a program only.
    Arrow { from: "ruhui-harness", to: &["ruhui-core", "ruhui"], to_in_tests: &[] },
    // For the OpenAPI document and the tables of the SDK's endpoints.
    Arrow { from: "xtask", to: &["ruhui-core", "ruhui", "ruhui-harness"], to_in_tests: &[] },
];

/// Packages that the protocol core must not reach: it performs no IO and waits for nothing.
const NOT_IN_CORE: &[&str] = &["tokio", "hyper", "reqwest", "axum", "rusqlite", "rand", "getrandom"];

/// Checks every crate's dependencies, and the core's packages.
pub(crate) fn check() -> Outcome {
    let metadata = Metadata::read()?;
    let members: Vec<_> = metadata.members().iter().map(name).collect();
    let mut wrong = Vec::new();
    for package in metadata.members() {
        let Some(arrow) = ARROWS.iter().find(|arrow| arrow.from == name(package)) else {
            wrong.push(format!("{} has no row in xtask/src/arrows.rs", name(package)));
            continue;
        };
        for dependency in list(&package["dependencies"]) {
            let allowed = arrow.to.contains(&name(dependency))
                || (dependency["kind"] == "dev" && arrow.to_in_tests.contains(&name(dependency)));
            if members.contains(&name(dependency)) && !allowed {
                wrong.push(format!("{} must not depend on {}", arrow.from, name(dependency)));
            }
        }
    }
    let core = packages_of_core()?;
    let unwanted = NOT_IN_CORE.iter().filter(|unwanted| core.contains(**unwanted));
    wrong.extend(unwanted.map(|unwanted| format!("ruhui-core must not reach {unwanted}")));
    ensure!(wrong.is_empty(), "{}", wrong.join("; "));
    Ok(format!("{} crates, {} packages under the core", members.len(), core.len() - 1))
}

/// Returns the core and all packages that it reaches, under every feature and on every platform.
///
/// `cargo metadata` would return more: it lists optional dependencies that no feature turns on.
fn packages_of_core() -> Result<BTreeSet<String>> {
    let mut tree =
        cargo(["tree", "--package=ruhui-core", "--edges=normal", "--all-features", "--target=all"]);
    let lines = read(tree.args(["--prefix=none", "--format={p}", "--no-dedupe"]))?;
    Ok(lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}
