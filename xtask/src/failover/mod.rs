//! What was acknowledged outlives the server: a service under load over PostgreSQL with a synchronous standby, whose
//! primary is killed and comes back, and is killed again and replaced by its standby.

mod callers;
mod plain;

use crate::postgres::Cluster;
use crate::sandbox::Sandbox;
use crate::step::{Clock, Outcome};
use anyhow::{Result, ensure};
use callers::{Callers, Heard};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

/// Calls go on for this long before the first accident and after the last.
const CALM: Duration = Duration::from_millis(1500);
/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(10);
/// The service's own deadlines are 3 s for a commit and as much for a read before it; a call that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(8);
/// How long the first success after an accident may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one accident came to.
#[derive(Debug)]
struct Accident {
    what: &'static str,
    /// From the kill to the first success of a call made after it.
    outage: Duration,
    /// From the kill until the server that follows accepts connections.
    server: Duration,
}

/// Some rounds; a report.
pub(crate) fn run(rounds: u32) -> Outcome {
    crate::sandbox::build()?;
    let mut report = String::new();
    let mut acknowledged = 0;
    for round in 1..=rounds {
        let (accidents, heard, attempts) = one_round()?;
        acknowledged += heard.tokens.len();
        let away: Duration = accidents.iter().map(|accident| accident.outage).sum();
        write!(
            report,
            "\nround {round}: {} acknowledged, 0 lost, {} refused",
            heard.tokens.len(),
            heard.refused
        )?;
        for Accident { what, outage, server } in &accidents {
            write!(
                report,
                "; {what}: outage {} ms, of it {} ms the server's",
                outage.as_millis(),
                server.as_millis()
            )?;
        }
        let per_second = attempts as f64 / away.as_secs_f64();
        write!(
            report,
            "; longest call {} ms; {attempts} failed connection attempts, {per_second:.1} a second",
            heard.longest.as_millis()
        )?;
    }
    Ok(format!("{acknowledged} acknowledged, 0 lost{report}"))
}

fn one_round() -> Result<(Vec<Accident>, Heard, usize)> {
    let mut primary = Cluster::start(&["synchronous_standby_names=standby"])?;
    let standby = primary.standby("standby", &[])?;
    wait_for("the standby follows", || follows(&primary))?;

    let folder = tempfile::tempdir()?;
    let store = format!("postgres://ruhui@{},{}/postgres", primary.host(), standby.host());
    let variables = [("RUHUI_STORE", store.as_str()), ("RUHUI_LOG", "warn,ruhui_server::store=debug")];
    let sandbox = Sandbox::start_with(&folder.path().join("sandbox"), &[], &variables)?;
    let callers = Callers::start(sandbox.kit())?;
    std::thread::sleep(CALM);

    let mut accidents = Vec::new();
    let clock = Clock::start();
    let killed = callers.now();
    primary.kill()?;
    primary.resume()?;
    let server = clock.elapsed();
    wait_for("the standby follows again", || follows(&primary))?;
    wait_for("a call succeeds after a restart", || Ok(callers.first_success(killed).is_some()))?;
    accidents.push(accident("restart", &callers, killed, server));
    std::thread::sleep(CALM);

    let clock = Clock::start();
    let killed = callers.now();
    primary.kill()?;
    standby.promote()?;
    let server = clock.elapsed();
    wait_for("a call succeeds after a promotion", || Ok(callers.first_success(killed).is_some()))?;
    accidents.push(accident("promotion", &callers, killed, server));
    std::thread::sleep(CALM);

    let heard = callers.stop()?;
    let kept: BTreeSet<String> = standby.ask("SELECT id FROM tokens")?.lines().map(str::to_owned).collect();
    let lost = heard.tokens.iter().filter(|token| !kept.contains(*token)).count();
    ensure!(lost == 0, "{lost} of {} acknowledged tokens are lost", heard.tokens.len());
    ensure!(heard.longest <= LONGEST, "a call took {} ms", heard.longest.as_millis());
    ensure!(heard.refused > 0, "no call met an outage");
    let attempts = sandbox.said()?.matches("no connection yet").count();
    Ok((accidents, heard, attempts))
}

fn accident(what: &'static str, callers: &Callers, killed: Duration, server: Duration) -> Accident {
    let outage = callers.first_success(killed).unwrap_or_default().saturating_sub(killed);
    Accident { what, outage, server }
}

/// Whether commits wait for the standby, and it is there.
fn follows(primary: &Cluster) -> Result<bool> {
    Ok(primary.ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")? == "1")
}

fn wait_for(what: &str, is_so: impl Fn() -> Result<bool>) -> Result<()> {
    let clock = Clock::start();
    while !is_so()? {
        ensure!(clock.elapsed() < PATIENCE, "waited {} s in vain until {what}", PATIENCE.as_secs());
        std::thread::sleep(PAUSE);
    }
    Ok(())
}
