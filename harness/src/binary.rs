//! Builds the binary `ruhui`: as the README's first command does, or optimised as it is shipped and measured.

use crate::command::{cargo, run};
use crate::metadata::Metadata;
use crate::step::Outcome;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// Builds the binary as the README's first command does, and returns its size.
pub fn build_release() -> Outcome {
    run(&mut cargo(["build", "--release"]))?;
    size(&release()?)
}

/// Returns the path of the binary that the README's first command builds.
pub fn release() -> Result<PathBuf> {
    Ok(Metadata::read()?.target_directory()?.join("release/ruhui"))
}

/// Builds the binary with the profile of the packages, for this machine, and returns its path.
pub fn build_optimised() -> Result<PathBuf> {
    run(&mut cargo(["build", "--profile", "dist"]))?;
    Ok(Metadata::read()?.target_directory()?.join("dist/ruhui"))
}

/// Returns the size of a binary.
pub fn size(binary: &Path) -> Outcome {
    let bytes = std::fs::metadata(binary).context("cargo built no binary `ruhui`")?.len();
    Ok(format!("{:.1} MB", bytes as f64 / 1e6))
}
