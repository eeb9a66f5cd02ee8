//! The project's own automation: `cargo xtask ci` is its test command, the others are parts of it.

mod arrows;
#[cfg(target_os = "linux")]
mod bench;
mod ci;
mod circles;
#[cfg(target_os = "linux")]
mod clock;
mod command;
#[cfg(target_os = "linux")]
mod crash;
mod deny;
mod endpoints;
#[cfg(target_os = "linux")]
mod failover;
mod full;
mod fuzz;
mod guide;
#[cfg(target_os = "linux")]
mod hostile;
mod interop;
mod kit;
#[cfg(target_os = "linux")]
mod ledger;
mod links;
#[cfg(target_os = "linux")]
mod load;
mod metadata;
mod openapi;
mod packages;
mod postgres;
mod python;
mod readme;
#[cfg(target_os = "linux")]
mod replicas;
mod sandbox;
mod step;
mod toolchain;
mod tools;
mod vectors;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use step::{Outcome, Steps};

/// ruhui's own automation.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every check; install what is missing where that is possible.
    Ci {
        /// Add what is slow or needs more of the network: advisories, semver against the last tag, fuzzing.
        #[arg(long)]
        full: bool,
        /// Only the steps of these names, as a run prints them.
        #[arg(conflicts_with = "full")]
        steps: Vec<String>,
    },
    /// Write docs/openapi.json from the endpoints' structs.
    Openapi {
        /// Change nothing; fail when the file is not what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Write the tables of endpoints in the READMEs.
    Endpoints {
        /// Change nothing; fail when the tables are not those that would be written.
        #[arg(long)]
        check: bool,
    },
    /// Check which crates may depend on which.
    Arrows,
    /// Check that files do not import each other in circles.
    Circles,
    /// Check that every endpoint names its document, and that links between files lead somewhere.
    Links,
    /// Run other people's clients against our sandbox.
    Interop {
        /// The folders under interop/ to run; all when none is named.
        clients: Vec<String>,
    },
    /// Fuzz every target for a while, on a nightly toolchain.
    Fuzz {
        /// Seconds for each target.
        #[arg(long, default_value_t = fuzz::SECONDS)]
        seconds: u32,
    },
    /// Kill the service under load again and again: nothing acknowledged may be lost.
    #[cfg(target_os = "linux")]
    Crash(crash::Options),
    /// Kill PostgreSQL's primary under load, and go on with its standby: nothing acknowledged may be lost.
    #[cfg(target_os = "linux")]
    Failover {
        /// How often.
        #[arg(long, default_value_t = 10)]
        rounds: u32,
    },
    /// Run three services over one PostgreSQL behind HAProxy: kill one, restart all, count against a limit.
    #[cfg(target_os = "linux")]
    Replicas(replicas::Options),
    /// Measure what a token costs on this machine, against the RSA operations in it.
    #[cfg(target_os = "linux")]
    Bench(bench::Options),
    /// Attack a service as strangers without a key would: its memory, and a good client's latency.
    #[cfg(target_os = "linux")]
    Hostile(hostile::Options),
    /// Send token requests to a running service at a rate, and say what became of them.
    #[cfg(target_os = "linux")]
    Load(load::Options),
}

fn main() -> ExitCode {
    // Every path in here is relative to the workspace, wherever the command was typed.
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    if let Err(error) = std::env::set_current_dir(root) {
        eprintln!("error: {root} cannot be entered: {error}");
        return ExitCode::FAILURE;
    }
    match Arguments::parse().task {
        Task::Ci { full, steps } if steps.is_empty() => ci::run_all(full),
        Task::Ci { steps, .. } => ci::run_some(&steps),
        Task::Openapi { check: true } => told(openapi::check()),
        Task::Openapi { check: false } => told(openapi::write()),
        Task::Endpoints { check: true } => told(endpoints::check()),
        Task::Endpoints { check: false } => told(endpoints::write()),
        Task::Arrows => told(arrows::check()),
        Task::Circles => told(circles::check()),
        Task::Links => told(links::check()),
        Task::Interop { clients } => Steps::all(|steps| interop::run(steps, &clients)),
        Task::Fuzz { seconds } => Steps::all(|steps| fuzz::run_all(steps, seconds)),
        #[cfg(target_os = "linux")]
        Task::Crash(options) => told(crash::run(&options)),
        #[cfg(target_os = "linux")]
        Task::Failover { rounds } => told(failover::run(rounds)),
        #[cfg(target_os = "linux")]
        Task::Replicas(options) => told(replicas::run(&options)),
        #[cfg(target_os = "linux")]
        Task::Bench(options) => told(bench::run(&options)),
        #[cfg(target_os = "linux")]
        Task::Hostile(options) => told(hostile::run(&options)),
        #[cfg(target_os = "linux")]
        Task::Load(options) => told(load::run(&options)),
    }
}

fn told(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
