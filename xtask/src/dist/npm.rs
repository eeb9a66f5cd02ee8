//! The npm package: the binary, and a script that starts it.
//!
//! The binary is inside rather than in an optional package for each platform: there is one platform, and nothing is
//! missing after an installation without optional packages or from another platform's lock file.

use super::build::binary;
use super::licences;
use super::measure;
use super::refusal::expect_refusal;
use super::release::{VERSION, epoch};
use super::running::Running;
use super::template::filled;
use super::tree::{PLAIN, PROGRAM, Tree};
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::{read, run};
use ruhui_harness::step::Outcome;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The binary in the package, as its script names it.
const BINARY: &str = "linux-x64/ruhui";

/// A line that gives Node.js another platform, and the name by which the script refuses it.
const OTHER_PLATFORMS: [(&str, &str); 5] = [
    (
        "Object.defineProperties(process, { platform: { value: 'darwin' }, arch: { value: 'arm64' } })",
        "macOS arm64",
    ),
    ("Object.defineProperty(process, 'platform', { value: 'win32' })", "Windows x64"),
    ("Object.defineProperty(process, 'arch', { value: 'arm64' })", "Linux arm64"),
    ("process.report.getReport = () => ({ header: {} })", "musl"),
    ("process.report.getReport = () => ({ header: { glibcVersionRuntime: '2.5' } })", "glibc 2.5"),
];

/// Writes the package into the folder `output`.
pub(super) fn pack(output: &Path) -> Outcome {
    let place = tempfile::tempdir()?;
    let package = Tree::new(place.path().join("package"))?;
    let mut manifest: Value = serde_json::from_str(&filled("npm/package.json")?)?;
    manifest["version"] = json!(VERSION);
    package.put("package.json", format!("{manifest:#}\n"), PLAIN)?;
    package.put("bin/ruhui.js", filled("npm/bin/ruhui.js")?, PROGRAM)?;
    package.put(BINARY, fs::read(binary()?)?, PROGRAM)?;
    package.put("README.md", filled("npm/README.md")?, PLAIN)?;
    package.put("LICENSE", fs::read("LICENSE")?, PLAIN)?;
    package.put(licences::FILE, licences::text()?, PLAIN)?;
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"])
        .arg(std::path::absolute(output)?);
    read(pack.current_dir(package.root()).env("SOURCE_DATE_EPOCH", epoch()?.to_string()))?;
    Ok(String::new())
}

fn file(folder: &Path) -> PathBuf {
    folder.join(format!("ruhui-{VERSION}.tgz"))
}

/// Installs the package of `folder` in an empty folder, and returns its command.
pub(super) fn install(folder: &Path, place: &Path) -> Result<PathBuf> {
    let mut install = Command::new("npm");
    // An empty manifest keeps npm from using one in a folder above.
    fs::write(place.join("package.json"), "{}")
        .with_context(|| format!("{} cannot be written", place.display()))?;
    install.args(["install", "--offline", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]);
    read(install.arg(std::path::absolute(file(folder))?).current_dir(place))?;
    Ok(place.join("node_modules/.bin/ruhui"))
}

/// Installs the package in a clean place, and gets a first token.
pub(super) fn check(folder: &Path) -> Outcome {
    let place = tempfile::tempdir()?;
    let program = install(folder, place.path())?;
    let command = || {
        let mut command = Command::new(&program);
        command.current_dir(place.path());
        command
    };
    let start_up = measure::start_up(command)?;
    run(Command::new("npx").args(["--offline", "ruhui", "--version"]).current_dir(place.path()))?;
    let wrong = command().args(["sandbox", "--no-such-option"]).output()?.status;
    ensure!(wrong.code() == Some(2), "wrong usage ended with {wrong} in place of status 2");

    let sandbox = Running::start(command().arg("sandbox"))?;
    let token_after = sandbox.token_after;
    sandbox.end_by_signal().context("a sandbox whose script got SIGTERM")?;
    let temporary = ["sandbox", "--store", "memory", "--until-stdin-closes"];
    Running::start(command().args(temporary))?
        .end_by_stdin()
        .context("a sandbox whose standard input ended")?;

    for (line, name) in OTHER_PLATFORMS {
        let faked = place.path().join("faked.cjs");
        fs::write(&faked, line)?;
        let mut node = Command::new("node");
        expect_refusal(node.arg("--require").arg(faked).arg(&program).arg("sandbox"), name)?;
    }
    measure::report(&file(folder), start_up, token_after)
}
