//! Programs that load a service, measure it and break it: `cargo harness --help`.

#[cfg(target_os = "linux")]
mod bench;
#[cfg(target_os = "linux")]
mod clock;
#[cfg(target_os = "linux")]
mod crash;
#[cfg(target_os = "linux")]
mod failover;
#[cfg(target_os = "linux")]
mod hostile;
#[cfg(target_os = "linux")]
mod ledger;
#[cfg(target_os = "linux")]
mod load;
#[cfg(target_os = "linux")]
mod machine;
#[cfg(target_os = "linux")]
mod replicas;
#[cfg(target_os = "linux")]
mod tested;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod program {
    use super::{bench, crash, failover, hostile, load, replicas};
    use clap::{Parser, Subcommand};
    use ruhui_harness::step::Outcome;

    /// Loads a service, measures it, and breaks it.
    #[derive(Parser)]
    #[command(bin_name = "cargo harness")]
    struct Arguments {
        #[command(subcommand)]
        program: Program,
    }

    #[derive(Subcommand)]
    enum Program {
        /// Measure what a token costs on this machine, against the RSA operations in it.
        Bench(bench::Options),
        /// Send token requests to a running service at a rate, and report their outcomes.
        Load(load::Options),
        /// Kill the service under load many times: nothing acknowledged may be lost.
        Crash(crash::Options),
        /// Kill PostgreSQL's primary under load, and continue with its standby: nothing acknowledged may be lost.
        Failover(failover::Options),
        /// Run three services over one PostgreSQL with HAProxy in front: kill one, restart all, count against a limit.
        Replicas(replicas::Options),
        /// Attack a service as clients without a key could: its memory, and a good client's latency.
        Hostile(hostile::Options),
    }

    pub(super) fn run() -> Outcome {
        match Arguments::parse().program {
            Program::Bench(options) => bench::run(&options),
            Program::Load(options) => load::run(&options),
            Program::Crash(options) => crash::run(&options),
            Program::Failover(options) => failover::run(&options),
            Program::Replicas(options) => replicas::run(&options),
            Program::Hostile(options) => hostile::run(&options),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod program {
    pub(super) fn run() -> ruhui_harness::step::Outcome {
        anyhow::bail!(
            "these programs run on Linux only: they read its clocks and accounts, and send its signals"
        )
    }
}

fn main() -> ExitCode {
    // Every path in this program is relative to the workspace, wherever the command was typed.
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    if let Err(error) = std::env::set_current_dir(root) {
        eprintln!("error: {root} cannot be entered: {error}");
        return ExitCode::FAILURE;
    }
    match program::run() {
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
