//! Cargo's extensions: built from their source, into the target directory, when they are missing.

use anyhow::Result;
use ruhui_harness::command::{cargo, run};
use ruhui_harness::metadata::Metadata;
use std::path::PathBuf;
use std::process::Command;

/// An extension of cargo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tool {
    /// Its name among the crates and as a program.
    pub(crate) name: &'static str,
    /// The version that the project was last checked with.
    pub(crate) version: &'static str,
}

pub(crate) const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
pub(crate) const FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2" };
pub(crate) const SEMVER_CHECKS: Tool = Tool { name: "cargo-semver-checks", version: "0.51.0" };

impl Tool {
    /// The program, installed if it is not. One version for all, so one that is on the path does not count.
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
