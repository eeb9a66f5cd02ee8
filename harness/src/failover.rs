//! Failover test: acknowledged writes survive the loss of the database server. A service runs under load over
//! PostgreSQL with a synchronous standby. The primary is killed and restarted, then killed again and replaced by its
//! standby.

use crate::ledger::{Heard, Ledger, Load, Place, Plan};
use crate::load::requests::Maker;
use crate::tested::Tested;
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use ruhui_harness::postgres::Cluster;
use ruhui_harness::sandbox::Sandbox;
use ruhui_harness::step::{Clock, Outcome};
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// Number of rounds, and the binary.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Number of rounds.
    #[arg(long, default_value_t = 10)]
    pub(crate) rounds: u32,
    #[command(flatten)]
    pub(crate) tested: Tested,
}

/// Time under load before and after each kill.
const CALM: Duration = Duration::from_millis(1500);
/// Time between two checks.
const PAUSE: Duration = Duration::from_millis(10);
/// Longest time that a request may take. The service's own deadlines are 3 s for a commit and 3 s for a read before it,
/// so a longer request hangs.
const LONGEST: Duration = Duration::from_secs(8);
/// Time within which the first request after a kill must succeed.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a standby that lost its primary tries to reach it. PostgreSQL's default of 5 s would be longer than the
/// rest of an outage.
const LOOKS: &str = "wal_retrieve_retry_interval=500ms";

/// The service under test, and the record of its acknowledged writes.
struct Site {
    sandbox: Sandbox,
    maker: Maker,
    place: Place,
    ledger: Ledger,
}

/// Result of one kill.
#[derive(Debug)]
struct Accident {
    what: &'static str,
    /// Tokens and cards that were acknowledged before, during and after it.
    acknowledged: (usize, usize),
    heard: Heard,
    /// Time from the kill to the first success of a request that was sent after it.
    outage: Duration,
    /// Time from the kill until the next primary accepts connections.
    server: Duration,
    /// Failed connection attempts.
    attempts: usize,
}

impl Accident {
    /// Returns the most connection attempts that the outage allows. The store has three workers; each makes five
    /// attempts with shorter pauses, then at most one each half second.
    fn most_attempts(&self) -> usize {
        let half_seconds = self.outage.as_millis().div_ceil(500) as usize;
        3 * (5 + half_seconds)
    }
}

impl fmt::Display for Accident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, acknowledged: (tokens, cards), heard, outage, server, attempts } = self;
        write!(
            f,
            "{what}: {tokens} tokens and {cards} cards acknowledged, 0 lost; outage {} ms, of it {} ms the server's; \
             {} calls answered 500 SYSTEM_ERROR with Retry-After, none otherwise but 200; longest call {} ms; \
             {attempts} failed attempts at a connection",
            outage.as_millis(),
            server.as_millis(),
            heard.rejected,
            heard.longest.as_millis()
        )
    }
}

/// Runs the rounds, and returns a report.
pub(crate) fn run(options: &Options) -> Outcome {
    ensure!(options.rounds > 0, "no rounds");
    let binary = options.tested.path()?;
    let (mut said, mut all) = (Vec::new(), (0, 0));
    for round in 1..=options.rounds {
        for accident in one_round(&binary).with_context(|| format!("round {round}"))? {
            let (tokens, cards) = accident.acknowledged;
            all = (all.0 + tokens, all.1 + cards);
            said.push(format!("\nround {round}, {accident}"));
        }
    }
    let (tokens, cards) = all;
    Ok(format!("{tokens} tokens, {cards} cards and {cards} events acknowledged, 0 lost{}", said.concat()))
}

fn one_round(binary: &Path) -> Result<[Accident; 2]> {
    let mut primary = Cluster::start(&["synchronous_standby_names=standby"])?;
    let standby = primary.standby("standby", &[LOOKS])?;
    wait_for("the standby follows", || follows(&primary))?;
    let folder = tempfile::tempdir()?;
    let store = format!("postgres://ruhui@{},{}/postgres", primary.host(), standby.host());
    let variables = [("RUHUI_STORE", store.as_str()), ("RUHUI_LOG", "warn,ruhui_server::store=debug")];
    let sandbox = Sandbox::start_binary(binary, &folder.path().join("sandbox"), &[], &variables)?;
    let (maker, place) = (Maker::new(sandbox.kit())?, Place::of(sandbox.kit())?);
    let mut site = Site { sandbox, maker, place, ledger: Ledger::new() };

    let restart = accident(&mut site, "restart", &mut primary, Cluster::resume)?;
    wait_for("the standby follows again", || follows(&primary))?;
    let promotion = accident(&mut site, "promotion", &mut primary, |_| standby.promote())?;
    // Checks every record again, with only the standby left.
    site.ledger.check(&site.maker, site.place, (0, 0))?.nothing()?;
    Ok([restart, promotion])
}

/// Kills the primary under load, starts its successor, and checks all records that were acknowledged before, during and
/// after.
fn accident(
    site: &mut Site,
    what: &'static str,
    primary: &mut Cluster,
    follow: impl FnOnce(&mut Cluster) -> Result<()>,
) -> Result<Accident> {
    let since = site.ledger.position();
    let failed =
        |site: &Site| Ok::<_, anyhow::Error>(site.sandbox.said()?.matches("no connection yet").count());
    let before = failed(site)?;
    let load = Load::start(&site.ledger, &site.maker, site.place, &plan(what));
    std::thread::sleep(CALM);
    primary.kill()?;
    let (clock, killed) = (Clock::start(), site.ledger.now());
    follow(primary)?;
    let server = clock.elapsed();
    wait_for("a call succeeds again", || Ok(load.first_served(killed).is_some()))?;
    let outage = load.first_served(killed).unwrap_or_default().saturating_sub(killed);
    std::thread::sleep(CALM);
    let heard = load.stop(&mut site.ledger)?;
    site.ledger.check(&site.maker, site.place, since)?.nothing().context(what)?;
    let (tokens, cards) = site.ledger.position();
    let acknowledged = (tokens - since.0, cards - since.1);
    let accident = Accident { what, acknowledged, heard, outage, server, attempts: failed(site)? - before };
    let Accident { heard, attempts, .. } = &accident;
    ensure!(
        heard.others.is_empty(),
        "{what}: answers beside 200 and 500 with Retry-After: {:?}",
        heard.others
    );
    ensure!(heard.rejected > 0, "{what}: no call met the outage");
    ensure!(heard.longest <= LONGEST, "{what}: a call took {} ms", heard.longest.as_millis());
    ensure!(
        *attempts <= accident.most_attempts(),
        "{what}: {attempts} attempts in {} ms",
        outage.as_millis()
    );
    Ok(accident)
}

fn plan(name: &str) -> Plan {
    Plan {
        callers: 8,
        rest: Duration::ZERO,
        joins: 200,
        join_rest: Duration::from_millis(20),
        name: name.to_owned(),
    }
}

/// Returns whether a synchronous standby is connected.
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
