//! Builds the binary with zig as C compiler and linker, which link against the glibc of an old Linux system.
//!
//! The bytes depend on the sources, the lock file, the Rust toolchain and xtask/zigbuild.txt only: paths of the machine
//! are replaced by fixed ones.

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

/// Returns the path of the binary that every package contains.
pub(crate) fn binary() -> Result<PathBuf> {
    Ok(binary_in(&Metadata::read()?.target_directory()?))
}

/// Returns the path of the binary in a target folder.
pub(super) fn binary_in(target: &Path) -> PathBuf {
    target.join(TARGET).join("dist/ruhui")
}

/// Builds the binary of the checkout `workspace` in the folder `target`.
pub(super) fn build(workspace: &Path, target: &Path) -> Result<()> {
    run(&mut command(workspace, target)?)
}

/// Returns the command that builds the binary of the checkout `workspace` in the folder `target`.
pub(super) fn command(workspace: &Path, target: &Path) -> Result<Command> {
    let tools = python::environment(TOOLS, "zigbuild")?;
    let mut build = Command::new(tools.join("bin/cargo-zigbuild"));
    build.args(["zigbuild", "--locked", "--profile", "dist", "--package", "ruhui-cli", "--target"]);
    build.arg(format!("{TARGET}.{GLIBC}")).current_dir(workspace);
    build.arg("--target-dir").arg(target);
    build.env("CARGO_ZIGBUILD_ZIG_PATH", zig(&tools)?.join("zig"));
    let caches = Metadata::read()?.target_directory()?.join("xtask/zig-cache");
    for variable in ["CARGO_ZIGBUILD_CACHE_DIR", "ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"] {
        build.env(variable, &caches);
    }
    let paths = replaced_paths(workspace)?;
    let rust: Vec<_> = paths.iter().map(|(from, to)| format!("--remap-path-prefix={from}={to}")).collect();
    let c: Vec<_> = paths.iter().map(|(from, to)| format!("-ffile-prefix-map={from}={to}")).collect();
    ensure!(
        c.iter().all(|flag| !flag.contains(' ')),
        "the checkout and CARGO_HOME must have no blank in their paths"
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

/// Returns the paths of this machine that compilers write into a binary, and their replacements.
fn replaced_paths(workspace: &Path) -> Result<[(String, String); 3]> {
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
        (home, "/cargo".to_owned()),
        (format!("{}/lib/rustlib/src/rust", sysroot.trim()), library),
    ])
}
