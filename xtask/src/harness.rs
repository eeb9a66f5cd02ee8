//! Runs the programs of the harness as steps.

use ruhui_harness::command::{cargo, read};
use ruhui_harness::step::Outcome;

/// Runs a program, and returns what it printed.
pub(crate) fn run(arguments: &[&str]) -> Outcome {
    let mut program = cargo(["run", "--quiet", "--package", "ruhui-harness", "--"]);
    let said = read(program.args(arguments))?;
    Ok(said.trim_end().to_owned())
}
