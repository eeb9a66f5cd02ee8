//! The crates whose code is in the binary. Procedural macros and build scripts run in the compiler only, so they are no
//! parts.

use super::build::TARGET;
use anyhow::{Context as _, Result};
use ruhui_harness::command::{cargo, read, read_file};
use ruhui_harness::metadata::{list, name};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A crate in the binary.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) version: String,
    /// Its licence, as an SPDX expression.
    pub(super) licence: String,
    pub(super) repository: Option<String>,
    /// The folder of its sources.
    pub(super) folder: PathBuf,
    /// The SHA-256 of its file at the registry. The workspace's own crates have none.
    pub(super) checksum: Option<String>,
    /// Name and version of the parts that it uses.
    pub(super) uses: Vec<(String, String)>,
}

/// Returns the parts in the order of their names.
pub(super) fn read_parts() -> Result<Vec<Part>> {
    let mut tree = cargo(["tree", "--package", "ruhui-cli", "--edges", "normal,no-proc-macro", "--locked"]);
    let tree = read(tree.args(["--prefix", "none", "--format", "{p}", "--target", TARGET]))?;
    let wanted: BTreeSet<_> = tree.lines().filter_map(name_and_version).collect();
    let mut metadata = cargo(["metadata", "--format-version=1", "--locked", "--filter-platform", TARGET]);
    let metadata: Value = serde_json::from_str(&read(&mut metadata)?)?;
    let checksums = checksums(&read_file("Cargo.lock")?);
    let packages: BTreeMap<_, _> =
        list(&metadata["packages"]).iter().map(|package| (text(&package["id"]), package)).collect();
    let mut parts = Vec::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let package = packages.get(text(&node["id"])).context("cargo metadata lacks a package")?;
        let key = key_of(package);
        if wanted.contains(&key) {
            let used = list(&node["deps"]).iter().filter_map(|used| packages.get(text(&used["pkg"])));
            let uses = used.map(|package| key_of(package)).filter(|used| wanted.contains(used)).collect();
            parts.push(part(package, checksums.get(&key).cloned(), uses)?);
        }
    }
    parts.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    Ok(parts)
}

fn part(package: &Value, checksum: Option<String>, mut uses: Vec<(String, String)>) -> Result<Part> {
    let (name, version) = key_of(package);
    let licence =
        package["license"].as_str().with_context(|| format!("the crate {name} names no licence"))?;
    let manifest = PathBuf::from(text(&package["manifest_path"]));
    uses.sort();
    Ok(Part {
        // Older manifests write a slash for OR.
        licence: licence.replace('/', " OR "),
        repository: package["repository"].as_str().map(str::to_owned),
        folder: manifest.parent().context("a manifest without a folder")?.to_owned(),
        name,
        version,
        checksum,
        uses,
    })
}

/// Reads a line such as `bytes v1.12.0` or `ruhui v0.1.0 (/folder)`.
fn name_and_version(line: &str) -> Option<(String, String)> {
    let mut words = line.split(' ');
    Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
}

/// Returns the checksums in a lock file, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let entry = |entry: &str| {
        let value = |key: &str| {
            let line = entry.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""));
            line?.strip_suffix('"').map(str::to_owned)
        };
        Some(((value("name")?, value("version")?), value("checksum")?))
    };
    lock.split("[[package]]").filter_map(entry).collect()
}

fn key_of(package: &Value) -> (String, String) {
    (name(package).to_owned(), text(&package["version"]).to_owned())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_versions_and_checksums_are_read() {
        let own = name_and_version("ruhui v0.1.0 (/folder)").unwrap();
        assert_eq!(own, ("ruhui".to_owned(), "0.1.0".to_owned()));
        assert_eq!(name_and_version("bytes v1.12.0 (*)").unwrap().1, "1.12.0");
        assert_eq!(name_and_version(""), None);
        let lock = "version = 4\n\n[[package]]\nname = \"bytes\"\nversion = \"1.12.0\"\nchecksum = \"ab\"\n\n\
                    [[package]]\nname = \"ruhui\"\nversion = \"0.1.0\"\n";
        let checksums = checksums(lock);
        assert_eq!(checksums.get(&("bytes".to_owned(), "1.12.0".to_owned())).unwrap(), "ab");
        assert_eq!(checksums.len(), 1);
    }
}
