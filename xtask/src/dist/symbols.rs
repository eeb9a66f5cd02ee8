//! Reads from the binary on which systems it starts.

use super::build::GLIBC;
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::{read, read_file};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The libraries of glibc. Any other would have to be installed first.
const LIBRARIES: [&str; 6] =
    ["ld-linux-x86-64.so.2", "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1"];

/// Checks that the binary needs no library but glibc, and none of its symbols that are newer than the promised one.
/// Returns the newest version that it needs.
pub(super) fn check(binary: &Path) -> Result<String> {
    let read = |option| read(Command::new("readelf").args([option, "--wide"]).arg(binary).env("LC_ALL", "C"));
    let libraries = needed_libraries(&read("--dynamic")?);
    let other: Vec<_> = libraries.iter().filter(|name| !LIBRARIES.contains(&name.as_str())).collect();
    ensure!(other.is_empty(), "the binary needs libraries that not every Linux system has: {other:?}");
    let versions = glibc_versions(&read("--version-info")?);
    let promised = number(GLIBC).context("the promised version has no number")?;
    let newer: Vec<_> = versions.iter().filter(|version| **version > promised).collect();
    ensure!(newer.is_empty(), "the binary needs symbols of a glibc newer than {GLIBC}: {newer:?}");
    let (major, minor, _) = versions.last().context("readelf shows no symbol version of glibc")?;
    Ok(format!("{major}.{minor}"))
}

/// Returns the version of glibc on this machine or in the root folder of another system.
pub(super) fn glibc_of(root: &Path) -> Result<String> {
    let status = read_file(root.join("var/lib/dpkg/status"))?;
    let package = status.split("\n\n").find(|entry| entry.starts_with("Package: libc6\n"));
    let version = package.and_then(|entry| entry.lines().find_map(|line| line.strip_prefix("Version: ")));
    let version = version.context("the Debian system has no libc6")?;
    Ok(version.split('-').next().unwrap_or(version).to_owned())
}

fn needed_libraries(dynamic: &str) -> Vec<String> {
    let name = |line: &str| Some(line.split_once("[")?.1.split_once(']')?.0.to_owned());
    dynamic.lines().filter(|line| line.contains("(NEEDED)")).filter_map(name).collect()
}

fn glibc_versions(version_info: &str) -> BTreeSet<(u32, u32, u32)> {
    let words = version_info.split(|c: char| c.is_whitespace());
    words.filter_map(|word| number(word.strip_prefix("GLIBC_")?)).collect()
}

/// Parses `2.17` or `2.2.5`.
fn number(version: &str) -> Option<(u32, u32, u32)> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_libraries_are_read() {
        let info = "  0x0010:   Name: GLIBC_2.2.5  Flags: none  Version: 9\n  0x0020:   Name: GLIBC_2.17  Flags: none\n";
        assert_eq!(glibc_versions(info), BTreeSet::from([(2, 2, 5), (2, 17, 0)]));
        assert!(number("2.9") < number("2.17"));
        let dynamic = " 0x01 (NEEDED)  Shared library: [libgcc_s.so.1]\n 0x0c (INIT) 0x1000\n";
        assert_eq!(needed_libraries(dynamic), ["libgcc_s.so.1"]);
    }
}
