//! The compose file: a sandbox from the image, with its health check.

use super::build::binary;
use super::template::filled;
use super::tools::tool;
use ruhui_harness::command::{read, run};
use ruhui_harness::step::Outcome;
use std::fs;
use std::path::Path;
use std::process::Command;

const FILE: &str = "compose.yaml";

/// Writes the file into the folder `output`.
pub(super) fn pack(output: &Path) -> Outcome {
    fs::write(output.join(FILE), filled(FILE)?)?;
    Ok(String::new())
}

/// Checks the file against the Compose Specification's schema, and that the commands in it exist.
pub(super) fn check(folder: &Path) -> Outcome {
    let file = folder.join(FILE);
    let mut check = tool("check-jsonschema")?;
    run(check.args(["--quiet", "--builtin-schema", "vendor.compose-spec"]).arg(&file))?;
    for command in [&["ready"][..], &["kit"], &["sandbox", "--notify-url", "http://127.0.0.1:1/notify"]] {
        read(Command::new(binary()?).args(command).arg("--help"))?;
    }
    Ok("valid by the schema of the Compose Specification".to_owned())
}
