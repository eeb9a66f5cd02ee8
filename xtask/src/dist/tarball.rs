//! The tarball: the binary with its manual pages and completions, for any Linux on x86-64.

use super::build::binary;
use super::release::{VERSION, epoch};
use super::tree::{PLAIN, PROGRAM, Tree};
use super::{build, first_token, licences, old_debian, shared_files};
use anyhow::Context as _;
use ruhui_harness::command::{read_file, run};
use ruhui_harness::step::Outcome;
use std::fs;
use std::path::Path;
use std::process::Command;

const README: &str = "packages/tarball/README.txt";

/// Returns the name of the only folder in the tarball.
fn folder_name() -> String {
    format!("ruhui-{VERSION}-x86_64-linux-gnu")
}

fn file_name() -> String {
    format!("{}.tar.gz", folder_name())
}

/// Writes the tarball.
pub(super) fn pack(into: &Path) -> Outcome {
    let temporary = tempfile::tempdir()?;
    let tree = Tree::new(temporary.path().join(folder_name()))?;
    tree.put("ruhui", fs::read(binary()?)?, PROGRAM)?;
    tree.put("LICENSE", read_file("LICENSE")?, PLAIN)?;
    tree.put(licences::FILE, licences::text()?, PLAIN)?;
    let readme = read_file(README)?.replace("{VERSION}", VERSION).replace("{GLIBC}", build::GLIBC);
    tree.put("README.txt", readme, PLAIN)?;
    shared_files::put(&tree, "share", shared_files::LOCAL_ZSH, false)?;
    tree.finish(epoch()?)?;
    let file = into.join(file_name());
    let mut tar = Command::new("tar");
    tar.args(["--create", "--sort=name", "--format=gnu", "--owner=0", "--group=0", "--numeric-owner"]);
    tar.args(["--use-compress-program", "gzip --best --no-name", "--file"]).arg(&file);
    run(tar.arg("--directory").arg(temporary.path()).arg(folder_name()))?;
    Ok(String::new())
}

/// Unpacks the tarball in the oldest Debian, and gets a first token there.
pub(super) fn check(folder: &Path) -> Outcome {
    let file = folder.join(file_name());
    let root = old_debian::Root::unpack()?;
    run(Command::new("tar").arg("--extract").arg("--file").arg(&file).arg("--directory").arg(root.path()))?;
    let program = format!("/{}/ruhui", folder_name());
    let took = first_token::wait(
        root.command(&program)?.args(["sandbox", "/tmp/sandbox"]).args(first_token::FREE_PORTS),
    )?;
    let bytes = fs::metadata(&file).context("no tarball")?.len();
    Ok(format!(
        "{:.1} MB, a first token {:.1} s after the start in Debian {} with glibc {}",
        bytes as f64 / 1e6,
        took.as_secs_f32(),
        old_debian::RELEASE,
        root.glibc()?
    ))
}
