//! The binary that a program of the harness loads, measures or breaks.

use anyhow::{Context as _, Result};
use clap::Args;
use ruhui_harness::binary;
use std::path::PathBuf;

/// The choice of the binary.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Tested {
    /// Tests this build of `ruhui`; without it, the current source is built with the profile `dist`.
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

impl Tested {
    /// Returns the path of the binary, after building it if none was named.
    pub(crate) fn path(&self) -> Result<PathBuf> {
        match &self.binary {
            Some(path) => path.canonicalize().with_context(|| path.display().to_string()),
            None => binary::build_optimised(),
        }
    }
}
