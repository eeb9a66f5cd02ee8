//! Packages the crates as a registry gets them, and compiles them from their packages.

use anyhow::{Context as _, Result};
use ruhui_harness::command::{cargo, read, read_file, run};
use ruhui_harness::metadata::Metadata;
use ruhui_harness::step::Outcome;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The crates that are published, in the order in which they depend on each other.
const CRATES: [&str; 6] =
    ["ruhui-core", "ruhui", "ruhui-console", "ruhui-server", "ruhui-sandbox", "ruhui-cli"];

/// Makes the packages, unpacks them, and checks them against each other.
///
/// Cargo's own verification builds every dependency again, since a package has no profile of this workspace. This check
/// uses the dependencies that the lints have checked: a file that is missing from a package, or a dependency without a
/// version, is found as well.
pub(crate) fn check() -> Outcome {
    package(&["--no-verify"])?;
    let target = Metadata::read()?.target_directory()?;
    let folder = target.join("package/unpacked");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for name in CRATES {
        let package = target.join(format!("package/{}.crate", versioned(name)));
        run(Command::new("tar").arg("-xzf").arg(package).arg("-C").arg(&folder))?;
    }
    write_workspace(&folder)?;
    let mut check = cargo(["check", "--workspace", "--all-features", "--locked", "--manifest-path"]);
    run(check.arg(folder.join("Cargo.toml")).arg("--target-dir").arg(&target))?;
    Ok(CRATES.join(", "))
}

/// Makes the packages, and has cargo build each of them as a registry's user does.
pub(crate) fn build() -> Outcome {
    package(&[])?;
    Ok(CRATES.join(", "))
}

fn package(options: &[&str]) -> Result<()> {
    // In a checkout with changes, the packages have them.
    let mut command = cargo(["package", "--allow-dirty", "--quiet"]);
    for name in CRATES {
        command.args(["--package", name]);
    }
    run(command.args(options))
}

fn versioned(name: &str) -> String {
    format!("{name}-{}", env!("CARGO_PKG_VERSION"))
}

/// Writes the manifest of a workspace of the packages, with this workspace's profiles and locked versions.
fn write_workspace(folder: &Path) -> Result<()> {
    let root = read_file("Cargo.toml")?;
    let profiles = root.find("[profile.").map_or("", |start| &root[start..]);
    let members: String = CRATES.map(|name| format!("{:?}, ", versioned(name))).concat();
    let patches: String =
        CRATES.map(|name| format!("{name} = {{ path = {:?} }}\n", versioned(name))).concat();
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{members}]\n\n[patch.crates-io]\n{patches}\n{profiles}"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy("Cargo.lock", folder.join("Cargo.lock"))?;
    // Removes what only this workspace's other members need from the lock file, so that `--locked` accepts it.
    let mut metadata = cargo(["metadata", "--format-version=1", "--manifest-path"]);
    read(metadata.arg(folder.join("Cargo.toml")))?;
    Ok(())
}
