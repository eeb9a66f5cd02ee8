//! Compiles the kit's programs in Rust against the libraries that the workspace's tests use.

use anyhow::{Context as _, Result, bail, ensure};
use ruhui_harness::command::{cargo, read, shown};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The libraries that the programs use.
const LIBRARIES: [&str; 3] = ["ruhui", "tokio", "axum"];

/// Compiles the program in `file`, and returns the path of its binary in `folder`.
pub(super) fn built(file: &Path, folder: &Path) -> Result<PathBuf> {
    let mut build = cargo(["build", "--workspace", "--examples", "--all-features", "--message-format=json"]);
    let artifacts = read(&mut build)?;
    let program = folder.join("program");
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024"]);
    for name in LIBRARIES {
        let library = library(&artifacts, name)?;
        let Some(folder) = library.parent() else { bail!("{} is in no folder", library.display()) };
        rustc.arg("-L").arg(format!("dependency={}", folder.display()));
        rustc.arg("--extern").arg(format!("{name}={}", library.display()));
    }
    rustc.arg(file).arg("-o").arg(&program).stdin(Stdio::null());
    let output = rustc.output().with_context(|| format!("{} could not be started", shown(&rustc)))?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(program)
}

/// Returns the file of a library among the artifacts that cargo lists.
fn library(artifacts: &str, name: &str) -> Result<PathBuf> {
    let mut lines = artifacts.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let found = lines.find(|line| line["target"]["name"] == name && line["target"]["kind"][0] == "lib");
    let file = found.and_then(|line| {
        let names = line["filenames"].as_array()?.iter().filter_map(Value::as_str);
        names.filter(|file| file.ends_with(".rlib")).map(PathBuf::from).next()
    });
    file.with_context(|| format!("cargo built no library `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_found_among_the_artifacts() {
        let artifacts = "noise\n{\"target\":{\"name\":\"tokio\",\"kind\":[\"lib\"]},\"filenames\":[\"/d/libtokio.rmeta\",\"/d/libtokio.rlib\"]}\n";
        assert_eq!(library(artifacts, "tokio").unwrap(), PathBuf::from("/d/libtokio.rlib"));
        assert!(library(artifacts, "ruhui").is_err());
    }
}
