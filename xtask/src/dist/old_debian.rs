//! The oldest Debian that Debian's mirrors still carry, as a root folder in which packages are installed and run.
//!
//! Root uses it directly. Other users need subordinate user ids, as `adduser` gives them, and Debian's package `uidmap`.

use super::symbols;
use super::variable::variable;
use anyhow::{Context as _, Result};
use ruhui_harness::command::{read, run};
use ruhui_harness::metadata::Metadata;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Name of the release. When the mirrors drop it, the next one takes its place.
pub(super) const RELEASE: &str = "bullseye";
const MIRROR: &str = "http://deb.debian.org/debian";
/// The variable that names another mirror.
const MIRROR_VARIABLE: &str = "DEBIAN_MIRROR";

/// A fresh copy of the system. It is deleted when this is dropped.
pub(super) struct Root {
    folder: PathBuf,
}

impl Root {
    /// Unpacks the system, and fetches it first if it is missing.
    pub(super) fn unpack() -> Result<Self> {
        let archive = archive()?;
        let root = Self { folder: tempfile::tempdir()?.keep() };
        let mut tar = as_root("tar")?;
        tar.args(["--extract", "--exclude=./dev/*", "--file"]).arg(archive);
        run(tar.arg("--directory").arg(&root.folder))?;
        // Maintainer scripts write to it. A plain file does, since nothing there depends on what is read from it.
        run(as_root("touch")?.arg(root.folder.join("dev/null")))?;
        Ok(root)
    }

    /// Returns its folder.
    pub(super) fn path(&self) -> &Path {
        &self.folder
    }

    /// Returns a command that runs `program` inside.
    pub(super) fn command(&self, program: &str) -> Result<Command> {
        let mut command = as_root("chroot")?;
        command.arg(&self.folder).arg(program);
        command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", "/root").env("LC_ALL", "C");
        Ok(command)
    }

    /// Returns the version of its glibc.
    pub(super) fn glibc(&self) -> Result<String> {
        symbols::glibc_of(&self.folder)
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        // A folder that stays does not change the result of the check.
        let _ = as_root("rm").and_then(|mut remove| run(remove.arg("-rf").arg(&self.folder)));
    }
}

/// Returns a command that has the rights of root over its own files. A user other than root gets them in a namespace.
fn as_root(program: &str) -> Result<Command> {
    if read(Command::new("id").arg("-u"))?.trim() == "0" {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--map-auto", "--"]).arg(program);
    Ok(command)
}

/// Returns the system as an archive. It is fetched once for each target folder.
fn archive() -> Result<PathBuf> {
    let folder = Metadata::read()?.target_directory()?.join("xtask");
    let archive = folder.join(format!("debian-{RELEASE}.tar"));
    if !archive.exists() {
        fs::create_dir_all(&folder)?;
        let mirror = variable(MIRROR_VARIABLE).unwrap_or_else(|| MIRROR.to_owned());
        let unfinished = archive.with_extension("part.tar");
        let mut fetch = Command::new("mmdebstrap");
        fetch.args(["--variant=essential", "--include=adduser", "--quiet"]);
        fetch.args(["--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/locale/*"]);
        // Releases that are no longer updated have an expired index.
        fetch.args(["--aptopt=Acquire::Check-Valid-Until \"false\"", RELEASE]).arg(&unfinished).arg(&mirror);
        run(&mut fetch).with_context(|| {
            format!(
                "Debian {RELEASE} cannot be fetched from {mirror}; {MIRROR_VARIABLE} names another mirror"
            )
        })?;
        fs::rename(&unfinished, &archive)?;
    }
    Ok(archive)
}
