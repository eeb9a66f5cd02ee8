//! Test of several services (replicas) over one PostgreSQL, behind a load balancer. Every replica accepts the tokens of
//! the others. The rate limit counts all of them together. A killed replica loses no acknowledged write. A rolling
//! restart fails no request, but does fail some without `drain`.

mod balancer;
mod replica;

use crate::ledger::{Heard, Ledger, Load, Place, Plan};
use crate::load::requests::Maker;
use crate::load::responses::Answer;
use crate::load::schedule::arrivals;
use crate::load::{Pace, send};
use crate::tested::Tested;
use anyhow::{Context as _, Result, ensure};
use balancer::{Balancer, NOTICES, Unreached};
use clap::Args;
use replica::{Common, Replica};
use ruhui_harness::kit::Kit;
use ruhui_harness::postgres::Cluster;
use ruhui_harness::sandbox::Sandbox;
use ruhui_harness::step::{Clock, Outcome};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

/// Length of the test, and the binary.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Seconds for which admitted requests are counted against the limit.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) seconds: u32,
    #[command(flatten)]
    pub(crate) tested: Tested,
}

const REPLICAS: usize = 3;
/// Requests per second: the limit, and the offered rate.
const LIMIT: u32 = 200;
const OFFERED: f64 = 600.0;
/// Greatest relative difference between the count and the limit.
const TOLERANCE: f64 = 0.05;
/// Time under load before and after each kill or restart.
const CALM: Duration = Duration::from_millis(1500);
/// Default of `service.drain` in this test, in seconds.
const DRAIN: u16 = 3;
/// Time for which requests may fail after a replica was killed.
const OUTAGE: Duration = Duration::from_secs(3);

/// The replicas' common settings, and a client of theirs.
struct Site<'a> {
    common: Common<'a>,
    kit: &'a Kit,
    maker: Maker,
}

/// Runs all parts, and returns a report.
pub(crate) fn run(options: &Options) -> Outcome {
    let binary = options.tested.path()?;
    let cluster = Cluster::start(&[])?;
    let parent = tempfile::tempdir()?;
    let folder = parent.path().join("sandbox");
    // This start makes the keys and the configuration. Its own store is not used again.
    let kit = Sandbox::start_binary(&binary, &folder, &[], &[])?.kit().clone();
    let store = cluster.create("replicas")?;
    let common =
        Common { binary: &binary, folder: &folder, store: &store, rate_limit: "\"off\"", drain: DRAIN };
    let site = Site { common, kit: &kit, maker: Maker::new(&kit)? };
    let mut said = Vec::new();
    {
        let mut replicas = start(site.common)?;
        said.push(one_for_all(&site, &replicas)?);
        let balancer = Balancer::start(parent.path(), &replicas, Unreached::Another)?;
        said.push(killed(&site, &mut replicas, balancer.address).context("a replica is killed")?);
        drop(balancer);
        said.push(rolled(&site, &mut replicas, parent.path()).context("a rolling restart")?);
    }
    {
        let mut replicas = start(Common { drain: 0, ..site.common })?;
        said.push(rolled_at_once(&site, &mut replicas, parent.path()).context("restarts without `drain`")?);
    }
    let limited = format!("{{ partner = {LIMIT} }}");
    let replicas = start(Common { rate_limit: &limited, ..site.common })?;
    said.push(limited_together(&site, &replicas, parent.path(), options.seconds)?);
    Ok(format!("{REPLICAS} replicas\n{}", said.join("\n")))
}

/// Starts the replicas one after the other, since the first creates the tables.
fn start(common: Common<'_>) -> Result<Vec<Replica>> {
    (0..REPLICAS).map(|number| Replica::start(common, number)).collect()
}

/// Each replica issues tokens. The next one lets users join with them, and every replica must return them on a replay.
fn one_for_all(site: &Site<'_>, replicas: &[Replica]) -> Result<String> {
    let mut ledger = Ledger::new();
    for number in 0..REPLICAS {
        let of = |ahead: usize| replicas[(number + ahead) % REPLICAS].place();
        let since = ledger.position();
        let place = Place { api: of(0).api, operations: of(1).operations };
        let plan = Plan { callers: 0, joins: 5, join_rest: Duration::ZERO, ..plan(&format!("a{number}")) };
        let load = Load::start(&ledger, &site.maker, place, &plan);
        let heard = load.finish(&mut ledger)?;
        ensure!(heard.failures() == 0, "calls failed: {:?}", heard.others);
        for ahead in 0..REPLICAS {
            ledger.check(&site.maker, of(ahead), since)?.nothing()?;
        }
    }
    let (tokens, cards) = ledger.position();
    ensure!((tokens, cards) == (15, 15), "{tokens} tokens and {cards} cards");
    Ok(format!(
        "tokens: {tokens} issued at one each, the same from every other; {cards} cards opened at another"
    ))
}

fn killed(site: &Site<'_>, replicas: &mut [Replica], balancer: SocketAddr) -> Result<String> {
    let mut ledger = Ledger::new();
    let load = Load::start(&ledger, &site.maker, through(balancer, &replicas[0]), &plan("kill"));
    std::thread::sleep(CALM);
    let at = ledger.now();
    replicas[1].kill()?;
    std::thread::sleep(OUTAGE + CALM);
    let heard = load.stop(&mut ledger)?;
    let outage = heard.failed.map_or(Duration::ZERO, |(_, last)| last.saturating_sub(at));
    ensure!(outage < OUTAGE, "calls failed {} ms after the kill: {:?}", outage.as_millis(), heard.others);
    ledger.check(&site.maker, replicas[0].place(), (0, 0))?.nothing()?;
    replicas[1].restart()?;
    ledger.check(&site.maker, replicas[1].place(), (0, 0))?.nothing()?;
    std::thread::sleep(NOTICES);
    Ok(format!(
        "one killed: {}, 0 lost; {} of {} calls failed{}, the last {} ms after the kill; longest call {} ms",
        acknowledged(&ledger),
        heard.failures(),
        heard.served + heard.failures(),
        reasons(&heard),
        outage.as_millis(),
        heard.longest.as_millis(),
    ))
}

fn rolled(site: &Site<'_>, replicas: &mut [Replica], folder: &Path) -> Result<String> {
    let (took, ledger, heard) = restarts(site, replicas, folder, "roll")?;
    let calls = heard.served + heard.failures();
    ensure!(heard.failures() == 0, "{} of {calls} calls failed{}", heard.failures(), reasons(&heard));
    Ok(format!(
        "rolling restart in {:.1} s, each call sent once: {}, 0 lost; 0 of {calls} calls failed; longest call {} ms",
        took.as_secs_f64(),
        acknowledged(&ledger),
        heard.longest.as_millis()
    ))
}

/// Control: with replicas that close their ports at once, the same restarts must fail requests. Otherwise the rolling
/// restart proves nothing.
fn rolled_at_once(site: &Site<'_>, replicas: &mut [Replica], folder: &Path) -> Result<String> {
    let (_, ledger, heard) = restarts(site, replicas, folder, "noroll")?;
    let calls = heard.served + heard.failures();
    ensure!(heard.failures() > 0, "none of {calls} calls failed, so `drain` is good for nothing here");
    Ok(format!(
        "the same with `drain = 0`: {}, 0 lost; {} of {calls} calls failed{}",
        acknowledged(&ledger),
        heard.failures(),
        reasons(&heard)
    ))
}

/// Stops and restarts the replicas one after the other under load, behind a load balancer that sends each request once.
fn restarts(
    site: &Site<'_>,
    replicas: &mut [Replica],
    folder: &Path,
    name: &str,
) -> Result<(Duration, Ledger, Heard)> {
    let balancer = Balancer::start(folder, replicas, Unreached::Fail)?;
    let mut ledger = Ledger::new();
    // The load uses the first replica's controls directly; they are not balanced.
    let plan = Plan { joins: 0, ..plan(name) };
    let load = Load::start(&ledger, &site.maker, through(balancer.address, &replicas[0]), &plan);
    std::thread::sleep(CALM);
    let clock = Clock::start();
    for replica in &mut *replicas {
        let status = replica.stop()?;
        ensure!(status.success(), "a replica that was told to stop ended with {status}");
        replica.restart()?;
        std::thread::sleep(NOTICES);
    }
    let took = clock.elapsed();
    let heard = load.stop(&mut ledger)?;
    ledger.check(&site.maker, replicas[0].place(), (0, 0))?.nothing()?;
    Ok((took, ledger, heard))
}

fn limited_together(site: &Site<'_>, replicas: &[Replica], folder: &Path, seconds: u32) -> Result<String> {
    let balancer = Balancer::start(folder, replicas, Unreached::Another)?;
    let due = arrivals(&[(OFFERED, f64::from(seconds) + 1.0)]);
    let requests = Maker::new(site.kit)?.requests(due.len())?;
    let responses = send(&[balancer.address], 64, requests, Pace::Open(&due))?;
    let limited = Answer::Status(429);
    let counts = responses.counts();
    ensure!(
        counts.keys().all(|answer| [Answer::OK, limited].contains(answer)),
        "neither 200 nor 429: {counts:?}"
    );
    // The first second includes the burst.
    let counted = responses.samples.iter().filter(|sample| sample.due.as_secs() >= 1);
    let admitted = counted.filter(|sample| sample.answer == Answer::OK).count();
    let allowed = f64::from(LIMIT * seconds);
    let off = admitted as f64 / allowed - 1.0;
    let text = format!(
        "limit {LIMIT} a second, {OFFERED} offered: {admitted} admitted in {seconds} s, {:+.1} % off {allowed}",
        off * 100.0
    );
    ensure!(off.abs() <= TOLERANCE, "{text}");
    Ok(text)
}

/// Returns the load balancer's address for the API, and one replica's for the controls.
fn through(balancer: SocketAddr, replica: &Replica) -> Place {
    Place { api: balancer, operations: replica.place().operations }
}

/// Load of clients that send again as soon as they have a response: as much as a machine can bear that also runs three
/// services, a database and a load balancer.
fn plan(name: &str) -> Plan {
    Plan {
        callers: 8,
        rest: Duration::ZERO,
        joins: 100,
        join_rest: Duration::from_millis(50),
        name: name.to_owned(),
    }
}

fn acknowledged(ledger: &Ledger) -> String {
    let (tokens, cards) = ledger.position();
    format!("{tokens} tokens and {cards} cards acknowledged")
}

fn reasons(heard: &Heard) -> String {
    match heard.failures() {
        0 => String::new(),
        _ => format!(" (told to come again: {}; {:?})", heard.rejected, heard.others),
    }
}
