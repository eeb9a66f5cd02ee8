//! Token requests through `wxpay-rs`, by the program in `interop/rust`, a crate outside the workspace.

use super::sdk::Calls;
use anyhow::Result;
use ruhui_harness::command::{cargo, read, run};
use ruhui_harness::kit::Kit;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the program, optimised as ours is.
pub(super) fn build(folder: &Path) -> Result<PathBuf> {
    // Kept from one run to the next.
    let target = folder.parent().unwrap_or(folder).join("interop/rust/target");
    let mut build = cargo(["build", "--release", "--locked", "--quiet"]);
    build.args(["--manifest-path", "interop/rust/Cargo.toml"]).arg("--target-dir").arg(&target);
    run(&mut build)?;
    Ok(target.join("release/ruhui-interop-rust"))
}

/// Makes `count` calls from a process that runs where this thread may.
pub(super) fn measure(program: &Path, kit: &Kit, count: usize) -> Result<Calls> {
    let mut command = Command::new(program);
    command.arg("--calls").arg(count.to_string()).envs(kit.variables());
    // Its HTTP client would go through a proxy that the environment names.
    command.envs(["NO_PROXY", "no_proxy"].map(|name| (name, "127.0.0.1")));
    Calls::parse(&read(&mut command)?)
}
