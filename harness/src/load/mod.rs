//! `cargo harness load`: sends token requests to a service at a rate, and reports their outcomes and latencies.
//!
//! All requests are signed before the first is sent. Each is different, and each is sent once. Latency counts from the
//! time at which a request was due, so the stall of a service shows in it (no coordinated omission).

mod head;
pub(crate) mod requests;
pub(crate) mod responses;
pub(crate) mod schedule;
mod send;
mod timer;

pub(crate) use head::Head;
pub(crate) use send::{Lifetime, Pace, send, send_and_store, send_awake};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use requests::Maker;
use responses::{Answer, Responses, quantile, sorted};
use ruhui_core::api::card_member::OpenUserCardToken;
use ruhui_core::types::OpenId;
use ruhui_harness::command::{cargo, read};
use ruhui_harness::kit::Kit;
use ruhui_harness::step::Outcome;
use schedule::{Random, arrivals};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

/// The requests to send, and their target.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The folder of a running sandbox.
    #[arg(long, value_name = "FOLDER", required_unless_present = "kit")]
    sandbox: Option<PathBuf>,
    /// The kit.env of a service that is not a sandbox on this machine.
    #[arg(long, value_name = "FILE", conflicts_with = "sandbox")]
    kit: Option<PathBuf>,
    /// Address to send to, in place of the kit's main host. Several addresses are used in turn.
    #[arg(long, value_name = "HOST:PORT")]
    address: Vec<SocketAddr>,
    /// Requests a second, at independent times that no response changes.
    #[arg(long, value_name = "R", required_unless_present = "saturate")]
    rate: Option<f64>,
    /// Seconds to send for.
    #[arg(long, default_value_t = 10.0, value_name = "S", conflicts_with = "saturate")]
    seconds: f64,
    /// Sends this many requests in place of a rate: each connection sends the next as soon as it has its response.
    #[arg(long, value_name = "N", conflicts_with = "rate")]
    saturate: Option<usize>,
    /// Never sleeps: the sender needs a core for itself.
    #[arg(long)]
    awake: bool,
    /// Connections, which stay open.
    #[arg(long, default_value_t = 64, value_name = "N")]
    connections: usize,
    /// Spreads the requests at random over this many openids in place of the kit's one. They are not registered, so the
    /// service must accept unknown ones, as a sandbox does.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    users: Option<u64>,
    /// Also reports the outcomes of each second.
    #[arg(long)]
    by_second: bool,
    /// Also writes the report to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Sends the requests, and returns the report.
pub(crate) fn run(options: &Options) -> Outcome {
    if cfg!(debug_assertions) {
        // Starts this program again, optimised: signing takes longest, and the sender must not be the bottleneck.
        let mut again = cargo(["run", "--profile", "dist", "--package", "ruhui-harness", "--"]);
        return Ok(read(again.args(std::env::args_os().skip(1)))?.trim_end().to_owned());
    }
    let rate = options.rate.unwrap_or(1.0);
    ensure!(rate > 0.0 && options.seconds > 0.0, "rate and seconds must be above 0");
    let kit = match (&options.sandbox, &options.kit) {
        (Some(folder), _) => Kit::read(folder)?,
        (None, Some(file)) => Kit::of(file)?,
        (None, None) => anyhow::bail!("neither --sandbox nor --kit is given"),
    };
    let addresses = match &options.address[..] {
        [] => vec![main_host(&kit)?],
        addresses => addresses.to_vec(),
    };
    let maker = Maker::new(&kit)?;
    let due = if options.saturate.is_some() { Vec::new() } else { arrivals(&[(rate, options.seconds)]) };
    let count = options.saturate.unwrap_or(due.len());
    let requests = match options.users {
        None => maker.requests(count)?,
        Some(users) => {
            let random = Mutex::new(Random::default());
            maker.requests_for(count, |_| {
                let mut random = random.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let openid = OpenId::new(format!("oLoad{:023}", random.below(users)))?;
                Ok(OpenUserCardToken { openid, ..maker.call().clone() })
            })?
        }
    };
    let pace = if options.saturate.is_some() { Pace::Closed } else { Pace::Open(&due) };
    let send = if options.awake { send_awake } else { send };
    let responses = send(&addresses, options.connections, requests, pace)?;
    if let Some(path) = &options.json {
        let all = format!("{:#}\n", to_json(&responses, options));
        std::fs::write(path, all).with_context(|| path.display().to_string())?;
    }
    Ok(report(&responses, options))
}

/// Returns the address of the kit's service.
pub(crate) fn main_host(kit: &Kit) -> Result<SocketAddr> {
    let url = kit.value("RUHUI_BASE_URL")?;
    let address = url.strip_prefix("http://").context("the load generator speaks plain HTTP only")?;
    address.parse().with_context(|| format!("`{address}` is no address; name one with --address"))
}

const QUANTILES: [(&str, f64); 4] = [("p50", 0.5), ("p99", 0.99), ("p999", 0.999), ("max", 1.0)];

/// Formats the report for people.
fn report(responses: &Responses, options: &Options) -> String {
    let mut text = String::new();
    let mut say = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    let count = responses.samples.len();
    say(format!(
        "{count} requests in {:.1} s over {} connections: {:.1} a second sent, {:.1} answered 200",
        responses.wall.as_secs_f64(),
        options.connections,
        responses.per_second(),
        responses.latencies().len() as f64 / responses.wall.as_secs_f64(),
    ));
    for (answer, count) in responses.counts() {
        let times = latencies(responses, answer);
        let mut line = format!("{:<16}{count:>9}", answer.to_string());
        for (name, share) in QUANTILES {
            let _ = write!(line, "  {name} {:.3} ms", milliseconds(quantile(&times, share)));
        }
        say(line);
    }
    let sent = sorted(responses.samples.iter().map(|sample| sample.sent.saturating_sub(sample.due)));
    say(format!(
        "sent late: p50 {:.3} ms, p99 {:.3} ms, max {:.3} ms; the sender's own CPU {:.1} µs a request",
        milliseconds(quantile(&sent, 0.5)),
        milliseconds(quantile(&sent, 0.99)),
        milliseconds(quantile(&sent, 1.0)),
        responses.cpu.as_secs_f64() * 1e6 / count as f64,
    ));
    if options.by_second {
        say(format!("{:>6}{:>9}{:>9}{:>9}{:>12}{:>12}", "second", "due", "200", "other", "p99 ms", "max ms"));
        for second in by_second(responses) {
            let number = |name: &str| second[name].as_f64().unwrap_or_default();
            say(format!(
                "{:>6}{:>9}{:>9}{:>9}{:>12.3}{:>12.3}",
                number("second"),
                number("due"),
                number("ok"),
                number("due") - number("ok"),
                number("p99_ms"),
                number("max_ms")
            ));
        }
    }
    text.trim_end().to_owned()
}

/// Formats the report as JSON.
fn to_json(responses: &Responses, options: &Options) -> Value {
    let answers: Vec<_> = responses
        .counts()
        .into_iter()
        .map(|(answer, count)| {
            let times = latencies(responses, answer);
            let quantiles: serde_json::Map<String, Value> = QUANTILES
                .iter()
                .map(|(name, share)| (format!("{name}_ms"), json!(milliseconds(quantile(&times, *share)))))
                .collect();
            json!({ "answer": answer.to_string(), "count": count, "latency": quantiles })
        })
        .collect();
    json!({
        "requests": responses.samples.len(),
        "seconds": responses.wall.as_secs_f64(),
        "rate": options.rate,
        "connections": options.connections,
        "answers": answers,
        "sender_cpu_us": responses.cpu.as_secs_f64() * 1e6 / responses.samples.len() as f64,
        "by_second": by_second(responses),
    })
}

/// Returns the outcomes of the requests that were due in each second. Latencies include failed requests.
fn by_second(responses: &Responses) -> Vec<Value> {
    let last = responses.samples.iter().map(|sample| sample.due.as_secs()).max().unwrap_or_default();
    let of = |second: u64| {
        let due: Vec<_> = responses.samples.iter().filter(|sample| sample.due.as_secs() == second).collect();
        let ok = due.iter().filter(|sample| sample.answer == Answer::OK).count();
        let times = sorted(due.iter().map(|sample| sample.latency()));
        let [p99, max] = [0.99, 1.0].map(|share| milliseconds(quantile(&times, share)));
        json!({ "second": second, "due": due.len(), "ok": ok, "p99_ms": p99, "max_ms": max })
    };
    (0..=last).map(of).collect()
}

fn latencies(responses: &Responses, answer: Answer) -> Vec<Duration> {
    sorted(responses.samples.iter().filter(|sample| sample.answer == answer).map(responses::Sample::latency))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
