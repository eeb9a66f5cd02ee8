//! The version and the time that every package has.

use super::variable::variable;
use anyhow::{Context as _, Result};
use ruhui_harness::command::read;
use std::process::Command;

/// The version that every package has.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns the time of the commit, in seconds since 1970. Every file in a package has this time, so that packing twice
/// gives the same bytes. The variable `SOURCE_DATE_EPOCH` overrides it.
pub(super) fn epoch() -> Result<u64> {
    let text = match variable("SOURCE_DATE_EPOCH") {
        Some(text) => text,
        None => read(Command::new("git").args(["log", "-1", "--format=%ct"]))?,
    };
    text.trim().parse().with_context(|| format!("SOURCE_DATE_EPOCH is no number of seconds: {}", text.trim()))
}
