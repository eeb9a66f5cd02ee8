//! Counts of the attackers' events. Their process prints them and the measuring process reads them.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Events of one attack, as its attackers saw them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Most connections that were open at once.
    pub(super) most_open: u64,
    pub(super) events: BTreeMap<String, u64>,
}

/// Names of events that are not responses. A response is counted under its status.
pub(super) const CLOSED: &str = "closed";
pub(super) const UNREACHABLE: &str = "not connected";

/// Number of events that the summary names. The others are added up.
const NAMED: usize = 3;

impl Tally {
    pub(super) fn count(&mut self, event: impl Into<String>, times: u64) {
        *self.events.entry(event.into()).or_default() += times;
    }

    /// Adds the events of another round.
    pub(super) fn extend(&mut self, other: Self) {
        self.most_open = self.most_open.max(other.most_open);
        for (event, times) in other.events {
            self.count(event, times);
        }
    }

    /// Returns the counts as one line of JSON.
    pub(super) fn to_json(&self) -> Value {
        json!({ "most_open": self.most_open, "events": self.events })
    }

    pub(super) fn parse(line: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(line)?;
        let most_open = value["most_open"].as_u64().context("the attackers' process printed no count")?;
        let events = value["events"].as_object().context("the attackers' process printed no events")?;
        let events = events.iter().map(|(event, times)| (event.clone(), times.as_u64().unwrap_or_default()));
        Ok(Self { most_open, events: events.collect() })
    }

    /// Returns the most frequent events, for a cell of a table.
    pub(super) fn summary(&self) -> String {
        let mut events: Vec<_> = self.events.iter().collect();
        events.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
        let mut shown: Vec<_> = events
            .iter()
            .take(NAMED)
            .map(|(event, times)| format!("{} × {event}", thousands(**times)))
            .collect();
        let others: u64 = events.iter().skip(NAMED).map(|(_, times)| **times).sum();
        if others > 0 {
            shown.push(format!("{} others", thousands(others)));
        }
        if shown.is_empty() {
            return "all stay open".to_owned();
        }
        shown.join("; ")
    }
}

/// Formats a number with a comma between groups of three digits.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measuring_process_reads_what_the_attackers_print() {
        let mut tally = Tally { most_open: 7, ..Tally::default() };
        tally.count("408", 2);
        tally.count("408", 1);
        tally.count(CLOSED, 1234);
        assert_eq!(Tally::parse(&tally.to_json().to_string()).unwrap(), tally);
        assert_eq!(tally.summary(), "1,234 × closed; 3 × 408");
        assert!(Tally::parse("{}").is_err());
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
