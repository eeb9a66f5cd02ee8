//! The report: a table for people, JSON for programs, and the goals.

use super::attack::Aim;
use super::good::{Phase, Times};
use super::tally::thousands;
use super::trial::Trial;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Greatest ratio of the good client's p99 during an attack that holds memory or connections to its p99 before.
const SLOWER: f64 = 2.0;

/// A goal that an attack made the service miss.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Miss {
    /// The service's process ended.
    Ended(String),
    /// Resident memory, in MB, was above the bound.
    Memory { peak: u64, bound: u64 },
    /// Requests of the good client failed.
    Failed { calls: usize, of: usize },
    /// The good client's p99 was this many times its p99 before the attack.
    Slower { connection: &'static str, times: f64 },
}

impl Miss {
    /// Returns whether the miss fails the run. Latency does not: it depends on how fast a shared machine is at the
    /// moment.
    pub(super) fn is_fatal(&self) -> bool {
        !matches!(self, Self::Slower { .. })
    }
}

impl std::fmt::Display for Miss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ended(status) => write!(f, "the service ended: {status}"),
            Self::Memory { peak, bound } => write!(f, "{peak} MB, above {bound} MB"),
            Self::Failed { calls, of } => write!(f, "{calls} of {of} good calls failed"),
            Self::Slower { connection, times } => write!(f, "p99 × {times:.2} over {connection} connections"),
        }
    }
}

/// Length and strength of the attacks, which decide the goals that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Attacks on processor time are so strong that good requests may be rejected. Only memory counts for these.
    Long,
    /// Every attack leaves capacity, so a good request may not fail. Latencies are not compared.
    Short,
}

/// Returns the goals that `trial` missed, with resident memory bounded to `bound` bytes.
pub(super) fn misses(trial: &Trial, form: Form, bound: u64) -> Vec<Miss> {
    let mut misses = Vec::new();
    let [before, during, after] = trial.good();
    if let Some(status) = &trial.ended {
        misses.push(Miss::Ended(status.clone()));
    }
    if trial.memory[1] > bound {
        misses.push(Miss::Memory { peak: mega(trial.memory[1]), bound: mega(bound) });
    }
    let (calls, of) = [during, after]
        .iter()
        .fold((0, 0), |(failed, calls), phase| (failed + phase.all.failed, calls + phase.all.calls));
    if calls > 0 && (form == Form::Short || trial.attack.aim == Aim::Hold) {
        misses.push(Miss::Failed { calls, of });
    }
    if form == Form::Long && trial.attack.aim == Aim::Hold {
        for (connection, during, before) in
            [("kept", during.kept, before.kept), ("new", during.new, before.new)]
        {
            let times = during.ratio(&before);
            if times > SLOWER {
                misses.push(Miss::Slower { connection, times });
            }
        }
    }
    misses
}

/// Returns the report as a Markdown table.
pub(super) fn table(trials: &[Trial], form: Form, bound: u64) -> String {
    let mut text =
        "| Attack | Connections | Seen by the attackers | Good client: p50/p99 before → during → after, ms \
                    | p99 during against before: kept, new | Failed | RSS before → peak → after, MB \
                    | Open files | Goals |\n|---|---|---|---|---|---|---|---|---|"
            .to_owned();
    for trial in trials {
        let _ = write!(text, "\n{}", row(trial, form, bound));
    }
    text
}

/// Returns the line of one attack.
pub(super) fn row(trial: &Trial, form: Form, bound: u64) -> String {
    let [before, during, after] = trial.good();
    let times =
        |times: Times| format!("{}/{}", milliseconds(times, |t| t.p50), milliseconds(times, |t| t.p99));
    let phases = [before, during, after];
    let failed: usize = phases.iter().map(|phase| phase.all.failed).sum();
    let calls: usize = phases.iter().map(|phase| phase.all.calls).sum();
    let [low, peak, end] = trial.memory.map(mega);
    let [open_before, open_most, open_after] = trial.descriptors;
    let misses = misses(trial, form, bound);
    let goals = match (&misses[..], trial.attack.aim, form) {
        ([], Aim::Work, Form::Long) => "memory met; the rest is only reported".to_owned(),
        ([], ..) => "met".to_owned(),
        (misses, ..) => {
            let misses: Vec<_> = misses.iter().map(ToString::to_string).collect();
            format!("**missed**: {}", misses.join("; "))
        }
    };
    format!(
        "| {} | {} | {} | {} → {} → {} | {:.1}, {:.1} | {failed} of {calls} | {low} → {peak} → {end} \
         | {open_before} → {open_most} → {open_after} | {goals} |",
        trial.attack.name,
        thousands(trial.connections as u64),
        trial.tally.summary(),
        times(before.all),
        times(during.all),
        times(after.all),
        during.kept.ratio(&before.kept),
        during.new.ratio(&before.new),
    )
}

/// Returns every figure as JSON.
pub(super) fn to_json(trials: &[Trial], form: Form, bound: u64, machine: &str) -> Value {
    let of = |trial: &Trial| {
        let [before, during, after] = trial.good().map(Phase::to_json);
        let misses: Vec<_> = misses(trial, form, bound).iter().map(ToString::to_string).collect();
        json!({
            "attack": trial.attack.name,
            "about": trial.attack.about,
            "connections": trial.connections,
            "attackers": trial.tally.to_json(),
            "good": { "before": before, "during": during, "after": after },
            "memory_bytes": { "before": trial.memory[0], "peak": trial.memory[1], "after": trial.memory[2] },
            "open_files": {
                "before": trial.descriptors[0],
                "most": trial.descriptors[1],
                "after": trial.descriptors[2],
            },
            "missed": misses,
        })
    };
    json!({
        "machine": machine,
        "bound_bytes": bound,
        "attacks": trials.iter().map(of).collect::<Vec<_>>(),
    })
}

fn mega(bytes: u64) -> u64 {
    (bytes + 500_000) / 1_000_000
}

fn milliseconds(times: Times, which: impl Fn(&Times) -> std::time::Duration) -> String {
    let time = which(&times).as_secs_f64() * 1e3;
    if time < 10.0 { format!("{time:.1}") } else { format!("{time:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hostile::attack::Attack;
    use crate::hostile::good::Served;
    use crate::hostile::tally::Tally;
    use crate::load::responses::{Answer, Sample};
    use std::time::Duration;

    /// Returns samples of 50 requests over each kind of connection. `failed` of those over new connections fail.
    fn served(latency: u64, failed: usize) -> Served {
        let sample = |answer| Sample {
            due: Duration::ZERO,
            sent: Duration::ZERO,
            done: Duration::from_millis(latency),
            answer,
        };
        let answer = |number: usize| if number < failed { Answer::Broken } else { Answer::OK };
        Served {
            kept: vec![sample(Answer::OK); 50],
            new: (0..50).map(|number| sample(answer(number))).collect(),
        }
    }

    fn trial(name: &str, p99: u64, failed: usize, peak: u64) -> Trial {
        Trial {
            attack: Attack::find(name).unwrap(),
            connections: 1000,
            served: [served(4, 0), served(p99, failed), served(4, 0)],
            memory: [30_000_000, peak, 40_000_000],
            descriptors: [20, 1020, 20],
            tally: Tally::default(),
            ended: None,
        }
    }

    const BOUND: u64 = 200_000_000;

    #[test]
    fn an_attack_that_holds_must_leave_the_good_client_in_peace() {
        assert_eq!(misses(&trial("idle", 8, 0, BOUND), Form::Long, BOUND), []);
        let missed = misses(&trial("idle", 9, 3, BOUND + 1_000_000), Form::Long, BOUND);
        let slower = |connection| Miss::Slower { connection, times: 2.25 };
        assert_eq!(
            missed,
            [
                Miss::Memory { peak: 201, bound: 200 },
                Miss::Failed { calls: 3, of: 200 },
                slower("kept"),
                slower("new")
            ]
        );
        assert_eq!(missed.iter().filter(|miss| miss.is_fatal()).count(), 2);
    }

    #[test]
    fn a_flood_is_only_reported_unless_it_takes_memory_or_is_small() {
        let flood = trial("bad-signatures", 400, 3, BOUND);
        assert_eq!(misses(&flood, Form::Long, BOUND), []);
        assert_eq!(misses(&flood, Form::Short, BOUND), [Miss::Failed { calls: 3, of: 200 }]);
        assert_eq!(misses(&flood, Form::Long, BOUND - 1_000_000).len(), 1);
    }

    #[test]
    fn the_short_form_compares_no_times() {
        assert_eq!(misses(&trial("idle", 4000, 0, BOUND), Form::Short, BOUND), []);
    }

    #[test]
    fn a_service_that_ended_is_named_first() {
        let mut trial = trial("large-uploads", 4, 0, BOUND);
        trial.ended = Some("signal: 6".to_owned());
        assert!(row(&trial, Form::Long, BOUND).contains("**missed**: the service ended: signal: 6"));
    }
}
