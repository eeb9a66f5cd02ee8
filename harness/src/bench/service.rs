//! Measures the service alone on one core, over each store: the processor time and the latency of a token.

use super::allocations::Probes;
use super::figures::Figures;
use super::options::{CONNECTIONS, OPEN_CONNECTIONS};
use super::rows;
use super::rsa::{around, rsa};
use super::server::{Launch, Server};
use super::store::Store;
use crate::clock::{Cores, cpu_of_family};
use crate::load::requests::Maker;
use crate::load::responses::{Responses, quantile};
use crate::load::schedule::arrivals;
use crate::load::{Pace, send, send_awake};
use anyhow::Result;
use std::path::Path;
use std::time::Duration;

/// Requests during which allocations are counted.
const COUNTED: usize = 2000;

/// A service over one store, tied to the first core.
#[derive(Debug)]
pub(super) struct Tied {
    pub(super) store: Store,
    pub(super) server: Server,
    pub(super) maker: Maker,
    /// Process id of the database's first process. `None` if the store runs in the service.
    database: Option<u32>,
}

impl Tied {
    pub(super) fn start(
        cores: &Cores,
        store: Store,
        launch: Launch<'_>,
        database: Option<u32>,
    ) -> Result<Self> {
        let server = cores.on_first(|| {
            let mut server = Server::launch(launch)?;
            server.first_token()?;
            Ok(server)
        })?;
        let maker = Maker::new(&server.kit)?;
        Ok(Self { store, server, maker, database })
    }

    /// Measures one round, and returns the tokens a second at saturation.
    pub(super) fn round(
        &self,
        cores: &Cores,
        seconds: f64,
        limit: f64,
        figures: &mut Figures,
    ) -> Result<f64> {
        let requests = self.maker.requests((limit * seconds) as usize)?;
        let key = self.maker.key();
        let (rsa, cost) = around(|| cores.on_first(|| rsa(key)), || self.saturate(cores, requests))?;
        let limit = 1e6 / rsa;
        self.maker.check(&cost.responses.kept)?;
        let rate = cost.responses.per_second();
        figures.note_of(self.store, &rows::RATE, rate);
        figures.note_of(self.store, &rows::CPU, cost.cpu);
        figures.note_of(self.store, &rows::SHARE, rsa / cost.cpu);
        figures.note_of(self.store, &rows::RATIO, rate / limit);
        if let Some(cpu) = cost.database {
            figures.note_of(self.store, &rows::DATABASE_CPU, cpu);
        }
        for (load, p50, p99, p999) in [
            (0.5, &rows::HALF_P50, &rows::HALF_P99, &rows::HALF_P999),
            (0.9, &rows::NINE_TENTHS_P50, &rows::NINE_TENTHS_P99, &rows::NINE_TENTHS_P999),
        ] {
            let due = arrivals(&[(rate * load, seconds)]);
            let requests = self.maker.requests(due.len())?;
            let responses =
                self.send(cores, OPEN_CONNECTIONS, requests, Pace::Open(&due))?.served_or_rejected()?;
            let latencies = responses.latencies();
            figures.note_of(self.store, p50, milliseconds(quantile(&latencies, 0.5)));
            figures.note_of(self.store, p99, milliseconds(quantile(&latencies, 0.99)));
            figures.pool_of(self.store, p999, &latencies);
        }
        Ok(rate)
    }

    /// Sends from the second core. The sender never sleeps, except when the database needs that core too.
    pub(super) fn send(
        &self,
        cores: &Cores,
        connections: usize,
        requests: Vec<Vec<u8>>,
        pace: Pace<'_>,
    ) -> Result<Responses> {
        let send = if self.database.is_none() { send_awake } else { send };
        cores.on_second(|| send(&[self.server.address()?], connections, requests, pace))
    }

    /// Requests as many tokens as the service can issue, and measures the cost of each.
    pub(super) fn saturate(&self, cores: &Cores, requests: Vec<Vec<u8>>) -> Result<Cost> {
        let count = requests.len();
        let database = || self.database.map(cpu_of_family).transpose();
        let (before, database_before) = (self.server.cpu()?, database()?);
        let responses = self.send(cores, CONNECTIONS, requests, Pace::Closed)?.all_ok()?;
        let each = |time: Duration| time.as_secs_f64() * 1e6 / count as f64;
        let cpu = each(self.server.cpu()?.saturating_sub(before));
        let database =
            database()?.zip(database_before).map(|(after, before)| each(after.saturating_sub(before)));
        Ok(Cost { responses, cpu, database })
    }
}

/// Cost of a token, in microseconds of processor time.
#[derive(Debug)]
pub(super) struct Cost {
    pub(super) responses: Responses,
    pub(super) cpu: f64,
    /// Cost of a token in the database's own processes.
    pub(super) database: Option<f64>,
}

/// Notes the allocations per token.
pub(super) fn count_allocations(
    cores: &Cores,
    tied: &Tied,
    binary: &Path,
    folder: &Path,
    figures: &mut Figures,
) -> Result<()> {
    figures.note_of(tied.store, &rows::ALLOCATIONS, allocations(cores, tied, binary, folder)?);
    Ok(())
}

/// Returns the number of allocations per token.
pub(super) fn allocations(cores: &Cores, tied: &Tied, binary: &Path, folder: &Path) -> Result<f64> {
    let requests = tied.maker.requests(COUNTED)?;
    let process = tied.server.process();
    let probes = Probes::install(binary, process)?;
    let count = probes.count(process, folder.join("allocations"))?;
    tied.saturate(cores, requests)?;
    Ok(count.end()? as f64 / COUNTED as f64)
}

pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
