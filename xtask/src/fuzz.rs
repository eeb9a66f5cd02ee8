//! Fuzzes every target for some time, with the nightly compiler that fuzzing needs.

use crate::tools;
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::run;
use ruhui_harness::step::{Outcome, Steps};

/// Default seconds for each target.
pub(crate) const SECONDS: u32 = 60;

/// The fuzz targets, and the folder of known answers that each starts from.
const TARGETS: &[(&str, &str)] = &[
    ("authorization", "vectors/sign"),
    ("capture", "crates/ruhui-core/tests/captures"),
    ("decode", "vectors/sign"),
    ("response", "vectors/response"),
    ("key", "vectors/keys"),
    ("encrypted", "vectors/public"),
    ("event", "vectors/public"),
    ("upload", "vectors/sign"),
];

/// Fuzzes every target for `seconds`.
pub(crate) fn run_all(steps: &mut Steps, seconds: u32) -> Result<()> {
    steps.run("fuzz-targets", check_targets)?;
    for (target, beginning) in TARGETS {
        steps.run(&format!("fuzz-{target}"), || run_one(target, beginning, seconds))?;
    }
    Ok(())
}

fn check_targets() -> Outcome {
    let mut there = Vec::new();
    for entry in std::fs::read_dir("fuzz/fuzz_targets")? {
        there.extend(entry?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    there.sort();
    let mut listed: Vec<_> = TARGETS.iter().map(|(target, _)| (*target).to_owned()).collect();
    listed.sort();
    ensure!(there == listed, "fuzz/fuzz_targets has {there:?}, xtask/src/fuzz.rs lists {listed:?}");
    Ok(String::new())
}

fn run_one(target: &str, beginning: &str, seconds: u32) -> Outcome {
    // The fuzzer adds what it finds to the first folder and reads the others.
    let corpus = format!("fuzz/corpus/{target}");
    std::fs::create_dir_all(&corpus).with_context(|| format!("{corpus} cannot be made"))?;
    let mut fuzz = tools::FUZZ.command()?;
    fuzz.args(["run", target, &corpus, beginning, "--", &format!("-max_total_time={seconds}")]);
    // The sanitizers that fuzzing needs are in the nightly compiler only.
    fuzz.env("RUSTUP_TOOLCHAIN", "nightly").env_remove("CARGO");
    run(&mut fuzz).with_context(|| {
        format!("what failed is in fuzz/artifacts/{target}; without a nightly compiler: `rustup toolchain install nightly`")
    })?;
    Ok(format!("{seconds} s"))
}
