//! Requests tokens through `wxpay-rs`, for comparison with the SDK, by the program in `interop/rust`. That crate has
//! its own dependencies.

use super::sdk::Calls;
use anyhow::Result;
use ruhui_harness::command::{cargo, read, run};
use ruhui_harness::kit::Kit;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the program with the same optimisation as the SDK's.
pub(super) fn build(folder: &Path) -> Result<PathBuf> {
    // The build stays for the next run.
    let target = folder.parent().unwrap_or(folder).join("interop/rust/target");
    let mut build = cargo(["build", "--release", "--locked", "--quiet"]);
    build.args(["--manifest-path", "interop/rust/Cargo.toml"]).arg("--target-dir").arg(&target);
    run(&mut build)?;
    Ok(target.join("release/ruhui-interop-rust"))
}

/// Sends `count` requests from a new process on this thread's core.
pub(super) fn measure(program: &Path, kit: &Kit, count: usize) -> Result<Calls> {
    let mut command = Command::new(program);
    command.arg("--calls").arg(count.to_string()).envs(kit.variables());
    // Its HTTP client would use a proxy that the environment names.
    command.envs(["NO_PROXY", "no_proxy"].map(|name| (name, "127.0.0.1")));
    Calls::parse(&read(&mut command)?)
}
