//! `cargo xtask ci`: every check, in the order in which a failure is cheapest to find.
//!
//! One set of features and one profile serve clippy, tests and documents, so that dependencies with C in them
//! are built once; the only other build is the release that the foreign clients meet.

use crate::command::{cargo, run};
use crate::step::{Outcome, Steps};
use crate::{arrows, deny, full, interop, links, openapi, packages, readme, sandbox, toolchain, vectors};
use std::process::ExitCode;

/// Runs every check; with `with_slow`, also those that are slow or need more of the network.
pub(crate) fn run_all(with_slow: bool) -> ExitCode {
    Steps::all(|steps| {
        steps.run("packages", packages::provide)?;
        steps.run("toolchain", toolchain::check_parts)?;
        steps.run("fmt", fmt)?;
        steps.run("arrows", arrows::check)?;
        steps.run("links", links::check)?;
        steps.run("minimum Rust", toolchain::check_minimum)?;
        steps.run("README's words", readme::check_words)?;
        steps.run("OpenAPI is current", openapi::check)?;
        steps.run("OpenAPI is valid", openapi::validate)?;
        steps.run("vectors", vectors::check)?;
        steps.run("deny", deny::check)?;
        steps.run("clippy", clippy)?;
        steps.run("test", test)?;
        steps.run("doc", doc)?;
        steps.run("release build", sandbox::build)?;
        steps.run("README's first command", readme::check_first_command)?;
        interop::run(steps, &[])?;
        if with_slow {
            full::run_all(steps)?;
        }
        Ok(())
    })
}

fn fmt() -> Outcome {
    run(&mut cargo(["fmt", "--all", "--check"]))?;
    // Outside the workspace, for reasons that they give.
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
    run(&mut cargo(["test", "--workspace", "--all-features"]))?;
    Ok(String::new())
}

fn doc() -> Outcome {
    let mut command = cargo(["doc", "--workspace", "--all-features", "--no-deps"]);
    run(command.env("RUSTDOCFLAGS", "-Dwarnings"))?;
    Ok(String::new())
}
