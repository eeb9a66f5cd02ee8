//! Checks the known answers against a second implementation of the cryptography.

use ruhui_harness::command::read;
use ruhui_harness::step::Outcome;
use std::process::Command;

/// Verifies and signs the cases of `vectors/` again with OpenSSL.
pub(crate) fn check() -> Outcome {
    let said = read(Command::new("sh").arg("vectors/check.sh"))?;
    Ok(said.trim_end().to_owned())
}
