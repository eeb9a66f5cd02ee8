//! `cargo xtask dist`: builds the binary once, for old Linux systems, and packs it in every kind of package. Nothing is
//! uploaded; docs/releasing.md says how a person publishes the files.

mod build;
mod compose;
mod debian;
pub(crate) mod first_token;
mod hard_places;
mod image;
mod licences;
mod measure;
mod npm;
mod old_debian;
mod parts;
mod refusal;
mod release;
mod reproducible;
mod running;
mod sbom;
mod shared_files;
mod sums;
mod symbols;
mod tarball;
mod template;
mod tools;
mod traces;
mod tree;
mod variable;
mod wheel;

use crate::packages;
use anyhow::{Context as _, Result, ensure};
pub(crate) use build::Optimisation;
use build::binary;
use ruhui_harness::metadata::Metadata;
use ruhui_harness::step::{Outcome, Steps};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// A kind of package. Every kind contains the same binary.
struct Kind {
    name: &'static str,
    /// Writes the packages of this kind into a folder. A second run writes the same bytes.
    pack: fn(&Path) -> Outcome,
    /// Installs the packages of the folder in a clean place, and gets a first token from them. Returns size and
    /// start-up time.
    check: fn(&Path) -> Outcome,
}

const KINDS: &[Kind] = &[
    Kind { name: "tarball", pack: tarball::pack, check: tarball::check },
    Kind { name: "deb", pack: debian::pack, check: debian::check },
    Kind { name: "sbom", pack: sbom::pack, check: sbom::check },
    Kind { name: "wheel", pack: wheel::pack, check: wheel::check },
    Kind { name: "npm", pack: npm::pack, check: npm::check },
    Kind { name: "image", pack: image::pack, check: image::check },
    Kind { name: "compose", pack: compose::pack, check: compose::check },
    Kind { name: "hard-places", pack: |_| Ok(String::new()), check: hard_places::check },
];

/// Builds the binary, and makes and checks the packages of these kinds, or of all kinds if none is named.
pub(crate) fn run_from_start(steps: &mut Steps, optimisation: Optimisation, kinds: &[String]) -> Result<()> {
    let known: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
    for kind in kinds {
        ensure!(known.contains(&kind.as_str()), "no package kind `{kind}`; there are {}", known.join(", "));
    }
    steps.run("packages", || packages::provide_for(&[packages::DIST.to_owned()]))?;
    run_prepared(steps, optimisation, kinds)
}

/// Does the same where all tools are installed.
pub(crate) fn run_prepared(steps: &mut Steps, optimisation: Optimisation, kinds: &[String]) -> Result<()> {
    steps.run("dist-binary", || build(optimisation))?;
    let output = output(optimisation)?;
    if kinds.is_empty() {
        // Packages of an earlier version would get into the list of checksums.
        fs::remove_dir_all(&output)?;
        fs::create_dir_all(&output)?;
    }
    for kind in KINDS.iter().filter(|kind| kinds.is_empty() || kinds.iter().any(|name| name == kind.name)) {
        steps.run(&format!("dist-{}", kind.name), || {
            (kind.pack)(&output)?;
            check_repeatable(kind, &output)?;
            (kind.check)(&output)
        })?;
    }
    steps.run("dist-sums", || sums::write(&output))
}

/// Builds the optimised binary if it is not up to date, and checks that another checkout builds the same bytes.
pub(crate) fn check_reproducible() -> Outcome {
    let target = Metadata::read()?.target_directory()?;
    reproducible::check(&build::build(&env::current_dir()?, &target, Optimisation::Full)?)
}

/// Packs again, and compares the files with those of the first time.
fn check_repeatable(kind: &Kind, first: &Path) -> Result<()> {
    let again = tempfile::tempdir()?;
    (kind.pack)(again.path())?;
    for file in fs::read_dir(again.path())? {
        let file = file?;
        let same = fs::read(file.path())? == fs::read(first.join(file.file_name()))?;
        ensure!(same, "packing twice gave two different files {}", file.file_name().display());
    }
    Ok(())
}

/// Builds the binary, and checks on which systems it starts.
fn build(optimisation: Optimisation) -> Outcome {
    let workspace = env::current_dir()?;
    let target = Metadata::read()?.target_directory()?;
    let built = build::build(&workspace, &target, optimisation)?;
    let binary = binary()?;
    fs::create_dir_all(binary.parent().context("the binary has no folder")?)?;
    fs::copy(&built, &binary).with_context(|| format!("{} cannot be copied", built.display()))?;
    let glibc = symbols::check(&binary)?;
    let paths = build::replaced_paths(&workspace, &target)?;
    // A machine may have the very folder that replaces others.
    let gone = paths.iter().filter(|(from, to)| !to.starts_with(from.as_str()));
    traces::check(&binary, gone.map(|(from, _)| from.as_str()))?;
    let bytes = fs::metadata(&binary)?.len();
    Ok(format!("{:.1} MB, needs glibc {glibc}, promises {}", bytes as f64 / 1e6, build::GLIBC))
}

/// Returns the folder of the finished packages, and creates it. Packages that are not to be published have another
/// folder.
fn output(optimisation: Optimisation) -> Result<PathBuf> {
    let name = match optimisation {
        Optimisation::Full => "packages",
        Optimisation::Light => "xtask/packages",
    };
    let folder = Metadata::read()?.target_directory()?.join(name);
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}
