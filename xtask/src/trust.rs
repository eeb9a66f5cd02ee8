//! Runs the lines of `ruhui ca show --for …` as they are printed: with them, a client with a built-in address reaches the
//! sandbox by its proxy; after the lines that undo them, it no longer trusts the sandbox.

use crate::{interop, packages};
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::binary;
use ruhui_harness::command::{read, run};
use ruhui_harness::metadata::Metadata;
use ruhui_harness::sandbox::Sandbox;
use ruhui_harness::step::{Outcome, Steps};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the clients.
const CLIENTS: &str = "interop/trust";

/// The runtimes, with the clients that need their packages.
const RUNTIMES: &[(&str, &str)] = &[
    ("curl", "curl"),
    ("rust", "curl"),
    ("go", "go"),
    ("java", "java"),
    ("node", "node"),
    ("php", "php"),
    ("python", "python"),
    ("debian", "curl"),
];

/// Variables of a developer's or a CI's own proxy and CAs.
const OTHERS: &[&str] = &[
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "NODE_OPTIONS",
    "JAVA_TOOL_OPTIONS",
    "PHP_INI_SCAN_DIR",
];

/// Prepares the clients, and runs them.
pub(crate) fn run_from_start(steps: &mut Steps) -> Result<()> {
    let clients: Vec<_> = RUNTIMES.iter().map(|(_, client)| (*client).to_owned()).collect();
    steps.run("packages", || packages::provide_for(&clients))?;
    steps.run("release", binary::build_release)?;
    interop::prepare(steps, &["python".to_owned()])?;
    run_prepared(steps)
}

/// Runs the clients. The release build and the packages of the foreign clients must exist.
pub(crate) fn run_prepared(steps: &mut Steps) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let sandbox = Sandbox::start(&folder.path().join("a sandbox"), &["--proxy=127.0.0.1:0"])?;
    let trial = Trial::new(folder.path(), &sandbox)?;
    for (runtime, _) in RUNTIMES {
        steps.run(&format!("trust-{runtime}"), || trial.run(runtime))?;
    }
    Ok(())
}

/// The sandbox and the files of all trials.
struct Trial<'a> {
    folder: &'a Path,
    sandbox: &'a Sandbox,
    tool: PathBuf,
    cache: PathBuf,
    clients: PathBuf,
}

impl<'a> Trial<'a> {
    fn new(folder: &'a Path, sandbox: &'a Sandbox) -> Result<Self> {
        let cache = Metadata::read()?.target_directory()?.join("interop");
        std::fs::create_dir_all(&cache).with_context(|| format!("{} cannot be made", cache.display()))?;
        Ok(Self { folder, sandbox, tool: binary::release()?, cache, clients: std::path::absolute(CLIENTS)? })
    }

    fn run(&self, runtime: &str) -> Outcome {
        let client = self.client(runtime)?;
        let (lines, undo) = (self.lines(runtime, &[])?, self.lines(runtime, &["--undo"])?);
        read(self.ruhui().args(["requests", "clear"]))?;
        let mut command = match runtime {
            "debian" => self.in_copied_stores()?,
            _ => Command::new("bash"),
        };
        command.arg(self.clients.join("run.bash")).args([&lines, &undo]);
        command.arg(self.sandbox.kit().value("RUHUI_BASE_URL")?).args(client);
        // A folder from which no kit is found.
        command.current_dir(self.folder).env("RUHUI", &self.tool).env("KIT", self.sandbox.kit_folder());
        for name in OTHERS {
            command.env_remove(name);
        }
        command.env_remove("RUHUI_KIT").stdin(Stdio::null());
        run(&mut command)?;
        let listed: Value = serde_json::from_str(&read(self.ruhui().args(["requests", "-o", "json"]))?)?;
        let requests = listed["data"].as_array().context("`ruhui requests` prints no list")?;
        let proxied = requests.iter().filter(|request| request["by_proxy"] == true).count();
        ensure!(proxied > 0, "no request came by the proxy, but {listed}");
        Ok(format!("{proxied} of {} requests by the proxy, none after the lines were undone", requests.len()))
    }

    /// Returns the command of a client. One that is compiled is built.
    fn client(&self, runtime: &str) -> Result<Vec<PathBuf>> {
        let file = |name: &str| self.clients.join(name);
        Ok(match runtime {
            "curl" | "debian" => vec!["bash".into(), file("client.sh")],
            "rust" => vec!["bash".into(), file("rust.sh")],
            "node" => vec!["node".into(), file("client.js")],
            "php" => vec!["php".into(), file("client.php")],
            "java" => vec!["java".into(), file("Client.java")],
            "python" => vec![self.cache.join("python/venv/bin/python"), file("client.py")],
            "go" => {
                let binary = self.cache.join("trust-go");
                let mut build = Command::new("go");
                build.arg("build").arg("-o").arg(&binary).arg(file("client.go"));
                build
                    .env("GOCACHE", self.cache.join("go/build"))
                    .env("GOTOOLCHAIN", "local")
                    .env("GOFLAGS", "");
                run(&mut build)?;
                vec![binary]
            }
            other => anyhow::bail!("{other} has no client in {CLIENTS}"),
        })
    }

    /// Saves what `ruhui ca show` prints, and returns the path.
    fn lines(&self, runtime: &str, options: &[&str]) -> Result<PathBuf> {
        let printed = read(self.ruhui().args(["ca", "show", "--for", runtime]).args(options))?;
        let path = self.folder.join(format!("{runtime}{}.sh", options.concat()));
        std::fs::write(&path, printed).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(path)
    }

    fn ruhui(&self) -> Command {
        let mut command = Command::new(&self.tool);
        command.current_dir(self.folder).env_remove("RUHUI_OPERATIONS_URL");
        command.env("RUHUI_KIT", self.sandbox.kit_folder());
        command
    }

    /// Returns a command that runs another one over copies of the machine's trust stores.
    fn in_copied_stores(&self) -> Result<Command> {
        let is_root = read(Command::new("id").arg("-u"))?.trim() == "0";
        let mut command = Command::new("unshare");
        if !is_root {
            command.arg("--map-root-user");
        }
        command.args(["--mount", "bash"]).arg(self.clients.join("store.sh")).arg("bash");
        Ok(command)
    }
}
