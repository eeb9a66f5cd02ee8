//! Builds the binary of the packages beside steps that mostly wait: for browsers, servers, and time to pass.

use super::build;
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::read_file;
use ruhui_harness::metadata::Metadata;
use ruhui_harness::step::Outcome;
use std::env;
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A build that runs at the lowest priority. It is ended when this is dropped.
pub(crate) struct Build {
    process: Child,
    log: PathBuf,
}

impl Build {
    /// Starts the build. Its messages go to a file, which is shown if it fails.
    pub(crate) fn start() -> Result<Self> {
        let metadata = Metadata::read()?;
        let target = metadata.target_directory()?;
        let log = target.join("xtask/dist-binary.log");
        let mut build = at_lowest_priority(&build::command(&env::current_dir()?, &target)?);
        let output = File::create(&log).with_context(|| format!("{} cannot be written", log.display()))?;
        build.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).process_group(0);
        let process = build.spawn().context("`nice` could not be started")?;
        Ok(Self { process, log })
    }

    /// Waits for the end of the build, and checks the binary.
    pub(crate) fn finish(mut self) -> Outcome {
        let status = self.process.wait()?;
        ensure!(status.success(), "the build ended with {status}; it said:\n{}", read_file(&self.log)?);
        super::build()
    }
}

/// Returns `command` for a process that every other one comes before.
fn at_lowest_priority(command: &Command) -> Command {
    let mut nice = Command::new("nice");
    nice.args(["-n", "19"]).arg(command.get_program()).args(command.get_args());
    nice.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        nice.current_dir(folder);
    }
    nice
}

impl Drop for Build {
    fn drop(&mut self) {
        // The process and the compilers that it started are one group. Both fail if it has already ended, which is fine.
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["--", &group]).stderr(Stdio::null()).status();
        let _ = self.process.wait();
    }
}
