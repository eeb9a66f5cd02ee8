//! Measures the console's first page in Chromium, against an empty page of the same listener.

use super::figures::Figures;
use super::rows;
use super::server::Server;
use anyhow::{Context as _, Result};
use ruhui_harness::browser;
use ruhui_harness::command::read;
use ruhui_harness::metadata::Metadata;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs the program that measures, and returns its folder.
pub(super) fn install() -> Result<PathBuf> {
    browser::install(&Metadata::read()?.target_directory()?)
}

/// Measures one round: both pages in turn, several times, each time in a browser that has kept nothing.
pub(super) fn measure(program: &Path, server: &Server, figures: &mut Figures) -> Result<()> {
    let mut paint = Command::new("node");
    paint.current_dir(program).arg("paint.js").arg(server.kit.value("RUHUI_OPERATIONS_URL")?);
    let printed: serde_json::Value =
        serde_json::from_str(&read(&mut paint)?).context("paint.js printed no JSON")?;
    let figure = |name: &str| printed[name].as_f64().with_context(|| format!("paint.js printed no {name}"));
    let (first, empty) = (figure("first_ms")?, figure("empty_ms")?);
    figures.note(&rows::CONSOLE_SIZE, figure("bytes")? / 1e3);
    figures.note(&rows::CONSOLE_PAINT, first);
    figures.note(&rows::EMPTY_PAINT, empty);
    figures.note(&rows::CONSOLE_PAINT_RATIO, first / empty);
    figures.note(&rows::CONSOLE_SHIFT, figure("shift")?);
    Ok(())
}
