//! Crash test: acknowledged writes survive SIGKILL. The shipped binary over one folder is killed under load many times,
//! at moments that a seed chooses, and its records are checked after each start.

use crate::ledger::{Heard, Ledger, Load, Lost, Place, Plan};
use crate::load::requests::Maker;
use crate::load::schedule::Random;
use crate::tested::Tested;
use anyhow::{Context as _, ensure};
use clap::Args;
use ruhui_harness::sandbox::Sandbox;
use ruhui_harness::step::Outcome;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

/// Number of kills, and the seed of their moments.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Number of kills.
    #[arg(long, default_value_t = 200)]
    pub(crate) rounds: u32,
    /// The seed that the moments are drawn from. The same seed draws the same moments.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) tested: Tested,
}

/// Most milliseconds from the start of the load to the kill. It allows kills in the first commits and in steady load.
const LATEST: u64 = 600;
/// Most cards that the test opens. The list of undelivered events ends at 1000.
const CARDS: usize = 900;

/// Kills the service, checks its records after each start, and reports.
pub(crate) fn run(options: &Options) -> Outcome {
    ensure!(options.rounds > 0, "no rounds");
    let binary = options.tested.path()?;
    let parent = tempfile::tempdir()?;
    let folder = parent.path().join("sandbox");
    let (mut ledger, mut random) = (Ledger::new(), Random::of(options.seed));
    let (mut broken, mut last) = (0, (0, 0));
    for round in 0..options.rounds {
        let sandbox = Sandbox::start_binary(&binary, &folder, &[], &[])?;
        let (maker, place) = (Maker::new(sandbox.kit())?, Place::of(sandbox.kit())?);
        found(&ledger, &maker, place, last).with_context(|| format!("after round {round}"))?;
        last = ledger.position();
        let plan = Plan {
            callers: 4,
            rest: Duration::ZERO,
            joins: CARDS.saturating_sub(ledger.cards.len()),
            join_rest: Duration::from_millis(80),
            name: format!("r{round}"),
        };
        let load = Load::start(&ledger, &maker, place, &plan);
        std::thread::sleep(Duration::from_millis(random.below(LATEST)));
        // SIGKILL: no handler runs, nothing is flushed.
        drop(sandbox);
        let heard = load.stop(&mut ledger)?;
        let Heard { others, rejected, .. } = &heard;
        let answers = others.keys().filter(|what| what.parse::<u16>().is_ok()).count();
        ensure!(
            *rejected == 0 && answers == 0,
            "in round {round} calls were rejected: {rejected}, {others:?}"
        );
        broken += heard.broken();
    }
    {
        let sandbox = Sandbox::start_binary(&binary, &folder, &[], &[])?;
        let (maker, place) = (Maker::new(sandbox.kit())?, Place::of(sandbox.kit())?);
        // Checks every record again, from the first round on.
        found(&ledger, &maker, place, (0, 0)).context("after the last round")?;
    }
    let (tokens, cards) = ledger.position();
    ensure!(tokens > 0 && cards > 0, "{tokens} tokens and {cards} cards prove nothing");
    misses(&ledger.into_first(), &binary, &folder)?;
    let mut said = format!("{} kills, seed {}: ", options.rounds, options.seed);
    write!(said, "{tokens} tokens, {cards} cards and {cards} events acknowledged, 0 lost; ")?;
    write!(said, "{broken} calls were under way when it was killed")?;
    Ok(said)
}

/// The number of the kind `token` in the table of records.
const TOKEN: u8 = 13;

/// Control: deletes a token from the store, which the check must report. Otherwise the checks before prove nothing.
fn misses(ledger: &Ledger, binary: &Path, folder: &Path) -> anyhow::Result<()> {
    let store = rusqlite::Connection::open(folder.join("ruhui.db"))?;
    for id in ledger.ids() {
        let deleted = store.execute("DELETE FROM records WHERE kind = ?1 AND id = ?2", (TOKEN, id))?;
        ensure!(deleted == 1, "a token is not in the file");
    }
    drop(store);
    let sandbox = Sandbox::start_binary(binary, folder, &[], &[])?;
    let (maker, place) = (Maker::new(sandbox.kit())?, Place::of(sandbox.kit())?);
    let lost = ledger.check(&maker, place, (0, 0))?;
    ensure!(
        lost == Lost { tokens: 1, ..Lost::default() },
        "one token was taken away, and missed were {lost}"
    );
    Ok(())
}

fn found(ledger: &Ledger, maker: &Maker, place: Place, since: (usize, usize)) -> anyhow::Result<()> {
    let lost: Lost = ledger.check(maker, place, since)?;
    lost.nothing()
}
