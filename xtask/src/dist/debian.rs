//! The Debian package. `dpkg-deb` makes it: it is on every Debian, packs reproducibly, and the templates in
//! packages/debian are plain files that Debian's own tools check.

use super::build::binary;
use super::release::{VERSION, epoch};
use super::tree::{PLAIN, PROGRAM, Tree};
use super::{build, first_token, licences, old_debian, shared_files};
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::{read, read_file, run};
use ruhui_harness::step::Outcome;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TEMPLATES: &str = "packages/debian";
/// Revision of the package of one release of the program.
const REVISION: &str = "1";
const UNIT: &str = "usr/lib/systemd/system/ruhui.service";
/// The highest exposure by `systemd-analyze security`, from 0 (none) to 100.
const EXPOSURE: &str = "15";

fn version() -> String {
    format!("{VERSION}-{REVISION}")
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join(format!("ruhui_{}_amd64.deb", version()))
}

fn template(name: &str) -> Result<String> {
    read_file(format!("{TEMPLATES}/{name}"))
}

/// Writes the package.
pub(super) fn pack(into: &Path) -> Outcome {
    let temporary = tempfile::tempdir()?;
    let tree = Tree::new(temporary.path().join("ruhui"))?;
    put_files(&tree)?;
    put_control(&tree)?;
    tree.finish(epoch()?)?;
    let mut build = Command::new("dpkg-deb");
    // One thread, because the blocks of several threads depend on their number. The default level takes five times as
    // long for a package that is a tenth smaller.
    build.args(["--build", "--root-owner-group", "-Zxz", "-z1", "--threads-max=1"]);
    build.arg(tree.root()).arg(file_in(into)).env("SOURCE_DATE_EPOCH", epoch()?.to_string());
    read(&mut build)?;
    Ok(String::new())
}

fn put_files(tree: &Tree) -> Result<()> {
    tree.put("usr/bin/ruhui", fs::read(binary()?)?, PROGRAM)?;
    tree.put(UNIT, template("ruhui.service")?, PLAIN)?;
    tree.put("etc/default/ruhui", template("default")?, PLAIN)?;
    tree.folder("etc/ruhui")?;
    shared_files::put(tree, "usr/share", shared_files::DEBIAN_ZSH, true)?;
    let documents = "usr/share/doc/ruhui";
    tree.put(&format!("{documents}/copyright"), template("copyright")?, PLAIN)?;
    tree.put(&format!("{documents}/README.Debian"), template("README.Debian")?, PLAIN)?;
    tree.put_compressed(&format!("{documents}/{}", licences::FILE), licences::text()?)?;
    tree.put_compressed(&format!("{documents}/changelog"), read_file("CHANGELOG.md")?)?;
    let time = read(Command::new("date").args(["-u", "-R", "-d"]).arg(format!("@{}", epoch()?)))?;
    let changelog = template("changelog")?.replace("{VERSION}", &version()).replace("{UPSTREAM}", VERSION);
    tree.put_compressed(&format!("{documents}/changelog.Debian"), changelog.replace("{TIME}", time.trim()))?;
    tree.put("usr/share/lintian/overrides/ruhui", template("lintian-overrides")?, PLAIN)
}

fn put_control(tree: &Tree) -> Result<()> {
    let (mut kibibytes, mut sums) = (0, String::new());
    for file in tree.files()? {
        kibibytes += fs::metadata(tree.root().join(&file))?.len().div_ceil(1024);
        if !file.starts_with("etc/") {
            sums += &read(Command::new("md5sum").arg(&file).current_dir(tree.root()))?;
        }
    }
    let control = template("control")?.replace("{VERSION}", &version()).replace("{GLIBC}", build::GLIBC);
    tree.put("DEBIAN/control", control.replace("{SIZE}", &kibibytes.to_string()), PLAIN)?;
    tree.put("DEBIAN/md5sums", sums, PLAIN)?;
    tree.put("DEBIAN/conffiles", template("conffiles")?, PLAIN)?;
    for script in ["postinst", "prerm", "postrm"] {
        tree.put(&format!("DEBIAN/{script}"), template(script)?, PROGRAM)?;
    }
    Ok(())
}

/// Installs the package in the oldest Debian, gets a first token there, and removes it.
pub(super) fn check(folder: &Path) -> Outcome {
    let file = file_in(folder);
    let root = old_debian::Root::unpack()?;
    fs::copy(&file, root.path().join("ruhui.deb"))?;
    run(root.command("dpkg")?.args(["--install", "/ruhui.deb"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    check_unit(root.path())?;
    check_permissions(&root)?;
    let took = first_token::wait(
        root.command("/usr/bin/ruhui")?.args(["sandbox", "/tmp/sandbox"]).args(first_token::FREE_PORTS),
    )?;
    run(root.command("dpkg")?.args(["--purge", "ruhui"]))?;
    for left in ["usr/bin/ruhui", UNIT, "etc/default/ruhui"] {
        ensure!(!root.path().join(left).exists(), "/{left} is left after the package was purged");
    }
    let bytes = fs::metadata(&file).context("no package")?.len();
    Ok(format!(
        "{:.1} MB, a first token {:.1} s after the start in Debian {}",
        bytes as f64 / 1e6,
        took.as_secs_f32(),
        old_debian::RELEASE
    ))
}

/// Checks the unit as it is installed under `root`.
fn check_unit(root: &Path) -> Result<()> {
    let of_root = || {
        let mut analyze = Command::new("systemd-analyze");
        analyze.arg("--root").arg(root);
        analyze
    };
    run(of_root().args(["verify", "--man=no", "--recursive-errors=no", "ruhui.service"]))?;
    let security = ["security", "--offline=yes", "--no-pager", "--threshold", EXPOSURE, "ruhui.service"];
    read(of_root().args(security)).map(drop)
}

/// Checks that the service may read its configuration, and that other users may not.
fn check_permissions(root: &old_debian::Root) -> Result<()> {
    let said = read(root.command("stat")?.args(["--format", "%U:%G %a", "/etc/ruhui"]))?;
    ensure!(said.trim() == "root:ruhui 750", "/etc/ruhui has the owner and mode {}", said.trim());
    Ok(())
}
