//! Acknowledged writes survive SIGKILL: the shipped binary over one folder, killed under load again and again at
//! moments that a seed chooses, and looked through after each start.

use crate::ledger::{Heard, Ledger, Load, Lost, Place, Plan};
use crate::load::requests::Maker;
use crate::load::schedule::Random;
use anyhow::{Context as _, ensure};
use clap::Args;
use ruhui_harness::sandbox::{Sandbox, build};
use ruhui_harness::step::Outcome;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

/// How often, and when.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Options {
    /// How often it is killed.
    #[arg(long, default_value_t = 200)]
    pub(crate) rounds: u32,
    /// Seed of the random moments; the same seed draws the same moments.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// A kill comes so many milliseconds after the load, at most: in the first commits, and well under way.
const LATEST: u64 = 600;
/// At most 1000 events that are not accepted are listed.
const CARDS: usize = 900;

/// Kills, looks, reports.
pub(crate) fn run(options: &Options) -> Outcome {
    ensure!(options.rounds > 0, "no rounds");
    build()?;
    let parent = tempfile::tempdir()?;
    let folder = parent.path().join("sandbox");
    let (mut ledger, mut random) = (Ledger::new(), Random::of(options.seed));
    let (mut broken, mut last) = (0, (0, 0));
    for round in 0..options.rounds {
        let sandbox = Sandbox::start(&folder, &[])?;
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
        let sandbox = Sandbox::start(&folder, &[])?;
        let (maker, place) = (Maker::new(sandbox.kit())?, Place::of(sandbox.kit())?);
        // Checks everything again, from the first round on.
        found(&ledger, &maker, place, (0, 0)).context("after the last round")?;
    }
    let (tokens, cards) = ledger.position();
    ensure!(tokens > 0 && cards > 0, "{tokens} tokens and {cards} cards prove nothing");
    misses(&ledger.into_first(), &folder)?;
    let mut said = format!("{} kills, seed {}: ", options.rounds, options.seed);
    write!(said, "{tokens} tokens, {cards} cards and {cards} events acknowledged, 0 lost; ")?;
    write!(said, "{broken} calls were under way when it was killed")?;
    Ok(said)
}

/// The number of tokens among the kinds of records.
const TOKEN: u8 = 13;

/// The control: a token that is taken out of the store must be missed, or the looks before prove nothing.
fn misses(ledger: &Ledger, folder: &Path) -> anyhow::Result<()> {
    let store = rusqlite::Connection::open(folder.join("ruhui.db"))?;
    for id in ledger.ids() {
        let deleted = store.execute("DELETE FROM records WHERE kind = ?1 AND id = ?2", (TOKEN, id))?;
        ensure!(deleted == 1, "a token is not in the file");
    }
    drop(store);
    let sandbox = Sandbox::start(folder, &[])?;
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
