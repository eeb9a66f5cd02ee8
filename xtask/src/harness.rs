//! Runs the programs of the harness as steps.

use ruhui_harness::binary;
use ruhui_harness::command::{cargo, read};
use ruhui_harness::step::Outcome;

/// Runs a program that breaks a service, over the release build, and returns what it printed.
pub(crate) fn run(arguments: &[&str]) -> Outcome {
    let mut program = cargo(["run", "--quiet", "--package", "ruhui-harness", "--"]);
    let said = read(program.args(arguments).arg("--binary").arg(binary::release()?))?;
    Ok(said.trim_end().to_owned())
}
