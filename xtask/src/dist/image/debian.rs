//! The layer of the image with what the binary needs of a system: files of Debian's packages.

use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::run;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The C library, the unwinder, and the CAs for callbacks over TLS.
pub(super) const PACKAGES: [&str; 3] = ["libc6", "libgcc-s1", "ca-certificates"];
/// Folders of these packages that the binary does not use.
const UNUSED: [&str; 6] = [
    "usr/lib/x86_64-linux-gnu/gconv",
    "usr/lib/x86_64-linux-gnu/audit",
    "usr/share/ca-certificates",
    "usr/share/lintian",
    "usr/share/man",
    "usr/sbin",
];

/// Unpacks the packages, whose signatures apt verifies, into the folder `root`, and returns the CAs.
pub(super) fn unpack(root: &Path) -> Result<String> {
    let packages = tempfile::tempdir()?;
    let mut download = Command::new("apt-get");
    // apt would otherwise change to a user of its own, who cannot write to this folder.
    download.args(["download", "--quiet=2", "--option=APT::Sandbox::User=root"]).args(PACKAGES);
    run(download.current_dir(packages.path()))
        .context("Debian's packages for the image could not be downloaded; as root: `apt-get update`")?;
    fs::create_dir(root)?;
    for package in fs::read_dir(packages.path())? {
        run(Command::new("dpkg-deb").arg("--extract").arg(package?.path()).arg(root))?;
    }
    let certificates = certificates(root)?;
    for folder in UNUSED {
        // A later release of a package may lack it.
        let _ = fs::remove_dir_all(root.join(folder));
    }
    Ok(certificates)
}

/// Returns the CAs of Debian's package in one text, in the order of their names.
fn certificates(root: &Path) -> Result<String> {
    let folder = root.join("usr/share/ca-certificates/mozilla");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.sort();
    let texts: Result<Vec<_>> = files.iter().map(|file| Ok(fs::read_to_string(file)?)).collect();
    let text = texts?.concat();
    ensure!(text.contains("BEGIN CERTIFICATE"), "ca-certificates has no certificate");
    Ok(text)
}
