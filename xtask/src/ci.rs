//! `cargo xtask ci`: runs every check, those with the cheapest failures first.
//!
//! One set of features and one profile serve clippy, tests and documents, so that dependencies with C in them are built
//! once. The other builds are the release, which the foreign clients and the crash tests use, and the binary of the
//! packages, which only a full run optimises.
//!
//! A run builds everything once, so it switches off what serves the next build and the debugger: the files of
//! incremental builds and of line numbers fill nearly half of the target folder.

use crate::dist::{self, Optimisation};
use crate::{
    arrows, circles, conformance, console, deny, endpoints, examples, full, guide, harness, interop, links,
    openapi, package, packages, readme, shop, toolchain, trust, unmodified, vectors,
};
use anyhow::ensure;
use ruhui_harness::binary;
use ruhui_harness::command::{cargo, run};
use ruhui_harness::postgres::Cluster;
use ruhui_harness::step::{Action, Outcome, Steps};
use std::process::{Command, ExitCode};

/// Settings of cargo for every build of a run.
const SETTINGS: &[(&str, &str)] = &[("CARGO_INCREMENTAL", "0"), ("CARGO_PROFILE_DEV_DEBUG", "false")];

/// Every step except the clients, which follow them.
const STEPS: &[(&str, Action)] = &[
    ("packages", packages::provide),
    ("toolchain", toolchain::check_parts),
    ("fmt", fmt),
    ("arrows", arrows::check),
    ("circles", circles::check),
    ("links", links::check),
    ("minimum-rust", toolchain::check_minimum),
    ("readme", readme::check_words),
    ("endpoints", endpoints::check),
    ("openapi-current", openapi::check),
    ("openapi-valid", openapi::validate),
    ("vectors", vectors::check),
    ("deny", deny::check),
    ("clippy", clippy),
    ("package", package::check),
    ("test", test),
    ("doc", doc),
    ("release", binary::build_release),
    ("first-command", readme::check_first_command),
    ("guide", guide::check),
    ("console", console::check),
    ("examples", examples::run_all),
    ("shop", shop::check),
    ("crash", crash),
    ("failover", failover),
    ("replicas", replicas),
    ("hostile", hostile),
];

/// Runs this program again if cargo lacks the settings of a run, and returns how that ended.
pub(crate) fn run_with_settings() -> Option<ExitCode> {
    let is_set = |(name, _): &(&str, &str)| std::env::var_os(name).is_some();
    if SETTINGS.iter().all(is_set) {
        return None;
    }
    let missing = SETTINGS.iter().filter(|setting| !is_set(setting)).copied();
    let program = std::env::current_exe();
    let ended = program
        .and_then(|program| Command::new(program).args(std::env::args_os().skip(1)).envs(missing).status());
    Some(match ended {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: the checks cannot be started: {error}");
            ExitCode::FAILURE
        }
    })
}

/// Runs every check; with `with_slow`, also those that are slow or need more of the network.
pub(crate) fn run_all(with_slow: bool) -> ExitCode {
    Steps::all(|steps| {
        for (name, step) in STEPS {
            steps.run(name, step)?;
        }
        interop::run_all(steps)?;
        trust::run_prepared(steps)?;
        unmodified::run_prepared(steps)?;
        conformance::run_prepared(steps, false)?;
        let optimisation = if with_slow { Optimisation::Full } else { Optimisation::Light };
        dist::run_prepared(steps, optimisation, &[])?;
        if with_slow {
            full::run_all(steps)?;
        }
        Ok(())
    })
}

/// Runs the steps of these names, also those of a full run, in its order.
pub(crate) fn run_some(names: &[String]) -> ExitCode {
    Steps::all(|steps| {
        let all = || STEPS.iter().chain(full::STEPS);
        let known: Vec<_> = all().map(|(name, _)| *name).collect();
        for name in names {
            ensure!(known.contains(&name.as_str()), "no step `{name}`; there are {}", known.join(", "));
        }
        for (name, step) in all().filter(|(name, _)| names.iter().any(|wanted| wanted == name)) {
            steps.run(name, step)?;
        }
        Ok(())
    })
}

fn fmt() -> Outcome {
    run(&mut cargo(["fmt", "--all", "--check"]))?;
    // These two are outside the workspace, for reasons given in their manifests.
    for manifest in ["fuzz/Cargo.toml", "interop/rust/Cargo.toml"] {
        run(&mut cargo(["fmt", "--check", "--manifest-path", manifest]))?;
    }
    Ok(String::new())
}

fn clippy() -> Outcome {
    run(&mut cargo(["clippy", "--workspace", "--all-targets", "--all-features", "--", "-Dwarnings"]))?;
    Ok(String::new())
}

fn test() -> Outcome {
    // A session that sets a stricter `synchronous_commit` waits for a standby, and none exists. The tests check what
    // must not happen then.
    let settings = ["synchronous_standby_names=nobody", "synchronous_commit=local"];
    let (server, tls_url) = Cluster::start_with_tls(&settings)?;
    let mut tests = cargo(["test", "--workspace", "--all-features"]);
    run(tests.env("RUHUI_TEST_POSTGRES", server.url()).env("RUHUI_TEST_POSTGRES_TLS", tls_url))?;
    Ok(String::new())
}

fn crash() -> Outcome {
    harness::run(&["crash", "--rounds", "8", "--seed", "1"])
}

fn failover() -> Outcome {
    harness::run(&["failover", "--rounds", "1"])
}

fn replicas() -> Outcome {
    harness::run(&["replicas", "--seconds", "5"])
}

fn hostile() -> Outcome {
    harness::run(&["hostile", "--short"])
}

fn doc() -> Outcome {
    let mut command = cargo(["doc", "--workspace", "--all-features", "--no-deps"]);
    run(command.env("RUSTDOCFLAGS", "-Dwarnings"))?;
    Ok(String::new())
}
