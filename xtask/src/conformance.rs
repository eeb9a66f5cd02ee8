//! Runs `ruhui conformance` with the foreign clients and with this SDK, and compares the results with the tables of
//! `docs/conformance.md`.

mod clients;
mod table;

use crate::{interop, packages};
use anyhow::{Context as _, Result, bail, ensure};
use clients::{CLIENTS, Client};
use ruhui_harness::binary;
use ruhui_harness::command::{cargo, read_file, run, shown};
use ruhui_harness::metadata::Metadata;
use ruhui_harness::step::{Outcome, Steps};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use table::{PAGES, Results};

/// Number of cases that one client runs at the same time. All clients run side by side.
const JOBS: &str = "2";
/// Seconds for one case. The machine is busy with the other clients.
const TIMEOUT: &str = "60";

/// Prepares the clients, runs them, and compares the results with the documents, or writes them there.
pub(crate) fn run_from_start(steps: &mut Steps, is_update: bool) -> Result<()> {
    let folders: Vec<String> = CLIENTS.iter().filter_map(Client::folder).map(str::to_owned).collect();
    steps.run("packages", || packages::provide_for(&folders))?;
    steps.run("release", binary::build_release)?;
    interop::prepare(steps, &folders)?;
    run_prepared(steps, is_update)
}

/// Runs the clients, which `interop` has prepared, and compares the results with the documents, or writes them there.
pub(crate) fn run_prepared(steps: &mut Steps, is_update: bool) -> Result<()> {
    steps.run("conformance", || if is_update { update() } else { check() })
}

fn check() -> Outcome {
    let results = results()?;
    for page in PAGES {
        let found = read_file(page.file)?;
        let wanted = table::with_table(&found, &results, page)?;
        ensure!(
            found == wanted,
            "the results of {} are not those of the clients: {}; write them with `cargo xtask conformance --update`",
            page.file,
            table::first_difference(&found, &wanted),
        );
    }
    Ok(said(&results))
}

fn update() -> Outcome {
    let results = results()?;
    for page in PAGES {
        let text = table::with_table(&read_file(page.file)?, &results, page)?;
        std::fs::write(page.file, text).with_context(|| format!("{} cannot be written", page.file))?;
    }
    Ok(said(&results))
}

fn said(results: &[Results]) -> String {
    let cases: usize = results.iter().map(|result| result.cases.len()).sum();
    format!("{} clients, {cases} cases", results.len())
}

/// Runs all clients side by side.
fn results() -> Result<Vec<Results>> {
    // All features, as in the other steps, so that nothing is built twice.
    run(&mut cargo(["build", "--workspace", "--examples", "--all-features"]))?;
    let target = Metadata::read()?.target_directory()?.to_owned();
    let binary = binary::release()?;
    std::thread::scope(|scope| {
        let running: Vec<_> = CLIENTS
            .iter()
            .map(|client| {
                let (binary, target) = (&binary, &target);
                scope.spawn(move || result(client, binary, target))
            })
            .collect();
        let joined = running.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(_) => bail!("a thread ended"),
        });
        joined.collect()
    })
}

fn result(client: &'static Client, binary: &Path, target: &Path) -> Result<Results> {
    let mut command = Command::new(binary);
    command.args(["conformance", "-o", "json", "--jobs", JOBS, "--timeout", TIMEOUT]);
    if client.is_requests_only {
        command.args(["--kind", "request"]);
    }
    command.arg("--").arg(client.program(target));
    command.env("INTEROP_CACHE", target.join("interop")).stdin(Stdio::null());
    let output = command.output().with_context(|| format!("{} could not be started", shown(&command)))?;
    ensure!(
        matches!(output.status.code(), Some(0 | 1)),
        "{} ended with {}: {}",
        shown(&command),
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let report: Value = serde_json::from_slice(&output.stdout)?;
    Results::read(client, client.version()?, &report)
        .with_context(|| format!("in the report about {}", client.name))
}
