//! Runs programs with hard-coded hosts against the sandbox, in two ways: by TLS under the real names, and by the
//! sandbox's proxy. The programs are in interop/unmodified/.

use crate::packages;
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::binary;
use ruhui_harness::command::read;
use ruhui_harness::metadata::Metadata;
use ruhui_harness::step::{Outcome, Steps};
use serde_json::Value;
use std::process::Command;

/// Folders of interop/unmodified/.
const CLIENTS: [&str; 4] = ["java", "go", "node", "python"];
/// Ways of interop/unmodified/way.sh.
const WAYS: [&str; 2] = ["names", "proxy"];
/// The parts that each program must report. A package that knows the backup host uses it as well.
const REQUIRED: [&str; 5] = ["upload", "token", "verified response", "callback", "encrypted field"];

/// The line of JSON that the script prints for a program.
struct Report {
    client: String,
    passed: Vec<String>,
}

impl Report {
    fn read(line: &str) -> Result<Self> {
        let read = || {
            let report: Value = serde_json::from_str(line).ok()?;
            let passed = report["passed"].as_array()?.iter().map(|name| name.as_str().map(str::to_owned));
            Some(Self {
                client: report["client"].as_str()?.to_owned(),
                passed: passed.collect::<Option<_>>()?,
            })
        };
        read().with_context(|| format!("the script printed {line:?} in place of a report"))
    }
}

/// Runs the programs after the steps that they need.
pub(crate) fn run_from_start(steps: &mut Steps) -> Result<()> {
    steps.run("packages", || packages::provide_for(&CLIENTS.map(str::to_owned)))?;
    steps.run("release", binary::build_release)?;
    run_prepared(steps)
}

/// Runs the programs. The packages and the release build must exist.
pub(crate) fn run_prepared(steps: &mut Steps) -> Result<()> {
    WAYS.iter().try_for_each(|way| steps.run(&format!("unmodified-{way}"), || run(way)))
}

fn run(way: &str) -> Outcome {
    let cache = Metadata::read()?.target_directory()?.join("interop");
    let mut script = Command::new("bash");
    script.args(["interop/unmodified/way.sh", way]).args(CLIENTS);
    let printed = read(script.env("RUHUI", binary::release()?).env("INTEROP_CACHE", cache))?;
    let reports = printed.lines().map(Report::read).collect::<Result<Vec<_>>>()?;
    ensure!(reports.len() == CLIENTS.len(), "{} of {} programs reported", reports.len(), CLIENTS.len());
    table(way, &reports)
}

/// Returns a line for each program: client, way, what passed.
fn table(way: &str, reports: &[Report]) -> Outcome {
    let mut lines = String::new();
    for Report { client, passed } in reports {
        for required in REQUIRED {
            ensure!(passed.iter().any(|name| name == required), "{client} reported no {required}");
        }
        lines += &format!("\n  {client:<30} {way:<6} {}", passed.join(", "));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_must_do_everything() {
        let report = |passed: &[&str]| Report {
            client: "x 1".to_owned(),
            passed: passed.iter().map(|name| (*name).to_owned()).collect(),
        };
        let table = |passed: &[&str]| table("proxy", &[report(passed)]);
        assert!(table(&REQUIRED).unwrap().contains("x 1") && table(&REQUIRED).unwrap().contains("proxy"));
        assert!(table(&REQUIRED[1..]).is_err());
    }
}
