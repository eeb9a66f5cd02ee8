//! Runs the programs of the harness as steps.

use crate::dist;
use ruhui_harness::command::{cargo, read};
use ruhui_harness::step::Outcome;

/// Runs a program that breaks a service, with the binary of the packages, and returns what it printed.
pub(crate) fn break_shipped(arguments: &[&str]) -> Outcome {
    dist::build()?;
    let mut program = cargo(["run", "--quiet", "--package", "ruhui-harness", "--"]);
    let said = read(program.args(arguments).arg("--binary").arg(dist::binary()?))?;
    Ok(said.trim_end().to_owned())
}
