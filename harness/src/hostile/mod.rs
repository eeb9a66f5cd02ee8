//! `cargo harness hostile`: attacks a running service as clients without a key could, and reports its memory and the
//! latency of a good client before, during and after each attack.
//!
//! The attackers are a separate process at 127.0.0.2 and the addresses after it; the good client is at 127.0.0.1. Every
//! figure is compared with one of the same run, because machines differ.

mod attack;
mod attacker;
mod conduct;
mod good;
mod material;
mod report;
mod tally;
mod trial;
mod watch;

use crate::machine;
use crate::tested::Tested;
use anyhow::{Context as _, Result, bail, ensure};
use attack::Attack;
use attacker::Order;
use clap::Args;
pub(crate) use report::Form;
use ruhui_harness::step::Outcome;
use std::path::PathBuf;
use std::time::Duration;
use trial::{Phases, Service, Trial};

/// The attacks to run, and their length.
#[derive(Debug, Default, Args)]
pub(crate) struct Options {
    /// Runs only these attacks; all of them if none is named.
    attacks: Vec<String>,
    /// Attacks for some seconds each, with fewer connections, as `cargo xtask ci` does.
    #[arg(long)]
    short: bool,
    /// Rounds of each attack. The good client's requests of all rounds are evaluated together.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Most resident memory that the service may use, in MB.
    #[arg(long, value_name = "MB")]
    bound: Option<u64>,
    #[command(flatten)]
    tested: Tested,
    /// Also writes the report to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Lists the attacks.
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    order: Order,
}

/// Phases long enough for every time limit of the service to end a connection.
const LONG: Phases =
    Phases { before: Duration::from_secs(8), during: Duration::from_secs(15), after: Duration::from_secs(6) };
const SHORT: Phases = Phases {
    before: Duration::from_millis(500),
    during: Duration::from_secs(2),
    after: Duration::from_millis(500),
};
/// Bound of resident memory while one listener is attacked, in MB: 35 at rest, 67 (64 MiB) for unverified bytes, and
/// about 200 for 10,000 connections.
const LONG_BOUND: u64 = 300;
/// Bound of resident memory for the short form, which has 500 connections at most, in MB.
const SHORT_BOUND: u64 = 200;
/// Open files that a process needs in addition to its connections.
const OTHER_FILES: u64 = 300;

/// Runs the attacks, and returns the report.
pub(crate) fn run(options: &Options) -> Outcome {
    if let Some(name) = &options.order.name {
        let attack = Attack::find(name).with_context(|| format!("there is no attack `{name}`"))?;
        machine::allow_files()?;
        return attacker::run(attack, &options.order);
    }
    if options.list {
        let lines: Vec<_> =
            Attack::ALL.iter().map(|attack| format!("{:<26}{}", attack.name, attack.about)).collect();
        return Ok(lines.join("\n"));
    }
    let attacks = chosen(&options.attacks)?;
    let (form, phases, bound) = match options.short {
        true => (Form::Short, SHORT, SHORT_BOUND),
        false => (Form::Long, LONG, LONG_BOUND),
    };
    let bound = options.bound.unwrap_or(bound) * 1_000_000;
    let binary = options.tested.path()?;
    let machine = machine::describe()?;
    let files = machine::allow_files()?;
    let parent = tempfile::tempdir()?;
    let folder = parent.path().join("sandbox");
    let service = Service { binary: &binary, folder: &folder };
    let picture = upload_picture(service)?;
    let mut trials = Vec::new();
    for attack in attacks {
        let wanted = attack.connections[usize::from(options.short)];
        let connections = wanted.min(usize::try_from(files.saturating_sub(OTHER_FILES))?);
        if connections < wanted {
            eprintln!(
                "{}: {connections} connections in place of {wanted}: {files} files may be open",
                attack.name
            );
        }
        let run = || {
            let trial = Trial::run(service, attack, connections, phases, &picture);
            trial.with_context(|| format!("the attack {}", attack.name))
        };
        let mut trial = run()?;
        for _ in 1..options.rounds {
            trial.extend(run()?);
        }
        eprintln!("{}", report::row(&trial, form, bound));
        trials.push(trial);
    }
    if let Some(path) = &options.json {
        let all = format!("{:#}\n", report::to_json(&trials, form, bound, &machine));
        std::fs::write(path, all).with_context(|| path.display().to_string())?;
    }
    conclude(&trials, form, bound, &machine)
}

/// Returns the report; an error if the service missed a goal that does not depend on the machine's speed.
fn conclude(trials: &[Trial], form: Form, bound: u64, machine: &str) -> Outcome {
    let fatal: Vec<_> = trials
        .iter()
        .flat_map(|trial| {
            let misses = report::misses(trial, form, bound).into_iter();
            misses.filter(report::Miss::is_fatal).map(|miss| format!("{}: {miss}", trial.attack.name))
        })
        .collect();
    let table = report::table(trials, form, bound);
    if !fatal.is_empty() {
        println!("{machine}\n\n{table}");
        bail!("goals were missed:\n{}", fatal.join("\n"));
    }
    match form {
        Form::Long => Ok(format!("{machine}\n\n{table}")),
        Form::Short => Ok(format!("{} attacks, no good call failed, memory stayed in bounds", trials.len())),
    }
}

/// Returns the attacks of these names in the table's order; all attacks if there is no name.
fn chosen(names: &[String]) -> Result<Vec<&'static Attack>> {
    for name in names {
        ensure!(Attack::find(name).is_some(), "there is no attack `{name}`; --list names all");
    }
    let is_chosen = |attack: &&Attack| names.is_empty() || names.iter().any(|name| name == attack.name);
    Ok(Attack::ALL.iter().filter(is_chosen).collect())
}

/// Uploads a picture of 1.9 MB with a key, for attackers to request without one. Returns its path.
fn upload_picture(service: Service<'_>) -> Result<String> {
    let sandbox = service.start()?;
    let client = sandbox.kit().client()?;
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    picture.resize(1_900_000, 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let url = runtime.block_on(client.upload_image("hostile.png", picture))?.media_url;
    let path = url.as_str().find("/media/").map(|start| url.as_str()[start..].to_owned());
    path.with_context(|| format!("{} is no picture's address", url.as_str()))
}
