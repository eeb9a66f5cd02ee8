//! An unpacked image, in which programs run as the image says: command, environment, user, working folder and root. It
//! has the network and the processes of this machine, so neither a container engine nor a right of root is needed.

use anyhow::Result;
use ruhui_harness::command::{read, read_file, run};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The root of a container, with the configuration that `umoci` makes of the image's for a runtime.
pub(super) struct Container {
    bundle: TempDir,
    process: Value,
    is_root: bool,
}

impl Container {
    /// Unpacks the image `tag` of an archive with an OCI layout.
    pub(super) fn unpack(archive: &Path, tag: &str) -> Result<Self> {
        let bundle = tempfile::tempdir()?;
        let layout = bundle.path().join("layout");
        std::fs::create_dir(&layout)?;
        run(Command::new("tar").arg("--extract").arg("--file").arg(archive).arg("--directory").arg(&layout))?;
        let image = format!("{}:{tag}", layout.display());
        run(Command::new("umoci")
            .args(["unpack", "--rootless", "--image", &image])
            .arg(bundle.path().join("b")))?;
        let config: Value = serde_json::from_str(&read_file(bundle.path().join("b/config.json"))?)?;
        let is_root = read(Command::new("id").arg("-u"))?.trim() == "0";
        Ok(Self { bundle, process: config["process"].clone(), is_root })
    }

    /// The command of the image, which takes further options.
    pub(super) fn sandbox(&self) -> Command {
        self.command(self.words("args"))
    }

    /// The program of the image with these arguments, as `docker exec` runs it.
    pub(super) fn tool(&self, arguments: &[&str]) -> Command {
        let mut words = vec!["/usr/bin/ruhui"];
        words.extend(arguments);
        self.command(words)
    }

    fn command(&self, words: Vec<&str>) -> Command {
        let user = &self.process["user"];
        let [uid, gid] = ["uid", "gid"].map(|name| user[name].to_string());
        let options = match self.is_root {
            true => ["--setuid", &uid, "--setgid", &gid],
            // Root's right to change the root of a process comes with a user namespace.
            false => ["--map-user", &uid, "--map-group", &gid],
        };
        let mut command = Command::new("unshare");
        command.arg("--root").arg(self.bundle.path().join("b/rootfs"));
        command
            .args(["--wd", self.process["cwd"].as_str().unwrap_or("/")])
            .args(options)
            .arg("--")
            .args(words);
        command.env_clear();
        for variable in self.words("env") {
            let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
            command.env(name, value);
        }
        command
    }

    fn words(&self, name: &str) -> Vec<&str> {
        self.process[name].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }
}
