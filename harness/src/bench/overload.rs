//! Measures overload: load shedding and goodput while twice as many requests come as the service can serve.

use super::figures::Figures;
use super::rows;
use super::service::{Tied, milliseconds};
use crate::clock::Cores;
use crate::load::Pace;
use crate::load::responses::{Answer, Sample, quantile, sorted};
use crate::load::schedule::arrivals;
use anyhow::Result;
use std::time::Duration;

/// Enough connections that requests queue in the service, not in the load generator.
const CONNECTIONS: usize = 2000;
/// Seconds at half of the saturation rate, before and after the overload.
const CALM: f64 = 2.0;
/// Seconds at twice the saturation rate.
const STORM: f64 = 4.0;

/// Sends at half, twice and again half of the saturation rate, at independent times that no response changes.
pub(super) fn measure(tied: &Tied, cores: &Cores, saturation: f64, figures: &mut Figures) -> Result<()> {
    let due = arrivals(&[(saturation / 2.0, CALM), (saturation * 2.0, STORM), (saturation / 2.0, CALM)]);
    let requests = tied.maker.requests(due.len())?;
    let responses = tied.send(cores, CONNECTIONS, requests, Pace::Open(&due))?;
    let samples = &responses.samples;
    let (begin, end) = (CALM, CALM + STORM);

    // Requests that were served during the overload, including ones that were due before it.
    let served = samples.iter().filter(|sample| is_ok(sample) && within(sample.done, begin, end)).count();
    figures.note(&rows::GOODPUT, served as f64 / STORM / saturation);

    // Outcomes of the requests that were due during the overload.
    let storm = due_within(samples, begin, end);
    let share = |is: fn(&Sample) -> bool| {
        storm.iter().filter(|sample| is(sample)).count() as f64 / storm.len() as f64
    };
    figures.note(&rows::SHED, share(|sample| sample.answer == Answer::OVERLOADED));
    figures.note(&rows::UNANSWERED, share(|sample| !matches!(sample.answer, Answer::Status(_))));
    let p99 = |samples: &[Sample], is: fn(&Sample) -> bool| {
        let latencies = sorted(samples.iter().filter(|sample| is(sample)).map(Sample::latency));
        milliseconds(quantile(&latencies, 0.99))
    };
    if share(|sample| sample.answer == Answer::OVERLOADED) > 0.0 {
        figures.note(&rows::SHED_P99, p99(&storm, |sample| sample.answer == Answer::OVERLOADED));
    }
    figures.note(&rows::SERVED_P99, p99(&storm, is_ok));

    let after = due_within(samples, end, end + 1.0);
    figures.note(&rows::BEFORE_P99, p99(&due_within(samples, begin - 1.0, begin), is_ok));
    figures.note(&rows::AFTER_P99, p99(&after, is_ok));
    let ok = after.iter().filter(|sample| is_ok(sample)).count();
    figures.note(&rows::AFTER_OK, ok as f64 / after.len() as f64);

    for (status, response) in &responses.others {
        show(*status, response);
    }
    Ok(())
}

fn is_ok(sample: &Sample) -> bool {
    sample.answer == Answer::OK
}

fn within(time: Duration, begin: f64, end: f64) -> bool {
    (begin..end).contains(&time.as_secs_f64())
}

fn due_within(samples: &[Sample], begin: f64, end: f64) -> Vec<Sample> {
    samples.iter().filter(|sample| within(sample.due, begin, end)).copied().collect()
}

/// Prints a rejection for the person who watches the run.
fn show(status: u16, response: &[u8]) {
    let text = String::from_utf8_lossy(response);
    let retry = text.lines().find(|line| line.to_ascii_lowercase().starts_with("retry-after"));
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    eprintln!("  overload: {status}, {}, {body}", retry.unwrap_or("no Retry-After"));
}
