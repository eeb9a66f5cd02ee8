//! What was measured: one row for each figure, one value for each round.

use serde_json::{Value, json};
use std::fmt;

/// One figure.
#[derive(Debug)]
pub(super) struct Row {
    /// Its name for programs.
    key: &'static str,
    /// Its name for people.
    what: &'static str,
    unit: &'static str,
    goal: Goal,
}

/// What the median must reach.
#[derive(Debug, Clone, Copy)]
enum Goal {
    None,
    AtLeast(f64),
    AtMost(f64),
}

macro_rules! rows {
    ($($name:ident: $what:literal, $unit:literal, $goal:expr;)*) => {
        $(pub(super) static $name: Row =
            Row { key: stringify!($name), what: $what, unit: $unit, goal: $goal };)*
    };
}

rows! {
    VERIFY: "RSA-2048: one verification", "µs", Goal::None;
    SIGN: "RSA-2048: one signature", "µs", Goal::None;
    LIMIT: "RSA-2048: 1 / (verify + sign)", "1/s", Goal::None;
    SERVICE_RATE: "service on one core: tokens", "1/s", Goal::None;
    SERVICE_CPU: "service on one core: CPU for a token", "µs", Goal::None;
    SERVICE_SHARE: "service on one core: RSA's share of that CPU", "", Goal::AtLeast(0.86);
    SERVICE_RATIO: "service on one core: tokens against the limit", "", Goal::AtLeast(0.84);
    QUERY_RATE: "service on one core: queries of a card", "1/s", Goal::None;
    QUERY_RATIO: "service on one core: queries against tokens", "", Goal::None;
    LIST_RATE: "service on one core: lists of a user's cards", "1/s", Goal::None;
    LIST_RATIO: "service on one core: lists against tokens", "", Goal::None;
    CONFIRM_RATE: "service on one core: confirmations", "1/s", Goal::None;
    CONFIRM_RATIO: "service on one core: confirmations against tokens", "", Goal::None;
    SHARED_RATE: "service and callers on the same two cores: tokens", "1/s", Goal::None;
    THIRD_P50: "latency at a third of that: p50", "ms", Goal::None;
    THIRD_P99: "latency at a third of that: p99", "ms", Goal::None;
    THIRD_P50_SIGNS: "latency at a third of that: p50 in signatures", "", Goal::AtMost(3.0);
    THIRD_P99_SIGNS: "latency at a third of that: p99 in signatures", "", Goal::AtMost(12.0);
    TWO_THIRDS_P50: "latency at two thirds of that: p50", "ms", Goal::None;
    TWO_THIRDS_P99: "latency at two thirds of that: p99", "ms", Goal::None;
    SDK_RATE: "SDK, 32 calls in flight: calls", "1/s", Goal::None;
    SDK_CPU: "SDK, 32 calls in flight: CPU for a call", "µs", Goal::None;
    SDK_SHARE: "SDK, 32 calls in flight: RSA's share of that CPU", "", Goal::AtLeast(0.93);
    COLD_READY: "sandbox on an empty folder: ready", "ms", Goal::None;
    COLD_TOKEN: "sandbox on an empty folder: first token", "ms", Goal::None;
    WARM_READY: "sandbox started again: ready", "ms", Goal::None;
    WARM_TOKEN: "sandbox started again: first token", "ms", Goal::None;
    BINARY: "the binary", "MB", Goal::None;
}

/// All figures of one run, in the order in which they were first noted.
#[derive(Debug, Default)]
pub(super) struct Figures(Vec<(&'static Row, Vec<f64>)>);

impl Figures {
    /// Adds one round's value.
    pub(super) fn note(&mut self, row: &'static Row, value: f64) {
        match self.0.iter_mut().find(|(known, _)| known.key == row.key) {
            Some((_, values)) => values.push(value),
            None => self.0.push((row, vec![value])),
        }
    }

    /// For programs.
    pub(super) fn to_json(&self) -> Value {
        let figure = |(row, values): &(&Row, Vec<f64>)| {
            let [min, median, max] = spread(values);
            json!({
                "name": row.key.to_lowercase(), "what": row.what, "unit": row.unit,
                "min": min, "median": median, "max": max, "rounds": values, "goal": row.goal.to_string(),
            })
        };
        self.0.iter().map(figure).collect()
    }
}

fn spread(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let median = match sorted.len() % 2 {
        0 => (sorted[middle - 1] + sorted[middle]) / 2.0,
        _ => sorted[middle],
    };
    [sorted[0], median, sorted[sorted.len() - 1]]
}

impl Goal {
    fn is_reached(self, median: f64) -> bool {
        match self {
            Self::None => true,
            Self::AtLeast(floor) => median >= floor,
            Self::AtMost(ceiling) => median <= ceiling,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::AtLeast(floor) => write!(f, "≥ {floor}"),
            Self::AtMost(ceiling) => write!(f, "≤ {ceiling}"),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<52}{:>5}{:>10}{:>10}{:>10}  goal", "", "", "min", "median", "max")?;
        for (row, values) in &self.0 {
            let [min, median, max] = spread(values).map(|value| match value {
                value if value >= 1000.0 => format!("{value:.0}"),
                value if value >= 10.0 => format!("{value:.1}"),
                value => format!("{value:.3}"),
            });
            let missed = if row.goal.is_reached(spread(values)[1]) { "" } else { "  MISSED" };
            let line = format!(
                "{:<52}{:>5}{min:>10}{median:>10}{max:>10}  {}{missed}",
                row.what, row.unit, row.goal
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(spread(&[4.0, 1.0, 2.0, 3.0]), [1.0, 2.5, 4.0]);
        assert_eq!(spread(&[3.0, 1.0, 2.0]), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn a_missed_goal_is_said() {
        let mut figures = Figures::default();
        figures.note(&SERVICE_SHARE, 0.5);
        figures.note(&SDK_SHARE, 0.95);
        let text = figures.to_string();
        assert_eq!(text.matches("MISSED").count(), 1, "{text}");
    }
}
