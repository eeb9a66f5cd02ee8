//! One round of the benchmark through all parts.

use super::figures::Figures;
use super::options::{CONNECTIONS, OPEN_CONNECTIONS, Part};
use super::request_log::Pair;
use super::rsa::{around, rsa};
use super::server::{Launch, Server};
use super::service::{Tied, count_allocations, milliseconds};
use super::store::Store;
use super::{console, in_process, others, overload, reset, rows, sdk, wxpay};
use crate::clock::Cores;
use crate::load::requests::Maker;
use crate::load::responses::quantile;
use crate::load::schedule::arrivals;
use crate::load::{Pace, send};
use anyhow::{Context as _, Result};
use ruhui_harness::postgres::Cluster;
use std::path::{Path, PathBuf};

/// The state that all rounds share.
pub(super) struct Bench<'a> {
    binary: &'a Path,
    folder: &'a Path,
    cores: Cores,
    seconds: f64,
    /// Services tied to the first core, one over each store. Those not in use sleep.
    tied: Vec<Tied>,
    /// A service that may use all cores.
    free: (Server, Maker),
    wxpay: Option<PathBuf>,
    /// The program that starts a sandbox inside itself, if the start is measured.
    start_time: Option<PathBuf>,
    /// The folder of the program that measures the console, if that part is measured.
    paint: Option<PathBuf>,
    /// The services with and without a request log, if that part is measured.
    request_logs: Option<Pair>,
    /// The last field, so it is dropped last.
    _database: Option<Cluster>,
}

impl<'a> Bench<'a> {
    pub(super) fn start(
        binary: &'a Path,
        folder: &'a Path,
        seconds: u32,
        stores: &[Store],
        wxpay: Option<PathBuf>,
        parts: &[Part],
    ) -> Result<Self> {
        let cores = Cores::find()?;
        // On the load generator's core. Its processor time is counted separately.
        let database = stores
            .contains(&Store::Postgres)
            .then(|| cores.on_second(|| Cluster::start_in(folder, &[])))
            .transpose()?;
        let tied = stores
            .iter()
            .map(|store| {
                let place = place(*store, database.as_ref())?;
                let folder = folder.join(store.key());
                let launch = Launch { binary, folder: &folder, store: place.as_deref() };
                let database = database.as_ref().filter(|_| *store == Store::Postgres);
                Tied::start(&cores, *store, launch, database.map(Cluster::process).transpose()?)
            })
            .collect::<Result<_>>()?;
        let mut free = Server::start(binary, &folder.join("free"))?;
        free.first_token()?;
        let maker = Maker::new(&free.kit)?;
        let free = (free, maker);
        let is_logged = parts.contains(&Part::RequestLog);
        let request_logs = is_logged.then(|| Pair::start(&cores, binary, folder)).transpose()?;
        let start_time = parts.contains(&Part::Start).then(in_process::build).transpose()?;
        let paint = parts.contains(&Part::Console).then(console::install).transpose()?;
        Ok(Self {
            binary,
            folder,
            cores,
            seconds: f64::from(seconds),
            tied,
            free,
            wxpay,
            start_time,
            paint,
            request_logs,
            _database: database,
        })
    }

    pub(super) fn round(&self, round: u32, parts: &[Part], figures: &mut Figures) -> Result<()> {
        let (verify, sign) = self.cores.on_first(|| rsa(self.free.1.key()))?;
        let limit = 1e6 / (verify + sign);
        figures.note(&rows::VERIFY, verify);
        figures.note(&rows::SIGN, sign);
        figures.note(&rows::LIMIT, limit);
        let mut saturation = None;
        if [Part::Service, Part::Calls, Part::Overload].iter().any(|part| parts.contains(part)) {
            for tied in &self.tied {
                let rate = tied.round(&self.cores, self.seconds, limit, figures)?;
                if tied.store == Store::Sqlite {
                    saturation = Some((tied, rate));
                }
            }
        }
        if let (Some((tied, rate)), true) = (saturation, parts.contains(&Part::Calls)) {
            self.other_calls(tied, round, rate, figures)?;
        }
        if parts.contains(&Part::Shared) {
            self.shared(sign, limit, figures)?;
        }
        if let (Some((tied, rate)), true) = (saturation, parts.contains(&Part::Overload)) {
            overload::measure(tied, &self.cores, rate, figures)?;
        }
        if parts.contains(&Part::Sdk) {
            self.sdk(limit, figures)?;
        }
        if parts.contains(&Part::Allocations) && round == 1 {
            self.allocations(figures);
        }
        if let Some(pair) = &self.request_logs {
            pair.round(&self.cores, self.seconds, round, figures)?;
            if round == 1
                && let Err(error) = pair.allocations(&self.cores, self.binary, self.folder, figures)
            {
                eprintln!("request log: allocations are not counted: {error:#}");
            }
        }
        if parts.contains(&Part::Start) {
            self.start_up(figures)?;
        }
        if let Some(program) = &self.paint {
            console::measure(program, &self.free.0, figures)?;
        }
        Ok(())
    }

    /// Measures the endpoints about cards on one core, against a rate of `tokens` a second.
    fn other_calls(&self, tied: &Tied, round: u32, tokens: f64, figures: &mut Figures) -> Result<()> {
        let count = (tokens * self.seconds / 4.0) as usize;
        let requests = others::Requests::make(&tied.server, &tied.maker, round, count)?;
        for (requests, rate, ratio) in [
            (requests.query, &rows::QUERY_RATE, &rows::QUERY_RATIO),
            (requests.list, &rows::LIST_RATE, &rows::LIST_RATIO),
            (requests.confirm, &rows::CONFIRM_RATE, &rows::CONFIRM_RATIO),
        ] {
            let per_second = tied.saturate(&self.cores, requests)?.responses.per_second();
            figures.note(rate, per_second);
            figures.note(ratio, per_second / tokens);
        }
        Ok(())
    }

    /// Measures the service and the load generator on the same two cores.
    fn shared(&self, sign: f64, limit: f64, figures: &mut Figures) -> Result<()> {
        let (server, maker) = &self.free;
        let requests = maker.requests((2.0 * limit * self.seconds) as usize)?;
        let responses = send(&[server.address()?], CONNECTIONS, requests, Pace::Closed)?.all_ok()?;
        maker.check(&responses.kept)?;
        let rate = responses.per_second();
        figures.note(&rows::SHARED_RATE, rate);
        let third = [&rows::THIRD_P50, &rows::THIRD_P99, &rows::THIRD_P50_SIGNS, &rows::THIRD_P99_SIGNS];
        let two_thirds = [
            &rows::TWO_THIRDS_P50,
            &rows::TWO_THIRDS_P99,
            &rows::TWO_THIRDS_P50_SIGNS,
            &rows::TWO_THIRDS_P99_SIGNS,
        ];
        for (share, [p50, p99, p50_signs, p99_signs]) in [(1.0 / 3.0, third), (2.0 / 3.0, two_thirds)] {
            let due = arrivals(&[(rate * share, self.seconds)]);
            let requests = maker.requests(due.len())?;
            let responses = send(&[server.address()?], OPEN_CONNECTIONS, requests, Pace::Open(&due))?
                .served_or_rejected()?;
            let latencies = responses.latencies();
            for (row, in_signs, share) in [(p50, p50_signs, 0.5), (p99, p99_signs, 0.99)] {
                let time = milliseconds(quantile(&latencies, share));
                figures.note(row, time);
                figures.note(in_signs, time * 1e3 / sign);
            }
            figures.note(&rows::SENDER_CPU, responses.cpu.as_secs_f64() * 1e6 / due.len() as f64);
        }
        Ok(())
    }

    /// Measures the SDK alone on one core, with the service on the other. Then measures wxpay-rs in the same way.
    fn sdk(&self, limit: f64, figures: &mut Figures) -> Result<()> {
        let count = (limit * self.seconds) as usize;
        // The fastest store keeps the measured client waiting least.
        let fastest = self.tied.iter().find(|tied| tied.store == Store::Memory);
        let tied = fastest.or_else(|| self.tied.first()).context("no service")?;
        let folder = self.folder.join(tied.store.key());
        let rsa = || self.cores.on_second(|| rsa(tied.maker.key()));
        let (cost, calls) = around(rsa, || self.cores.on_second(|| sdk::measure(&folder, count)))?;
        figures.note(&rows::SDK_RATE, calls.per_second);
        figures.note(&rows::SDK_CPU, calls.cpu);
        figures.note(&rows::SDK_SHARE, cost / calls.cpu);
        if let Some(program) = &self.wxpay {
            let theirs = || self.cores.on_second(|| wxpay::measure(program, &tied.server.kit, count));
            let (cost, theirs) = around(rsa, theirs)?;
            figures.note(&rows::WXPAY_RATE, theirs.per_second);
            figures.note(&rows::WXPAY_CPU, theirs.cpu);
            figures.note(&rows::WXPAY_SHARE, cost / theirs.cpu);
            figures.note(&rows::SDK_AGAINST_WXPAY, calls.cpu / theirs.cpu);
        }
        Ok(())
    }

    /// Counts allocations. `perf` needs root for that; without it the other figures stay.
    fn allocations(&self, figures: &mut Figures) {
        for tied in &self.tied {
            if let Err(error) = count_allocations(&self.cores, tied, self.binary, self.folder, figures) {
                eprintln!("{}: allocations are not counted: {error:#}", tied.store);
            }
        }
    }

    /// Measures two starts: a sandbox over an empty folder makes its keys, and its next start finds them. Then a reset
    /// of the running sandbox, and a start inside a test.
    fn start_up(&self, figures: &mut Figures) -> Result<()> {
        let folder = tempfile::tempdir_in(self.folder)?;
        for (ready, token) in [(&rows::COLD_READY, &rows::COLD_TOKEN), (&rows::WARM_READY, &rows::WARM_TOKEN)]
        {
            let mut server = Server::start(self.binary, folder.path())?;
            figures.note(ready, milliseconds(server.ready_after));
            figures.note(token, milliseconds(server.first_token()?));
            if ready.key == rows::WARM_READY.key {
                let reset = reset::measure(&server)?;
                figures.note(&rows::RESET, milliseconds(reset));
                let ready_after = server.ready_after.as_secs_f64();
                figures.note(&rows::RESET_RATIO, reset.as_secs_f64() / ready_after);
                drop(server);
                let started =
                    in_process::measure(self.start_time.as_deref().context("the program was not built")?)?;
                figures.note(&rows::TEST_START, milliseconds(started));
                figures.note(&rows::TEST_START_RATIO, started.as_secs_f64() / ready_after);
            }
        }
        let size = std::fs::metadata(self.binary)?.len();
        figures.note(&rows::BINARY, size as f64 / 1e6);
        Ok(())
    }
}

/// Returns the value of `--store` for a store. For PostgreSQL it creates a new database.
fn place(store: Store, database: Option<&Cluster>) -> Result<Option<String>> {
    match store {
        Store::Sqlite => Ok(None),
        Store::Memory => Ok(Some("memory".to_owned())),
        Store::Postgres => database.context("PostgreSQL was not started")?.create("tokens").map(Some),
    }
}
