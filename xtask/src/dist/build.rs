//! Builds the binary with zig as C compiler and linker, which link against the glibc of an old Linux system.
//!
//! Compilers write paths of the machine and the time of the build into a binary. Both are replaced by fixed texts, so
//! that a build in another folder, at another time, gives the same bytes.

use super::variable::variable;
use crate::python;
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::{read, run};
use ruhui_harness::metadata::Metadata;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The platform of every package.
pub(super) const TARGET: &str = "x86_64-unknown-linux-gnu";
/// The oldest glibc on which the binary starts.
pub(super) const GLIBC: &str = "2.17";
/// The packages from PyPI that bring `cargo-zigbuild` and zig.
const TOOLS: &str = "xtask/zigbuild.txt";

/// How much the binary is optimised.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Optimisation {
    /// In full, for packages that are published.
    Full,
    /// As in the README's first command, which takes less time. CI packs and installs this binary, and publishes
    /// nothing.
    Light,
}

impl Optimisation {
    fn profile(self) -> &'static str {
        match self {
            Self::Full => "dist",
            Self::Light => "release",
        }
    }
}

/// Returns the path of the binary that every package contains: the one that was built last.
pub(super) fn binary() -> Result<PathBuf> {
    Ok(Metadata::read()?.target_directory()?.join("xtask/packed/ruhui"))
}

/// Builds the binary of the checkout `workspace` in the folder `target`, and returns its path.
pub(super) fn build(workspace: &Path, target: &Path, optimisation: Optimisation) -> Result<PathBuf> {
    run(&mut command(workspace, target, optimisation)?)?;
    Ok(target.join(TARGET).join(optimisation.profile()).join("ruhui"))
}

/// Returns the command that builds the binary of the checkout `workspace` in the folder `target`.
fn command(workspace: &Path, target: &Path, optimisation: Optimisation) -> Result<Command> {
    let tools = python::environment(TOOLS, "zigbuild")?;
    let mut build = Command::new(tools.join("bin/cargo-zigbuild"));
    build.args([
        "zigbuild",
        "--locked",
        "--profile",
        optimisation.profile(),
        "--package",
        "ruhui-cli",
        "--target",
    ]);
    build.arg(format!("{TARGET}.{GLIBC}")).current_dir(workspace);
    build.arg("--target-dir").arg(target);
    build.env("CARGO_ZIGBUILD_ZIG_PATH", zig(&tools)?.join("zig"));
    let caches = Metadata::read()?.target_directory()?.join("xtask/zig-cache");
    for variable in ["CARGO_ZIGBUILD_CACHE_DIR", "ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"] {
        build.env(variable, &caches);
    }
    let paths = replaced_paths(workspace, target)?;
    let rust: Vec<_> = paths.iter().map(|(from, to)| format!("--remap-path-prefix={from}={to}")).collect();
    let mut c: Vec<_> = paths.iter().map(|(from, to)| format!("-ffile-prefix-map={from}={to}")).collect();
    // mimalloc says when it was built. Zig reuses the objects of an earlier build with the same flags, and
    // `SOURCE_DATE_EPOCH` is not among what it compares.
    c.extend(
        ["-Wno-builtin-macro-redefined", "-D__DATE__=\"unknown\"", "-D__TIME__=\"unknown\""]
            .map(str::to_owned),
    );
    ensure!(
        c.iter().all(|flag| !flag.contains(' ')),
        "the checkout, its target folder and CARGO_HOME must have no blank in their paths"
    );
    build.env("CARGO_ENCODED_RUSTFLAGS", rust.join("\u{1f}"));
    build.env("CFLAGS_x86_64_unknown_linux_gnu", c.join(" "));
    Ok(build)
}

/// Returns the folder of zig in the virtual environment `tools`.
pub(super) fn zig(tools: &Path) -> Result<PathBuf> {
    let mut python = Command::new(tools.join("bin/python"));
    python.args(["-c", "import os, ziglang; print(os.path.dirname(ziglang.__file__))"]);
    Ok(PathBuf::from(read(&mut python)?.trim()))
}

/// Returns the virtual environment with zig.
pub(super) fn tools() -> Result<PathBuf> {
    python::environment(TOOLS, "zigbuild")
}

/// Returns the paths of this machine that compilers write into a binary, and their replacements. Where two apply to a
/// path, compilers take the later one.
pub(super) fn replaced_paths(workspace: &Path, target: &Path) -> Result<[(String, String); 4]> {
    let sysroot = read(Command::new("rustc").args(["--print", "sysroot"]))?;
    let version = read(Command::new("rustc").arg("-vV"))?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "));
    // The name under which the standard library's own files are compiled in.
    let library = format!("/rustc/{}", commit.context("`rustc -vV` names no commit")?);
    let home = match variable("CARGO_HOME") {
        Some(home) => home,
        None => format!("{}/.cargo", variable("HOME").context("neither CARGO_HOME nor HOME is set")?),
    };
    Ok([
        (workspace.display().to_string(), "/ruhui".to_owned()),
        // Often a folder of the checkout: build scripts write sources here.
        (target.display().to_string(), "/ruhui/target".to_owned()),
        (home, "/cargo".to_owned()),
        (format!("{}/lib/rustlib/src/rust", sysroot.trim()), library),
    ])
}

#[cfg(test)]
mod tests {
    use std::fs;

    /// Returns the crates with an optimisation of their own in a profile, and that level.
    fn levels(manifest: &str, profile: &str) -> Vec<(String, String)> {
        let table = manifest.split(&format!("[profile.{profile}.package]\n")).nth(1).unwrap();
        let lines = table.lines().take_while(|line| !line.is_empty());
        lines
            .map(|line| {
                let (name, level) = line.split_once(" = { opt-level = ").unwrap();
                (name.to_owned(), level.trim_end_matches(" }").to_owned())
            })
            .collect()
    }

    #[test]
    fn the_packages_optimise_every_crate_that_the_first_command_does_not() {
        let manifest = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml")).unwrap();
        let light = levels(&manifest, "release");
        assert!(!light.is_empty());
        let full: Vec<_> = light.into_iter().map(|(name, _)| (name, "3".to_owned())).collect();
        assert_eq!(levels(&manifest, "dist"), full);
    }
}
