//! One attack on a freshly started service: samples of the good client and of the service before, during and after it.

use super::attack::Attack;
use super::good::{GoodClient, Phase, Served};
use super::tally::Tally;
use super::watch::{Usage, Watch};
use crate::clock::Moment;
use crate::load::main_host;
use crate::load::requests::Maker;
use anyhow::{Context as _, Result};
use ruhui_harness::command::{read, read_file};
use ruhui_harness::sandbox::Sandbox;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A service that is started again for each attack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Service<'a> {
    pub(super) binary: &'a Path,
    pub(super) folder: &'a Path,
}

impl Service<'_> {
    pub(super) fn start(&self) -> Result<Sandbox> {
        Sandbox::start_binary(self.binary, self.folder, &[], &[])
    }
}

/// The duration of each phase.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phases {
    pub(super) before: Duration,
    pub(super) during: Duration,
    pub(super) after: Duration,
}

/// Extra time of the good client, since the attackers' process takes time to start and to end.
const SLACK: Duration = Duration::from_millis(700);
/// Margin at the end of a phase. Samples and requests before it certainly belong to the phase.
const EDGE: Duration = Duration::from_millis(50);

/// The measurements of one attack.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) attack: &'static Attack,
    pub(super) connections: usize,
    /// Requests of the good client before, during and after the attack.
    pub(super) served: [Served; 3],
    /// Resident memory before the attack, at its peak, and after it, in bytes.
    pub(super) memory: [u64; 3],
    /// Open files before the attack, at most, and after it.
    pub(super) descriptors: [usize; 3],
    pub(super) tally: Tally,
    /// Exit status and last log line of a service that ended.
    pub(super) ended: Option<String>,
}

impl Trial {
    /// Starts the service, attacks it, and stops it.
    pub(super) fn run(
        service: Service<'_>,
        attack: &'static Attack,
        connections: usize,
        phases: Phases,
        picture: &str,
    ) -> Result<Self> {
        let mut sandbox = service.start()?;
        let folder = service.folder;
        let process = sandbox.process();
        let maker = Maker::new(sandbox.kit())?;
        let Phases { before, during, after } = phases;
        let good = GoodClient::start(&maker, main_host(sandbox.kit())?, before + during + after + SLACK)?;
        let start = Moment::now();
        let watch = Watch::start(process, start);
        std::thread::sleep(before);

        let at_rest = Usage::of(process)?;
        let begun = start.elapsed();
        let tally = attack_from_another_process(folder, attack, connections, during, picture)?;
        let over = start.elapsed();
        let at_peak = Usage::of(process).ok();

        std::thread::sleep(after);
        let end = start.elapsed();
        let ended = sandbox.ended()?.map(|status| format!("{status}: {}", last_words(folder)));
        let samples = watch.finish()?;
        let served = good.finish(&maker)?;
        let (early, under_attack, late) = (Duration::ZERO..begun - EDGE, begun..over, over..end);
        let most = samples.most(&under_attack, |sample| sample.memory).unwrap_or(at_rest.memory);
        // The kernel's own peak includes peaks between two samples, but covers the whole life of the process.
        let peak = at_peak.map(|peak| peak.most_memory).filter(|peak| *peak > at_rest.most_memory);
        let last = samples.last(&late);
        Ok(Self {
            attack,
            connections,
            served: [early, under_attack.clone(), late].map(|time| served.within(&time)),
            memory: [at_rest.memory, peak.unwrap_or(most), last.map_or(0, |last| last.memory)],
            descriptors: [
                at_rest.descriptors,
                samples.most(&under_attack, |sample| sample.descriptors).unwrap_or(at_rest.descriptors),
                last.map_or(0, |last| last.descriptors),
            ],
            tally,
            ended,
        })
    }

    /// Returns the good client's latencies before, during and after the attack.
    pub(super) fn good(&self) -> [Phase; 3] {
        self.served.each_ref().map(Served::phase)
    }

    /// Adds another round of the same attack. Memory and open files are those of the round with the higher peak.
    pub(super) fn extend(&mut self, other: Self) {
        for (own, served) in self.served.iter_mut().zip(other.served) {
            own.extend(served);
        }
        if other.memory[1] > self.memory[1] {
            self.memory = other.memory;
        }
        if other.descriptors[1] > self.descriptors[1] {
            self.descriptors = other.descriptors;
        }
        self.tally.extend(other.tally);
        self.ended = self.ended.take().or(other.ended);
    }
}

/// Attacks from a separate process, so that the attackers slow the measuring client only by the processor time they
/// use.
fn attack_from_another_process(
    folder: &Path,
    attack: &Attack,
    connections: usize,
    time: Duration,
    picture: &str,
) -> Result<Tally> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["hostile", "--attack", attack.name, "--picture", picture]);
    command.arg("--open").arg(connections.to_string());
    command.arg("--for-seconds").arg(time.as_secs_f64().to_string());
    command.arg("--kit").arg(folder.join("kit/kit.env"));
    Tally::parse(&read(&mut command)?).with_context(|| format!("the attackers of {}", attack.name))
}

/// Returns the last line of the service's log.
fn last_words(folder: &Path) -> String {
    let log = read_file(folder.with_extension("log")).unwrap_or_default();
    log.lines().last().unwrap_or_default().to_owned()
}
