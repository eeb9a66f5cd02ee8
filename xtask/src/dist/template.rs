//! The files of `packages/` that have marks: `@VERSION@`, and `@GLIBC@` for the glibc that the binary needs.

use super::build;
use super::release::VERSION;
use anyhow::Result;
use ruhui_harness::command::read_file;

/// Returns the text of a file of `packages/` with its marks replaced.
pub(super) fn filled(path: &str) -> Result<String> {
    let text = read_file(format!("packages/{path}"))?;
    Ok(text.replace("@VERSION@", VERSION).replace("@GLIBC@", build::GLIBC))
}
