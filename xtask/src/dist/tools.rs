//! The tools from PyPI that pack and judge.

use crate::python;
use anyhow::Result;
use std::process::Command;

/// The tools with their versions.
const TOOLS: &str = "packages/tools.txt";

/// Returns a program of theirs. They are installed first if they are missing.
pub(super) fn tool(program: &str) -> Result<Command> {
    Ok(Command::new(python::environment(TOOLS, "packages")?.join("bin").join(program)))
}
