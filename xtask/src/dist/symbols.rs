//! Reads from the binary on which systems it starts.

use super::build::GLIBC;
use anyhow::{Context as _, Result, bail, ensure};
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

/// Checks that the binary contains neither files in these folders of this machine nor the time of its build, either of
/// which would make every build another one.
pub(super) fn check_traces<'p>(binary: &Path, paths: impl IntoIterator<Item = &'p str>) -> Result<()> {
    let bytes = std::fs::read(binary)?;
    for path in paths {
        let found = contains_folder(&bytes, path);
        ensure!(!found, "the binary contains {path}, so another checkout builds another binary");
    }
    if let Some(time) = time_of_day(&bytes) {
        bail!("the binary contains the time {time}, so a build at another time gives another binary");
    }
    Ok(())
}

/// Whether `bytes` contain the path of something in a folder. A longer path that ends like the folder's, as
/// `/cargo/registry/src` ends like `/src`, is another one.
fn contains_folder(bytes: &[u8], folder: &str) -> bool {
    let inside = format!("{folder}/");
    let mut windows = bytes.windows(inside.len()).enumerate();
    windows.any(|(at, window)| {
        window == inside.as_bytes() && {
            let before = at.checked_sub(1).and_then(|at| bytes.get(at));
            !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
        }
    })
}

/// Returns the first string that is a time of day, as C's `__TIME__` writes it.
fn time_of_day(bytes: &[u8]) -> Option<&str> {
    let is_time = |string: &&[u8]| {
        string.len() == 8
            && string.iter().enumerate().all(|(at, byte)| match at {
                2 | 5 => *byte == b':',
                _ => byte.is_ascii_digit(),
            })
    };
    bytes.split(|byte| *byte == 0).find(is_time).and_then(|string| std::str::from_utf8(string).ok())
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

    #[test]
    fn a_path_of_the_machine_and_the_time_of_the_build_are_found() {
        let binary = tempfile::NamedTempFile::new().unwrap();
        let check = |strings: &[&str]| {
            std::fs::write(binary.path(), strings.join("\0")).unwrap();
            check_traces(binary.path(), ["/home/me/ruhui"]).map_err(|error| error.to_string())
        };
        let others =
            ["/ruhui/src/main.rs", "/mnt/home/me/ruhui/x", "/home/me/ruhui2/x", "at 12:34:56", "12:34"];
        assert_eq!(check(&others), Ok(()));
        assert!(check(&["panicked at /home/me/ruhui/src/main.rs"]).unwrap_err().contains("/home/me/ruhui,"));
        assert!(check(&["built on", "Jan 02 2026", "12:34:56"]).unwrap_err().contains("time 12:34:56,"));
    }
}
