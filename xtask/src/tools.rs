//! Builds missing extensions of cargo from source, into the target directory.

use anyhow::Result;
use ruhui_harness::command::{cargo, run};
use ruhui_harness::metadata::Metadata;
use std::path::PathBuf;
use std::process::Command;

/// An extension of cargo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tool {
    /// Its name as a crate and as a program.
    pub(crate) name: &'static str,
    /// The version that the project was last checked with.
    pub(crate) version: &'static str,
}

pub(crate) const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
pub(crate) const FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2" };
pub(crate) const SEMVER_CHECKS: Tool = Tool { name: "cargo-semver-checks", version: "0.51.0" };

impl Tool {
    /// Returns the program, and installs it first if it is missing. One on the path does not count, so that all use the
    /// same version.
    pub(crate) fn command(self) -> Result<Command> {
        let target = Metadata::read()?.target_directory()?;
        let program = self.program(target.join("xtask/tools"));
        if !program.exists() {
            let mut install = cargo(["install", "--locked", "--quiet", "--debug"]);
            install.arg(format!("{}@{}", self.name, self.version));
            install.arg("--root").arg(self.root(target.join("xtask/tools")));
            install.arg("--target-dir").arg(target.join("xtask/tools/build"));
            run(&mut install)?;
        }
        Ok(Command::new(program))
    }

    fn root(self, tools: PathBuf) -> PathBuf {
        tools.join(format!("{}-{}", self.name, self.version))
    }

    fn program(self, tools: PathBuf) -> PathBuf {
        self.root(tools).join("bin").join(self.name)
    }
}
