//! `cargo xtask bench`: what a token costs on this machine, against the RSA operations in it.
//!
//! Everything is measured in one run, in rounds that go through all parts, so that a machine that is busy for
//! a while spoils a round and not a figure. The service is the shipped binary with its defaults: every check,
//! the once-only rule and a durable store, and no rate limit.

mod clock;
mod figures;
mod load;
mod others;
mod requests;
mod sdk;
mod server;

use crate::command::{cargo, read, read_file};
use crate::metadata::Metadata;
use crate::step::Outcome;
use anyhow::{Context as _, Result};
use clap::Args;
use clock::{Cores, thread_cpu};
use figures::Figures;
use load::Pace;
use requests::Maker;
use ruhui_core::key::PrivateKey;
use serde_json::json;
use server::Server;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Connections that the load generator keeps open.
const CONNECTIONS: usize = 64;

/// How long to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Rounds through all parts; the table shows the least, the median and the greatest value.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// About how long each part of a round takes.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=60))]
    seconds: u32,
    /// Measures this binary in place of one built now: to compare two versions.
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Writes the figures, with every round's value, to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Only makes so many calls through the SDK, in this process.
    #[arg(long, hide = true, requires = "sandbox", default_value_t = 0)]
    calls: usize,
    /// The sandbox to call.
    #[arg(long, hide = true)]
    sandbox: Option<PathBuf>,
}

/// Measures; the table is what it has to say.
pub(crate) fn run(options: &Options) -> Outcome {
    if cfg!(debug_assertions) {
        // The same again, optimised: what is measured in this process counts as well.
        let mut again = cargo(["run", "--release", "--package", "xtask", "--"]);
        return Ok(read(again.args(std::env::args_os().skip(1)))?.trim_end().to_owned());
    }
    if let Some(folder) = &options.sandbox {
        return sdk::run(folder, options.calls);
    }
    let target = Metadata::read()?.target_directory()?;
    // On a disk: the system's folder for temporary files may be in memory, where durability costs nothing.
    let folder = tempfile::Builder::new().prefix("bench").tempdir_in(&target)?;
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => {
            crate::sandbox::build()?;
            target.join("release/ruhui")
        }
    };
    others::accept_callbacks()?;
    let bench = Bench::start(&binary, folder.path(), options.seconds)?;
    let machine = machine()?;
    let mut figures = Figures::default();
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        bench.round(round, &mut figures)?;
    }
    if let Some(path) = &options.json {
        let all = json!({ "machine": machine, "rounds": options.rounds, "figures": figures.to_json() });
        std::fs::write(path, format!("{all:#}\n")).with_context(|| path.display().to_string())?;
    }
    Ok(format!("{machine}\n\n{figures}"))
}

/// The machine, in a line.
fn machine() -> Result<String> {
    let info = read_file("/proc/cpuinfo")?;
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let load = read_file("/proc/loadavg")?;
    Ok(format!(
        "{} × {}, load average before the run {}",
        std::thread::available_parallelism()?,
        model.map_or("a processor without a name", |(_, model)| model),
        load.split(' ').next().unwrap_or_default(),
    ))
}

/// What the rounds share.
struct Bench<'a> {
    binary: &'a Path,
    folder: &'a Path,
    cores: Cores,
    seconds: f64,
    /// One service tied to the first core and one that may use all; the one not in use sleeps.
    tied: (Server, Maker),
    free: (Server, Maker),
}

impl<'a> Bench<'a> {
    fn start(binary: &'a Path, folder: &'a Path, seconds: u32) -> Result<Self> {
        let cores = Cores::find()?;
        let start = |name: &str| -> Result<_> {
            let mut server = Server::start(binary, &folder.join(name))?;
            server.first_token()?;
            let maker = Maker::new(&server.kit)?;
            Ok((server, maker))
        };
        let tied = cores.on_first(|| start("tied"))?;
        let free = start("free")?;
        Ok(Self { binary, folder, cores, seconds: f64::from(seconds), tied, free })
    }

    fn round(&self, round: u32, figures: &mut Figures) -> Result<()> {
        let (verify, sign) = self.cores.on_first(|| rsa(self.tied.1.key()))?;
        let rsa = verify + sign;
        let limit = 1e6 / rsa;
        figures.note(&figures::VERIFY, verify);
        figures.note(&figures::SIGN, sign);
        figures.note(&figures::LIMIT, limit);
        let tokens = self.service_alone(rsa, limit, figures)?;
        self.other_calls(round, tokens, figures)?;
        self.service_shared(sign, limit, figures)?;
        self.sdk(rsa, limit, figures)?;
        self.start_up(figures)
    }

    /// The service has a core to itself.
    fn service_alone(&self, rsa: f64, limit: f64, figures: &mut Figures) -> Result<f64> {
        let (server, maker) = &self.tied;
        let requests = maker.requests((limit * self.seconds) as usize)?;
        let before = server.cpu()?;
        let replies =
            self.cores.on_second(|| load::send(server.address()?, CONNECTIONS, &requests, Pace::Closed))?;
        let cpu = (server.cpu()? - before).as_secs_f64() * 1e6 / requests.len() as f64;
        maker.check(&replies.kept)?;
        let rate = requests.len() as f64 / replies.wall.as_secs_f64();
        figures.note(&figures::SERVICE_RATE, rate);
        figures.note(&figures::SERVICE_CPU, cpu);
        figures.note(&figures::SERVICE_SHARE, rsa / cpu);
        figures.note(&figures::SERVICE_RATIO, rate / limit);
        Ok(rate)
    }

    /// The same for calls about cards, beside so many tokens a second.
    fn other_calls(&self, round: u32, tokens: f64, figures: &mut Figures) -> Result<()> {
        let (server, maker) = &self.tied;
        let count = (tokens * self.seconds / 4.0) as usize;
        let requests = others::Requests::make(server, maker, round, count)?;
        for (requests, rate, ratio) in [
            (&requests.query, &figures::QUERY_RATE, &figures::QUERY_RATIO),
            (&requests.list, &figures::LIST_RATE, &figures::LIST_RATIO),
            (&requests.confirm, &figures::CONFIRM_RATE, &figures::CONFIRM_RATIO),
        ] {
            let replies = self
                .cores
                .on_second(|| load::send(server.address()?, CONNECTIONS, requests, Pace::Closed))?;
            let per_second = requests.len() as f64 / replies.wall.as_secs_f64();
            figures.note(rate, per_second);
            figures.note(ratio, per_second / tokens);
        }
        Ok(())
    }

    /// The service and its callers share two cores.
    fn service_shared(&self, sign: f64, limit: f64, figures: &mut Figures) -> Result<()> {
        let (server, maker) = &self.free;
        let send = |count: f64, pace: Pace| -> Result<_> {
            let requests = maker.requests(count as usize)?;
            let replies = load::send(server.address()?, CONNECTIONS, &requests, pace)?;
            maker.check(&replies.kept)?;
            Ok((requests.len() as f64 / replies.wall.as_secs_f64(), replies))
        };
        let (rate, _) = send(2.0 * limit * self.seconds, Pace::Closed)?;
        figures.note(&figures::SHARED_RATE, rate);
        let (third, two_thirds) = (rate / 3.0, rate / 1.5);
        let (_, replies) = send(third * self.seconds, Pace::Open(third))?;
        let [p50, p99] = [0.5, 0.99].map(|share| replies.quantile(share).as_secs_f64() * 1e3);
        figures.note(&figures::THIRD_P50, p50);
        figures.note(&figures::THIRD_P99, p99);
        figures.note(&figures::THIRD_P50_SIGNS, p50 * 1e3 / sign);
        figures.note(&figures::THIRD_P99_SIGNS, p99 * 1e3 / sign);
        let (_, replies) = send(two_thirds * self.seconds, Pace::Open(two_thirds))?;
        let [p50, p99] = [0.5, 0.99].map(|share| replies.quantile(share).as_secs_f64() * 1e3);
        figures.note(&figures::TWO_THIRDS_P50, p50);
        figures.note(&figures::TWO_THIRDS_P99, p99);
        Ok(())
    }

    /// The SDK has a core to itself, and the service that it calls has the other.
    fn sdk(&self, rsa: f64, limit: f64, figures: &mut Figures) -> Result<()> {
        let count = (limit * self.seconds) as usize;
        let calls = self.cores.on_second(|| sdk::measure(&self.folder.join("tied"), count))?;
        figures.note(&figures::SDK_RATE, calls.per_second);
        figures.note(&figures::SDK_CPU, calls.cpu);
        figures.note(&figures::SDK_SHARE, rsa / calls.cpu);
        Ok(())
    }

    /// A sandbox on an empty folder makes its keys; one that starts again finds them.
    fn start_up(&self, figures: &mut Figures) -> Result<()> {
        let folder = tempfile::tempdir_in(self.folder)?;
        for (ready, token) in
            [(&figures::COLD_READY, &figures::COLD_TOKEN), (&figures::WARM_READY, &figures::WARM_TOKEN)]
        {
            let mut server = Server::start(self.binary, folder.path())?;
            figures.note(ready, milliseconds(server.ready_after));
            figures.note(token, milliseconds(server.first_token()?));
        }
        let size = std::fs::metadata(self.binary)?.len();
        figures.note(&figures::BINARY, size as f64 / 1e6);
        Ok(())
    }
}

/// The cost of one verification and one signature, in microseconds of this thread's processor time.
fn rsa(key: &PrivateKey) -> Result<(f64, f64)> {
    let public_key = key.public_key();
    // As long as the message of the founding call.
    let message = [b'x'; 260];
    let signature = key.sign(&message);
    let verify = each(4000, || {
        black_box(public_key.verifies(black_box(&message), black_box(&signature)));
    });
    let sign = each(1000, || {
        black_box(key.sign(black_box(&message)));
    });
    Ok((verify, sign))
}

fn each(count: u32, mut work: impl FnMut()) -> f64 {
    let before = thread_cpu();
    (0..count).for_each(|_| work());
    (thread_cpu() - before).as_secs_f64() * 1e6 / f64::from(count)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
