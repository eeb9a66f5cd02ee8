//! The measured figures: one row for each figure, one value for each round.

use super::rows::{Goal, Row};
use super::store::Store;
use crate::load::responses::{quantile, sorted};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// One row and its values.
#[derive(Debug)]
struct Entry {
    row: &'static Row,
    /// The store, if the figure is measured for each store.
    store: Option<Store>,
    values: Vec<f64>,
    /// Latencies of all rounds together. One round has too few for a high quantile.
    pool: Vec<Duration>,
}

/// All figures of one run, in the order in which they were first noted.
#[derive(Debug, Default)]
pub(super) struct Figures {
    entries: Vec<Entry>,
    /// Medians of an earlier run, by key.
    earlier: BTreeMap<String, f64>,
}

impl Figures {
    /// Creates an empty set that is compared with an earlier run's JSON, as [`Figures::to_json`] returns it.
    pub(super) fn beside(earlier: &Value) -> Self {
        let median = |figure: &Value| Some((figure["name"].as_str()?.to_owned(), figure["median"].as_f64()?));
        let earlier = earlier.as_array().into_iter().flatten().filter_map(median).collect();
        Self { entries: Vec::new(), earlier }
    }

    /// Adds one round's value of a figure.
    pub(super) fn note(&mut self, row: &'static Row, value: f64) {
        self.entry(row, None).values.push(value);
    }

    /// Adds one round's value of a figure that is measured for each store.
    pub(super) fn note_of(&mut self, store: Store, row: &'static Row, value: f64) {
        self.entry(row, Some(store)).values.push(value);
    }

    /// Adds one round's latencies to the figure, which is the 99.9th percentile of all of them, in milliseconds.
    pub(super) fn pool_of(&mut self, store: Store, row: &'static Row, times: &[Duration]) {
        let entry = self.entry(row, Some(store));
        entry.pool.extend_from_slice(times);
        let all = sorted(entry.pool.iter().copied());
        entry.values = vec![quantile(&all, 0.999).as_secs_f64() * 1e3];
    }

    fn entry(&mut self, row: &'static Row, store: Option<Store>) -> &mut Entry {
        let known = self.entries.iter().position(|entry| entry.row.key == row.key && entry.store == store);
        let index = known.unwrap_or_else(|| {
            self.entries.push(Entry { row, store, values: Vec::new(), pool: Vec::new() });
            self.entries.len() - 1
        });
        &mut self.entries[index]
    }

    /// Returns all figures as JSON.
    pub(super) fn to_json(&self) -> Value {
        let figure = |entry: &Entry| {
            let [min, median, max] = spread(&entry.values);
            json!({
                "name": entry.key(), "what": entry.what(), "unit": entry.row.unit,
                "min": min, "median": median, "max": max, "rounds": entry.values,
                "goal": entry.goal().to_string(),
            })
        };
        self.entries.iter().map(figure).collect()
    }

    /// Returns all figures as JSON, followed by those that only the earlier run has.
    pub(super) fn to_json_over(&self, earlier: &Value) -> Value {
        let is_new = |figure: &&Value| !self.entries.iter().any(|entry| figure["name"] == entry.key());
        let kept = earlier.as_array().into_iter().flatten().filter(is_new).cloned();
        self.to_json().as_array().into_iter().flatten().cloned().chain(kept).collect()
    }
}

impl Entry {
    fn key(&self) -> String {
        match self.store {
            Some(store) => format!("{}_{}", store.key(), self.row.key.to_lowercase()),
            None => self.row.key.to_lowercase(),
        }
    }

    fn what(&self) -> String {
        match self.store {
            Some(store) => format!("{store}, {}", self.row.what),
            None => self.row.what.to_owned(),
        }
    }

    fn goal(&self) -> Goal {
        match (self.row.goal, self.store) {
            (Goal::OfStores(goals), Some(store)) => {
                let goal = goals.iter().find(|(of, _)| *of == store);
                goal.map_or(Goal::None, |(_, floor)| Goal::AtLeast(*floor))
            }
            (goal, _) => goal,
        }
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

fn shown(value: f64) -> String {
    match value {
        value if value >= 1000.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.3}"),
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["", "min", "median", "max", "committed"];
        let [unit, min, median, max, committed] = heads;
        writeln!(f, "{:<64}{unit:>5}{min:>10}{median:>10}{max:>10}{committed:>11}  goal", "")?;
        for entry in &self.entries {
            let [min, median, max] = spread(&entry.values).map(shown);
            let committed = self.earlier.get(&entry.key()).map(|value| shown(*value)).unwrap_or_default();
            let goal = entry.goal();
            let missed = if goal.is_reached(spread(&entry.values)[1]) { "" } else { "  MISSED" };
            let line = format!(
                "{:<64}{:>5}{min:>10}{median:>10}{max:>10}{committed:>11}  {goal}{missed}",
                entry.what(),
                entry.row.unit,
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows;
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(spread(&[4.0, 1.0, 2.0, 3.0]), [1.0, 2.5, 4.0]);
        assert_eq!(spread(&[3.0, 1.0, 2.0]), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn a_missed_goal_is_said_and_each_store_has_its_own() {
        let mut figures = Figures::default();
        for store in Store::ALL {
            figures.note_of(store, &rows::SHARE, 0.87);
        }
        figures.note(&rows::SDK_SHARE, 0.95);
        let text = figures.to_string();
        let missed: Vec<_> = text.lines().filter(|line| line.contains("MISSED")).collect();
        assert_eq!(missed.len(), 1, "{text}");
        assert!(missed[0].starts_with("memory, "), "{text}");
    }

    #[test]
    fn an_earlier_run_stands_beside() {
        let mut first = Figures::default();
        first.note_of(Store::Sqlite, &rows::RATE, 1234.0);
        let mut second = Figures::beside(&first.to_json());
        second.note_of(Store::Sqlite, &rows::RATE, 2345.0);
        second.note_of(Store::Memory, &rows::RATE, 2345.0);
        assert_eq!(second.to_string().matches("1234").count(), 1, "{second}");
    }

    #[test]
    fn rounds_are_pooled_for_what_is_rare() {
        let mut figures = Figures::default();
        for round in [1, 2] {
            let times: Vec<_> = (0..1000).map(|_| Duration::from_millis(round)).collect();
            figures.pool_of(Store::Sqlite, &rows::HALF_P999, &times);
        }
        assert_eq!(figures.to_json()[0]["median"], 2.0);
    }
}
