//! Packages on platforms that they do not have the binary for.

use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::shown;
use std::process::{Command, Stdio};

/// The command that a package prints on other platforms, and the guide.
const BUILD: &str = "cargo install --locked --git https://github.com/ruhui-rs/ruhui ruhui-cli";

/// Checks that `command` fails with a text that names `platform` and the command that builds the program there.
pub(super) fn expect_refusal(command: &mut Command, platform: &str) -> Result<()> {
    let said = expect_failure(command)?;
    for part in [platform, "x86-64", BUILD, "错误"] {
        ensure!(said.contains(part), "{} does not say `{part}`; it said:\n{said}", shown(command));
    }
    Ok(())
}

/// Checks that `command` fails with status 1, and returns its standard error.
pub(super) fn expect_failure(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("{} could not be started", shown(command)))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.code() == Some(1), "{} ended with {}:\n{said}", shown(command), output.status);
    Ok(said)
}
