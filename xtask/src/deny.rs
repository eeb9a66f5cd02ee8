//! Checks licences, banned and duplicate packages, and sources by `deny.toml`, with cargo-deny.

use crate::tools;
use ruhui_harness::command::run;
use ruhui_harness::step::Outcome;

/// Runs the checks that need no network. Building the tool takes some three minutes of a cold run.
pub(crate) fn check() -> Outcome {
    run(tools::DENY.command()?.args(["--all-features", "check", "bans", "licenses", "sources"]))?;
    Ok(String::new())
}

/// Checks the packages for published advisories.
pub(crate) fn advisories() -> Outcome {
    run(tools::DENY.command()?.args(["--all-features", "check", "advisories"]))?;
    Ok(String::new())
}
