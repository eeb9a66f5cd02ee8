//! Licences, banned and duplicate packages, sources: `deny.toml`, read by cargo-deny.

use crate::tools;
use ruhui_harness::command::run;
use ruhui_harness::step::Outcome;

/// Checks all that needs no network. Building the tool takes some three minutes of a cold run.
pub(crate) fn check() -> Outcome {
    run(tools::DENY.command()?.args(["--all-features", "check", "bans", "licenses", "sources"]))?;
    Ok(String::new())
}

/// Checks the packages against the published advisories.
pub(crate) fn advisories() -> Outcome {
    run(tools::DENY.command()?.args(["--all-features", "check", "advisories"]))?;
    Ok(String::new())
}
