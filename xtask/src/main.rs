//! The project's automation: `cargo xtask ci` is its test command, and the others are parts of it.

mod arrows;
mod ci;
mod circles;
mod conformance;
mod console;
mod deny;
mod dist;
mod endpoints;
mod examples;
mod full;
mod fuzz;
mod guide;
mod harness;
mod interop;
mod links;
mod openapi;
mod package;
mod packages;
mod python;
mod readme;
mod shop;
mod store_fixture;
mod toolchain;
mod tools;
mod trust;
mod unmodified;
mod vectors;

use clap::{Parser, Subcommand};
use dist::Optimisation;
use ruhui_harness::step::{Outcome, Steps};
use std::process::ExitCode;

/// The automation of ruhui.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every check. Install missing tools where that is possible.
    Ci {
        /// Add the checks that are slow or need more of the network: advisories, semver against the last tag, fuzzing.
        #[arg(long)]
        full: bool,
        /// Run only the steps of these names, as a run prints them.
        #[arg(conflicts_with = "full")]
        steps: Vec<String>,
    },
    /// Write docs/openapi.json from the endpoints' structs.
    Openapi {
        /// Change nothing; fail if the file is out of date.
        #[arg(long)]
        check: bool,
    },
    /// Write the tables of docs/endpoints.md in both languages.
    Endpoints {
        /// Change nothing; fail if the tables are out of date.
        #[arg(long)]
        check: bool,
    },
    /// Check which crates may depend on which.
    Arrows,
    /// Check that files do not import each other in cycles.
    Circles,
    /// Check that every endpoint names its document, and that links between files lead somewhere.
    Links,
    /// Run foreign clients against the sandbox.
    Interop {
        /// The folders under interop/ to run; all of them if none is named.
        clients: Vec<String>,
    },
    /// Run programs with hard-coded hosts against the sandbox: under the real names, and by its proxy.
    Unmodified,
    /// Run foreign clients and the SDK through `ruhui conformance`, and compare the results with docs/conformance.md.
    Conformance {
        /// Write the results into the documents.
        #[arg(long)]
        update: bool,
    },
    /// Test the sandbox's console in Chromium.
    Console {
        /// Write the screenshots of docs/screenshots instead of comparing them.
        #[arg(long)]
        update: bool,
    },
    /// Join the sample shop by clicking in Chromium, with each of its backends.
    Shop {
        /// The backends, folders of examples/shop; all of them if none is named.
        backends: Vec<String>,
        /// Write its pictures instead of running the tests.
        #[arg(long)]
        update: bool,
    },
    /// Run the lines of `ruhui ca show --for …` with a client of each runtime.
    Trust,
    /// Build the binary for old Linux systems, and make the packages in target/packages.
    Dist {
        /// Optimise the binary as little as CI does, and make the packages in target/xtask/packages.
        #[arg(long)]
        light: bool,
        /// The kinds of package; all of them if none is named.
        kinds: Vec<String>,
    },
    /// Fuzz every target for some time, with a nightly compiler.
    Fuzz {
        /// Seconds for each target.
        #[arg(long, default_value_t = fuzz::SECONDS)]
        seconds: u32,
    },
    /// Write a store as this release writes it, for the tests of later releases. Run it once a release, before its tag.
    StoreFixture,
}

fn main() -> ExitCode {
    // Every path in this program is relative to the workspace, wherever the command was typed.
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    if let Err(error) = std::env::set_current_dir(root) {
        eprintln!("error: {root} cannot be entered: {error}");
        return ExitCode::FAILURE;
    }
    let task = Arguments::parse().task;
    if let Task::Ci { .. } = task
        && let Some(code) = ci::run_with_settings()
    {
        return code;
    }
    match task {
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
        Task::Unmodified => Steps::all(unmodified::run_from_start),
        Task::Conformance { update } => Steps::all(|steps| conformance::run_from_start(steps, update)),
        Task::Console { update } => Steps::all(|steps| console::run_from_start(steps, update)),
        Task::Shop { backends, update } => Steps::all(|steps| shop::run_from_start(steps, &backends, update)),
        Task::Trust => Steps::all(trust::run_from_start),
        Task::Dist { light, kinds } => {
            let optimisation = if light { Optimisation::Light } else { Optimisation::Full };
            Steps::all(|steps| dist::run_from_start(steps, optimisation, &kinds))
        }
        Task::StoreFixture => told(store_fixture::write()),
        Task::Fuzz { seconds } => Steps::all(|steps| fuzz::run_all(steps, seconds)),
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
