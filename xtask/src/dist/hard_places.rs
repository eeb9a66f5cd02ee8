//! Runs the binary and the packages where programs fail: an old kernel, file systems from which nothing may be started
//! or to which nothing can be written, and a user without rights. They get a token, or say what to do.

use super::build::binary;
use super::npm;
use super::refusal::expect_failure;
use super::running::Running;
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::{read, shown};
use ruhui_harness::step::Outcome;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The program that takes the newer system calls away.
const OLD_KERNEL: &str = "packages/old_kernel.py";

/// Runs each case.
pub(super) fn check(packages: &Path) -> Outcome {
    let machine = Machine::new()?;
    machine.check_old_kernel().context("with the system calls of Linux 3.10")?;
    machine.check_noexec().context("with a temporary folder from which no program can be started")?;
    machine.check_read_only().context("in a read-only folder")?;
    machine.check_other_user().context("in another user's folder")?;
    machine.check_npm(packages).context("the npm package on a file system with noexec")?;
    Ok("Linux 3.10's system calls, noexec, read-only, another user's folder: each with a token or a text"
        .to_owned())
}

/// A place for the cases, with a copy of the binary that every user can read.
struct Machine {
    place: TempDir,
    is_root: bool,
}

impl Machine {
    fn new() -> Result<Self> {
        let place = tempfile::tempdir()?;
        fs::set_permissions(place.path(), Permissions::from_mode(0o755))?;
        fs::copy(binary()?, place.path().join("ruhui"))?;
        let is_root = read(Command::new("id").arg("-u"))?.trim() == "0";
        Ok(Self { place, is_root })
    }

    fn folder(&self, name: &str) -> Result<String> {
        let folder = self.place.path().join(name);
        fs::create_dir(&folder)?;
        Ok(folder.display().to_string())
    }

    fn program(&self) -> String {
        self.place.path().join("ruhui").display().to_string()
    }

    /// Runs `script` as a shell does, with these arguments, where it can mount file systems that no other process sees.
    fn with_mounts(&self, script: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("unshare");
        command.arg("--mount");
        if !self.is_root {
            command.arg("--map-root-user");
        }
        command.args(["sh", "-ec", script, "sh"]).args(arguments).env("RUHUI_LANG", "en");
        command
    }

    fn check_old_kernel(&self) -> Result<()> {
        let mut command = Command::new("python3");
        command.args([OLD_KERNEL, &self.program(), "sandbox", &self.folder("old")?]);
        Running::start(&mut command)?.end_by_signal()
    }

    /// The kit of a temporary sandbox is in the temporary folder.
    fn check_noexec(&self) -> Result<()> {
        let script = "mount -t tmpfs -o noexec tmpfs \"$1\"; cd \"$1\"; export TMPDIR=\"$1\"; \
                      program=$2; shift 2; exec \"$program\" sandbox --store memory \"$@\"";
        let folder = self.folder("noexec")?;
        Running::start(&mut self.with_mounts(script, &[&folder, &self.program()]))?.end_by_signal()
    }

    fn check_read_only(&self) -> Result<()> {
        let script = "mount --bind \"$1\" \"$1\"; mount -o remount,bind,ro \"$1\"; cd \"$1\"; program=$2; shift 2; \
                      exec \"$program\" sandbox \"$@\"";
        let (folder, program) = (self.folder("read-only")?, self.program());
        says_which_folder(&mut self.with_mounts(script, &[&folder, &program]))?;
        let mut in_memory = self.with_mounts(script, &[&folder, &program, "--store", "memory"]);
        Running::start(&mut in_memory)?.end_by_signal()
    }

    fn check_other_user(&self) -> Result<()> {
        let folder = self.folder("others")?;
        // A folder without rights stands for that of another user if this one is not root.
        fs::set_permissions(&folder, Permissions::from_mode(0o555))?;
        let mut command = match self.is_root {
            true => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(self.program());
                command
            }
            false => Command::new(self.program()),
        };
        says_which_folder(command.arg("sandbox").current_dir(folder).env("RUHUI_LANG", "en"))
    }

    fn check_npm(&self, packages: &Path) -> Result<()> {
        let (installed, mounted) = (self.folder("installed")?, self.folder("mounted")?);
        npm::install(packages, Path::new(&installed))?;
        let script = "mount -t tmpfs -o noexec tmpfs \"$1\"; cp -a \"$2/.\" \"$1\"; \
                      exec node \"$1/node_modules/ruhui/bin/ruhui.js\" --version";
        let mut command = self.with_mounts(script, &[&mounted, &installed]);
        let said = expect_failure(&mut command)?;
        ensure!(said.contains("noexec"), "{} does not say why; it said:\n{said}", shown(&command));
        Ok(())
    }
}

/// Checks that a sandbox that cannot make its folder names the folder, and how to choose another.
fn says_which_folder(command: &mut Command) -> Result<()> {
    let said = expect_failure(command)?;
    for part in ["ruhui-sandbox", "cannot be written", "ruhui sandbox FOLDER", "--store memory"] {
        ensure!(said.contains(part), "{} does not say `{part}`; it said:\n{said}", shown(command));
    }
    Ok(())
}
