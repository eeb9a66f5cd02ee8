//! The Python wheels: one with the binary for Linux, and a small one for every other platform, whose command `ruhui`
//! says which platforms there are and how to build the program. There is no source distribution, since pip would try to
//! build it.

use super::build::GLIBC;
use super::build::binary;
use super::first_token::{self, FREE_PORTS};
use super::licences;
use super::measure;
use super::refusal::expect_refusal;
use super::release::{VERSION, epoch};
use super::template::filled;
use super::tools::tool;
use super::tree::{PLAIN, PROGRAM, Tree};
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::{read, run};
use ruhui_harness::step::Outcome;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The name of the package: another project has the name `ruhui` at PyPI. A command of this name exists, too, since
/// `pipx run` and `uvx` look for it.
const NAME: &str = "ruhui-cli";
/// The name of the package in names of files.
const STEM: &str = "ruhui_cli";
/// The module of the wheel for other platforms.
const UNSUPPORTED: &str = "ruhui_unsupported";
/// Platforms for which pip must choose that wheel.
const OTHER_PLATFORMS: [&str; 4] =
    ["macosx_11_0_arm64", "win_amd64", "musllinux_1_2_x86_64", "linux_aarch64"];

/// Writes both wheels into the folder `output`.
pub(super) fn pack(output: &Path) -> Outcome {
    let place = tempfile::tempdir()?;
    let linux = Tree::new(place.path().join("linux"))?;
    let scripts = format!("{STEM}-{VERSION}.data/scripts");
    linux.put(&format!("{scripts}/ruhui"), fs::read(binary()?)?, PROGRAM)?;
    linux.put(&format!("{scripts}/{NAME}"), filled(&format!("wheel/{NAME}"))?, PROGRAM)?;
    linux.put(&metadata("licenses/THIRD-PARTY-LICENSES.txt"), licences::text()?, PLAIN)?;
    pack_with_metadata(&linux, &platform_tags(), output)?;

    let other = Tree::new(place.path().join("other"))?;
    other.put(&format!("{UNSUPPORTED}.py"), filled(&format!("wheel/{UNSUPPORTED}.py"))?, PLAIN)?;
    let command = format!("[console_scripts]\nruhui = {UNSUPPORTED}:main\n{NAME} = {UNSUPPORTED}:main\n");
    other.put(&metadata("entry_points.txt"), command, PLAIN)?;
    pack_with_metadata(&other, &["any".to_owned()], output)?;
    Ok(String::new())
}

/// Adds the metadata, and has `wheel` make the list of files and the archive.
fn pack_with_metadata(tree: &Tree, platforms: &[String], output: &Path) -> Result<()> {
    let is_pure = platforms == ["any"];
    let tags: String = platforms.iter().map(|platform| format!("Tag: py3-none-{platform}\n")).collect();
    let wheel =
        format!("Wheel-Version: 1.0\nGenerator: ruhui ({VERSION})\nRoot-Is-Purelib: {is_pure}\n{tags}");
    tree.put(&metadata("WHEEL"), wheel, PLAIN)?;
    tree.put(&metadata("licenses/LICENSE"), fs::read("LICENSE")?, PLAIN)?;
    let described = filled("wheel/METADATA")?;
    // Each licence file in the metadata must be in the wheel.
    let described = match is_pure {
        true => described.replace("License-File: THIRD-PARTY-LICENSES.txt\n", ""),
        false => described,
    };
    tree.put(&metadata("METADATA"), described, PLAIN)?;
    let mut pack = tool("wheel")?;
    pack.arg("pack").arg("--dest-dir").arg(output).arg(tree.root());
    read(pack.env("SOURCE_DATE_EPOCH", epoch()?.to_string()))?;
    Ok(())
}

/// Returns the path of a file among the metadata of a wheel.
fn metadata(file: &str) -> String {
    format!("{STEM}-{VERSION}.dist-info/{file}")
}

/// The platforms on which pip installs the binary: those with the glibc that it needs. pip before 20.3 knows 2.17 by an
/// older name.
fn platform_tags() -> Vec<String> {
    let older_name = (GLIBC == "2.17").then(|| "manylinux2014_x86_64".to_owned());
    older_name.into_iter().chain([manylinux_tag()]).collect()
}

fn manylinux_tag() -> String {
    format!("manylinux_{}_x86_64", GLIBC.replace('.', "_"))
}

fn linux_wheel(folder: &Path) -> PathBuf {
    folder.join(format!("{STEM}-{VERSION}-py3-none-{}.whl", platform_tags().join(".")))
}

/// Judges the wheels of `folder`, installs the one for this platform in a clean environment, and gets a first token.
pub(super) fn check(folder: &Path) -> Outcome {
    let wheel = linux_wheel(folder);
    let place = tempfile::tempdir()?;
    check_glibc(&wheel)?;
    check_metadata(&wheel)?;
    for platform in OTHER_PLATFORMS {
        check_refusal(folder, platform, &place.path().join(platform))
            .with_context(|| format!("the wheel that pip chooses for {platform}"))?;
    }
    let venv = place.path().join("venv");
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    run(&mut install(&venv.join("bin/pip"), folder))?;
    let program = venv.join("bin/ruhui");
    let start_up = measure::start_up(|| Command::new(&program))?;
    measure::start_up(|| Command::new(venv.join("bin").join(NAME)))?;
    let mut sandbox = Command::new(&program);
    let token = first_token::wait(sandbox.arg("sandbox").args(FREE_PORTS).current_dir(place.path()))?;
    measure::report(&wheel, start_up, token)
}

/// Installs ruhui with the wheels of `folder` as the only source.
fn install(pip: &Path, folder: &Path) -> Command {
    let mut install = Command::new(pip);
    install.args(["install", "--quiet", "--disable-pip-version-check", "--no-index", "--find-links"]);
    install.arg(folder).arg(format!("{NAME}=={VERSION}"));
    install
}

/// Checks that the binary needs no newer glibc than the wheel's name says.
fn check_glibc(wheel: &Path) -> Result<()> {
    let judgement = read(tool("auditwheel")?.arg("show").arg(wheel))?;
    // The tool breaks its lines at the width of a terminal.
    let words = judgement.split_whitespace().collect::<Vec<_>>().join(" ");
    let tag = manylinux_tag();
    let judged = words.split("is consistent with the following platform tag: ").nth(1);
    let judged = judged.and_then(|rest| rest.split('"').nth(1)).unwrap_or_default();
    ensure!(judged == tag, "the wheel promises {tag}, and auditwheel judges:\n{judgement}");
    Ok(())
}

/// Checks the metadata with the library by which PyPI accepts or rejects them.
fn check_metadata(wheel: &Path) -> Result<()> {
    let program = "import sys, zipfile; from packaging.metadata import Metadata; \
                   archive = zipfile.ZipFile(sys.argv[1]); \
                   name = next(name for name in archive.namelist() if name.endswith('.dist-info/METADATA')); \
                   Metadata.from_email(archive.read(name))";
    run(tool("python")?.args(["-c", program]).arg(wheel))
}

/// Checks that pip chooses the wheel without the binary for this platform, and that its command names a platform and how
/// to build there.
fn check_refusal(folder: &Path, platform: &str, target: &Path) -> Result<()> {
    let mut pip = tool("python")?;
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]);
    pip.args(["--only-binary", ":all:", "--platform", platform, "--target"]).arg(target);
    run(pip.arg("--find-links").arg(folder).arg(format!("{NAME}=={VERSION}")))?;

    let faked = format!(
        "import platform, sys; platform.system = lambda: 'Darwin'; platform.machine = lambda: 'arm64'; \
         import {UNSUPPORTED}; sys.exit({UNSUPPORTED}.main())"
    );
    let mut command = Command::new("python3");
    command.args(["-c", &faked]).env("PYTHONPATH", target).env("PYTHONIOENCODING", "utf-8");
    expect_refusal(&mut command, "macOS arm64")
}
