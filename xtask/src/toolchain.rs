//! Checks the installed Rust, the oldest Rust that the project promises, and the components that the checks need.

use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::{cargo, read, read_file};
use ruhui_harness::metadata::{Metadata, name};
use ruhui_harness::step::Outcome;
use std::process::Command;

/// Files that name the required Rust for people.
const TOLD_IN: &[&str] = &["README.md", "README.zh-CN.md", "CONTRIBUTING.md"];

/// Checks that rustfmt and clippy are installed.
pub(crate) fn check_parts() -> Outcome {
    for part in ["fmt", "clippy"] {
        read(&mut cargo([part, "--version"])).with_context(|| {
            format!("cargo has no `{part}`; install it: `rustup component add rustfmt clippy`")
        })?;
    }
    running().map(|version| format!("Rust {version}"))
}

/// Checks that all crates promise the same oldest Rust, that the documents name the same version, and that the
/// installed Rust is not older.
pub(crate) fn check_minimum() -> Outcome {
    let minimum = minimum()?;
    let mut told = 0;
    for file in TOLD_IN {
        for version in versions_named(&read_file(file)?) {
            ensure!(version == minimum, "{file} says Rust {version}, Cargo.toml says {minimum}");
            told += 1;
        }
    }
    ensure!(told > 0, "none of {} says that Rust {minimum} is needed", TOLD_IN.join(", "));
    let running = running()?;
    ensure!(number(&running) >= number(&minimum), "Rust {running} runs, {minimum} or newer is needed");
    Ok(match number(&running) == number(&minimum) {
        true => format!("{minimum}, and this run is with {running}: what passes here passes with it"),
        false => {
            format!("{minimum}; this run is with {running}, `cargo xtask ci --full` builds with {minimum}")
        }
    })
}

/// Returns the oldest Rust that the workspace promises, as `1.95`.
pub(crate) fn minimum() -> Result<String> {
    let metadata = Metadata::read()?;
    let mut promised = None;
    for package in metadata.members() {
        let version = package["rust_version"]
            .as_str()
            .with_context(|| format!("{} names no rust-version", name(package)))?;
        let first = promised.get_or_insert_with(|| version.to_owned());
        ensure!(first == version, "{} promises Rust {version}, others {first}", name(package));
    }
    promised.context("the workspace has no crates")
}

/// Returns the installed Rust, as `1.95.0`.
pub(crate) fn running() -> Result<String> {
    let said = read(Command::new("rustc").arg("--version"))?;
    said.split(' ').nth(1).map(str::to_owned).with_context(|| format!("rustc calls itself {said:?}"))
}

/// Returns the major and minor version.
pub(crate) fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

/// Returns every `1.…` that follows the word Rust.
fn versions_named(text: &str) -> Vec<&str> {
    let after = text.match_indices("Rust ").map(|(at, word)| &text[at + word.len()..]);
    after
        .map(|rest| rest.split(|c: char| !(c.is_ascii_digit() || c == '.')).next().unwrap_or_default())
        .map(|version| version.trim_end_matches('.'))
        .filter(|version| version.starts_with("1."))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_prose() {
        assert_eq!(versions_named("needs Rust 1.95. Rusty 1.2, Rust code, Rust 1.80+."), ["1.95", "1.80"]);
        assert_eq!(number("1.95.0"), Some((1, 95)));
        assert!(number("1.100") > number("1.95.0"));
        assert_eq!(number("nightly"), None);
    }
}
