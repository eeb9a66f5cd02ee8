//! The workspace, as `cargo metadata` describes it.

use crate::command::{cargo, read};
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::path::PathBuf;

/// The workspace.
#[derive(Debug)]
pub struct Metadata(Value);

impl Metadata {
    /// Asks cargo.
    pub fn read() -> Result<Self> {
        let text = read(&mut cargo(["metadata", "--format-version=1", "--no-deps"]))?;
        Ok(Self(serde_json::from_str(&text)?))
    }

    /// The workspace's own packages.
    pub fn members(&self) -> &[Value] {
        list(&self.0["packages"])
    }

    /// Where cargo builds.
    pub fn target_directory(&self) -> Result<PathBuf> {
        self.0["target_directory"].as_str().map(PathBuf::from).context("cargo names no target directory")
    }
}

/// A package's name.
pub fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap_or_default()
}

/// The elements of an array; none when it is something else.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
