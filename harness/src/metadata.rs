//! Reads `cargo metadata` of the workspace.

use crate::command::{cargo, read};
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::path::PathBuf;

/// The workspace, as cargo describes it.
#[derive(Debug)]
pub struct Metadata(Value);

impl Metadata {
    /// Runs `cargo metadata`.
    pub fn read() -> Result<Self> {
        let text = read(&mut cargo(["metadata", "--format-version=1", "--no-deps"]))?;
        Ok(Self(serde_json::from_str(&text)?))
    }

    /// Returns the workspace's own packages.
    pub fn members(&self) -> &[Value] {
        list(&self.0["packages"])
    }

    /// Returns the folder in which cargo builds.
    pub fn target_directory(&self) -> Result<PathBuf> {
        self.0["target_directory"].as_str().map(PathBuf::from).context("cargo names no target directory")
    }
}

/// Returns a package's name.
pub fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap_or_default()
}

/// Returns the elements of an array; none if the value is not an array.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
