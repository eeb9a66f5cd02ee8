//! The figures of a package: its size, the time until its program says its version, and until the first token.

use super::release::VERSION;
use anyhow::{Result, ensure};
use ruhui_harness::command::{read, shown};
use ruhui_harness::step::{Clock, Outcome};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Number of starts, of which the shortest counts.
const STARTS: usize = 5;

/// Returns the shortest time that `program --version` takes, and checks the version.
pub(super) fn start_up(program: impl Fn() -> Command) -> Result<Duration> {
    let mut shortest = Duration::MAX;
    for _ in 0..STARTS {
        let mut command = program();
        let clock = Clock::start();
        let said = read(command.arg("--version"))?;
        shortest = shortest.min(clock.elapsed());
        ensure!(said.trim() == format!("ruhui {VERSION}"), "{} printed `{}`", shown(&command), said.trim());
    }
    Ok(shortest)
}

/// Formats the figures of the package in `file`.
pub(super) fn report(file: &Path, start_up: Duration, first_token: Duration) -> Outcome {
    let bytes = std::fs::metadata(file)?.len();
    let name = file.file_name().unwrap_or_default().display();
    Ok(format!(
        "{name}, {:.1} MB, starts in {} ms, first token in {:.1} s",
        bytes as f64 / 1e6,
        start_up.as_millis(),
        first_token.as_secs_f32()
    ))
}
