//! `cargo harness bench`: what a token costs on this machine, against the RSA operations in it.
//!
//! All parts are measured in one run, in rounds that go through every part: a machine that is busy for a while then
//! spoils a round and not a figure. The service is the shipped binary with its defaults: every check, idempotency and a
//! durable store, but no rate limit.

mod allocations;
mod compare;
mod console;
mod figures;
mod in_process;
mod options;
mod others;
mod overload;
mod request_log;
mod reset;
mod round;
mod rows;
mod rsa;
mod scale;
mod sdk;
mod server;
mod service;
mod store;
mod wxpay;

use crate::machine;
use anyhow::{Context as _, Result};
use figures::Figures;
pub(crate) use options::Options;
use options::Part;
use round::Bench;
use ruhui_harness::command::{cargo, read, read_file};
use ruhui_harness::metadata::Metadata;
use ruhui_harness::step::Outcome;
use serde_json::{Value, json};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use store::Store;

/// File with the figures that were committed last.
const COMMITTED: &str = "docs/figures.json";

/// Measures, and returns the table.
pub(crate) fn run(options: &Options) -> Outcome {
    if cfg!(debug_assertions) {
        // Starts this program again, optimised: some parts are measured in this process.
        let mut again = cargo(["run", "--profile", "dist", "--package", "ruhui-harness", "--"]);
        return Ok(read(again.args(std::env::args_os().skip(1)))?.trim_end().to_owned());
    }
    if let Some(folder) = &options.sandbox {
        return sdk::run(folder, options.calls);
    }
    machine::allow_files()?;
    let target = Metadata::read()?.target_directory()?;
    // On a disk: the system's folder for temporary files may be in memory, where durability costs nothing.
    let folder = tempfile::Builder::new().prefix("bench").tempdir_in(&target)?;
    // PostgreSQL has its data there too, and runs as another user if this process is root.
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o711))?;
    let binary = options.tested.path()?;
    let machine = machine::describe()?;
    let earlier = earlier()?;
    let mut figures = Figures::beside(&earlier["figures"]);
    let stores = if options.stores.is_empty() { Store::ALL.to_vec() } else { options.stores.clone() };
    if let Some(against) = &options.against {
        let (text, figures) = compare::run(options, [&binary, against], folder.path(), &stores)?;
        if let Some(path) = &options.json {
            let all = json!({ "machine": machine, "rounds": options.rounds, "compared": figures });
            write(path, &all)?;
        }
        return Ok(format!("{machine}\n\n{text}"));
    }
    match options.scale {
        true => scale::measure(options, &binary, folder.path(), &stores, &mut figures)?,
        false => measure(options, &binary, folder.path(), &stores, &mut figures)?,
    }
    let all = json!({ "machine": machine, "rounds": options.rounds, "figures": figures.to_json() });
    if let Some(path) = &options.json {
        write(path, &all)?;
    }
    if options.commit {
        let figures = figures.to_json_over(&earlier["figures"]);
        let all = json!({ "machine": machine, "rounds": options.rounds, "figures": figures });
        write(Path::new(COMMITTED), &all)?;
    }
    let committed = match earlier["machine"].as_str() {
        Some(machine) => format!("; committed: {machine}"),
        None => String::new(),
    };
    Ok(format!("{machine}{committed}\n\n{figures}"))
}

fn measure(
    options: &Options,
    binary: &Path,
    folder: &Path,
    stores: &[Store],
    figures: &mut Figures,
) -> Result<()> {
    let parts = if options.parts.is_empty() { Part::ALL.to_vec() } else { options.parts.clone() };
    others::accept_callbacks()?;
    let wxpay = parts.contains(&Part::Sdk).then(|| wxpay::build(folder)).transpose()?;
    let bench = Bench::start(binary, folder, options.seconds, stores, wxpay, &parts)?;
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        bench.round(round, &parts, figures)?;
    }
    Ok(())
}

/// Reads the figures that were committed last; null if there is no such file.
fn earlier() -> Result<Value> {
    match Path::new(COMMITTED).exists() {
        true => serde_json::from_str(&read_file(COMMITTED)?).context(COMMITTED),
        false => Ok(Value::Null),
    }
}

fn write(path: &Path, all: &Value) -> Result<()> {
    std::fs::write(path, format!("{all:#}\n")).with_context(|| path.display().to_string())
}
