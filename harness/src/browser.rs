//! The programs of `crates/ruhui-console/browser/`, which drive Chromium by Node.js.

use crate::command::{read, run};
use anyhow::{Context as _, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folder of the programs.
const PROGRAMS: &str = "crates/ruhui-console/browser";
/// The oldest major version of Node.js that their packages run on.
const NODE: u32 = 20;

/// Copies the programs into a folder of the target directory, and installs their packages there: Node.js looks for
/// packages next to the program. Returns the folder.
pub fn install(target: &Path) -> Result<PathBuf> {
    ensure!(node_version()? >= NODE, "node is older than version {NODE}, which the console's tests need");
    let folder = target.join("console");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    copy(Path::new(PROGRAMS), &folder)?;
    let mut npm = Command::new("npm");
    npm.current_dir(&folder).args(["ci", "--prefer-offline", "--silent"]);
    run(npm.arg("--cache").arg(target.join("npm")))?;
    Ok(folder)
}

/// Returns the major version of Node.js.
fn node_version() -> Result<u32> {
    let version = read(Command::new("node").arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default();
    major.parse().with_context(|| format!("`node --version` printed {version:?}"))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        // Packages that somebody has installed in the checkout, for an editor.
        if entry.file_name() == "node_modules" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &copied)?;
        } else {
            std::fs::copy(&path, &copied).with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}
