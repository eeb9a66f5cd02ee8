//! Measures what the request log costs: two services of the same binary, one with the log and one without, get the same
//! load in turn.

use super::figures::Figures;
use super::rows::{self, Row};
use super::rsa::rsa;
use super::server::{Launch, Server};
use super::service::{Tied, allocations};
use super::store::Store;
use crate::clock::Cores;
use anyhow::{Context as _, Result, ensure};
use std::path::Path;

/// Requests after which the log is full: it then gives the buffers of the oldest request to the newest.
const FILLING: usize = 11_000;

/// The two services, over the memory store: the share of the log is greatest where everything else costs least.
#[derive(Debug)]
pub(super) struct Pair {
    with: Tied,
    without: Tied,
}

impl Pair {
    pub(super) fn start(cores: &Cores, binary: &Path, folder: &Path) -> Result<Self> {
        let start = |name: &str, setting: &str| -> Result<Tied> {
            let folder = folder.join(name);
            // The first start makes ruhui.toml, which is then edited.
            drop(cores.on_first(|| Server::start(binary, &folder))?);
            let path = folder.join("ruhui.toml");
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let edited =
                text.replacen("[service]\n", &format!("[service]\nrequest_log = \"{setting}\"\n"), 1);
            ensure!(edited != text, "ruhui.toml has no table [service]");
            std::fs::write(&path, edited)?;
            let launch = Launch { binary, folder: &folder, store: Some("memory") };
            let tied = Tied::start(cores, Store::Memory, launch, None)?;
            tied.saturate(cores, tied.maker.requests(FILLING)?)?;
            Ok(tied)
        };
        Ok(Self { with: start("request-log-on", "on")?, without: start("request-log-off", "off")? })
    }

    /// Measures one round. Which service is first changes from round to round.
    pub(super) fn round(&self, cores: &Cores, seconds: f64, round: u32, figures: &mut Figures) -> Result<()> {
        let (verify, sign) = cores.on_first(|| rsa(self.with.maker.key()))?;
        let count = (1e6 / (verify + sign) * seconds) as usize;
        let measure = |tied: &Tied| -> Result<f64> {
            let cost = tied.saturate(cores, tied.maker.requests(count)?)?;
            tied.maker.check(&cost.responses.kept)?;
            Ok(cost.cpu)
        };
        let (with, without) = if round.is_multiple_of(2) {
            let with = measure(&self.with)?;
            (with, measure(&self.without)?)
        } else {
            let without = measure(&self.without)?;
            (measure(&self.with)?, without)
        };
        note(figures, [&rows::LOG_CPU, &rows::NO_LOG_CPU, &rows::LOG_CPU_RATIO], with, without);
        Ok(())
    }

    /// Counts allocations, which takes root and `perf`.
    pub(super) fn allocations(
        &self,
        cores: &Cores,
        binary: &Path,
        folder: &Path,
        figures: &mut Figures,
    ) -> Result<()> {
        let with = allocations(cores, &self.with, binary, folder)?;
        let without = allocations(cores, &self.without, binary, folder)?;
        let rows = [&rows::LOG_ALLOCATIONS, &rows::NO_LOG_ALLOCATIONS, &rows::LOG_ALLOCATIONS_RATIO];
        note(figures, rows, with, without);
        Ok(())
    }
}

fn note(figures: &mut Figures, [on, off, ratio]: [&'static Row; 3], with: f64, without: f64) {
    figures.note(on, with);
    figures.note(off, without);
    figures.note(ratio, with / without);
}
