//! `SHA256SUMS`: the checksums of all packages, which `sha256sum --check SHA256SUMS` compares.

use anyhow::{Context as _, Result};
use ruhui_harness::command::{read, run};
use ruhui_harness::step::Outcome;
use std::fs;
use std::path::Path;
use std::process::Command;

const FILE: &str = "SHA256SUMS";

/// Writes the checksums of the files in `folder`, and compares them once.
pub(super) fn write(folder: &Path) -> Outcome {
    let names = file_names(folder)?;
    let sums = read(Command::new("sha256sum").args(&names).current_dir(folder))?;
    fs::write(folder.join(FILE), sums).with_context(|| format!("{FILE} cannot be written"))?;
    run(Command::new("sha256sum").args(["--check", "--strict", "--quiet", FILE]).current_dir(folder))?;
    Ok(format!("{} files in {}", names.len(), folder.display()))
}

fn file_names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().display().to_string();
        if entry.path().is_file() && name != FILE {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
