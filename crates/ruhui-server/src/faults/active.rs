//! The rules in force, with their counts.

use super::error::AddError;
use super::facts::{CallbackFacts, RequestFacts};
use super::foreign_key::ForeignKey;
use super::header::HeaderFaults;
use super::kind::{FaultGroup, FaultHost, FaultKind};
use super::plan::{Plan, PlayedFault};
use super::rule::FaultRule;
use serde::Serialize;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Number of rules at most.
pub const MOST_RULES: usize = 1000;
/// Number of texts of headers that are counted. The oldest is forgotten.
const MOST_HEADERS: usize = 10_000;

/// The origin of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum RuleSource {
    /// A request to the controls.
    #[serde(rename = "api")]
    Api,
    /// The configuration file.
    #[serde(rename = "ruhui.toml")]
    File,
}

/// A rule in force, as the controls list it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ListedRule {
    /// The id, such as `f1`.
    pub id: String,
    /// The rule.
    #[serde(flatten)]
    pub rule: FaultRule,
    /// The origin of the rule.
    pub source: RuleSource,
    /// Number of requests or callbacks that the rule concerned.
    pub matched: u64,
    /// Number of times that the fault was played.
    pub played: u64,
    /// Whether the rule plays nothing any more.
    pub is_spent: bool,
}

/// The rules in force. They are in memory only.
#[derive(Debug)]
pub struct Faults {
    state: Mutex<State>,
    /// Counts the changes of the list.
    changes: watch::Sender<u64>,
    /// The key of forged signatures.
    pub foreign_key: ForeignKey,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<ActiveRule>,
    /// The rules of the configuration file, whether deleted meanwhile or not.
    of_file: Vec<FaultRule>,
    /// Number of the newest rule.
    newest: u64,
    headers: HeaderCounts,
}

#[derive(Debug)]
struct ActiveRule {
    id: Arc<str>,
    rule: Arc<FaultRule>,
    source: RuleSource,
    matched: u64,
    played: u64,
}

/// The number of requests with each text of the header.
#[derive(Debug, Default)]
struct HeaderCounts {
    counts: HashMap<[u8; 32], u64>,
    oldest: VecDeque<[u8; 32]>,
}

impl Default for Faults {
    fn default() -> Self {
        Self { state: Mutex::default(), changes: watch::Sender::new(0), foreign_key: ForeignKey::default() }
    }
}

impl Faults {
    /// Adds a rule after all others.
    ///
    /// # Errors
    ///
    /// [`AddError`] when the rule has a mistake, or when there are too many.
    pub fn add(&self, rule: FaultRule) -> Result<ListedRule, AddError> {
        rule.check().map_err(AddError::Invalid)?;
        let listed = {
            let mut state = self.state();
            if state.rules.len() >= MOST_RULES {
                return Err(AddError::TooMany { most: MOST_RULES });
            }
            state.push(rule, RuleSource::Api).listed()
        };
        self.changed();
        Ok(listed)
    }

    /// Returns the rules, in the order in which they are tried.
    pub fn list(&self) -> Vec<ListedRule> {
        self.state().rules.iter().map(ActiveRule::listed).collect()
    }

    /// Removes the rule with this id, and returns it if there was one.
    pub fn remove(&self, id: &str) -> Option<ListedRule> {
        let removed = {
            let mut state = self.state();
            let index = state.rules.iter().position(|rule| *rule.id == *id)?;
            state.rules.remove(index).listed()
        };
        self.changed();
        Some(removed)
    }

    /// Removes all rules, and returns their number.
    pub fn clear(&self) -> usize {
        let removed = std::mem::take(&mut self.state().rules).len();
        self.changed();
        removed
    }

    /// Applies the rules of the configuration file. A rule that is in force keeps its id and its counts; one that was
    /// deleted is in force again.
    pub fn apply_file(&self, rules: Vec<FaultRule>) {
        self.state().apply_file(rules);
        self.changed();
    }

    /// Removes the rules that the API added, and begins the counts of the others again.
    pub fn reset(&self) {
        {
            let mut state = self.state();
            state.rules.retain(|rule| rule.source == RuleSource::File);
            for rule in &mut state.rules {
                (rule.matched, rule.played) = (0, 0);
            }
            state.headers = HeaderCounts::default();
            let of_file = state.of_file.clone();
            state.apply_file(of_file);
        }
        self.changed();
    }

    /// Begins the counts of the rules of the configuration file again.
    pub fn begin_counts_again(&self) {
        let mut state = self.state();
        for rule in state.rules.iter_mut().filter(|rule| rule.source == RuleSource::File) {
            (rule.matched, rule.played) = (0, 0);
        }
    }

    /// Decides what happens to a verified request, and counts it. The faults of the request's header come first.
    pub fn request(&self, facts: &RequestFacts<'_>, header: Option<&HeaderFaults>) -> Plan {
        let mut state = self.state();
        let mut plan = Plan::default();
        if let Some(header) = header {
            let number = state.headers.count(header.digest);
            let played = header.rules.iter().filter(|rule| rule.plays(number));
            for rule in played {
                plan.take(PlayedFault { id: "header".into(), rule: rule.clone() });
            }
        }
        for active in &mut state.rules {
            if active.rule.matches_request(facts)
                && let Some(fault) = active.count()
                && plan.take(fault)
            {
                active.played += 1;
            }
        }
        plan
    }

    /// Decides what happens to an attempt at a callback, and counts it.
    pub fn callback(&self, facts: &CallbackFacts<'_>) -> Option<PlayedFault> {
        let mut state = self.state();
        let mut played = None;
        for active in &mut state.rules {
            if active.rule.fault.group() == FaultGroup::Callback
                && active.rule.matches_callback(facts)
                && let Some(fault) = active.count()
                && played.is_none()
            {
                active.played += 1;
                played = Some(fault);
            }
        }
        played
    }

    /// Whether a rule keeps this host down.
    pub fn host_down(&self, host: FaultHost) -> bool {
        let state = self.state();
        let mut down = state.rules.iter().filter(|active| active.rule.fault == FaultKind::HostDown);
        down.any(|active| active.rule.host == Some(host))
    }

    /// Returns a receiver that sees every change of the list.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn changed(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push(&mut self, rule: FaultRule, source: RuleSource) -> &ActiveRule {
        self.newest += 1;
        let id = format!("f{}", self.newest).into();
        self.rules.push(ActiveRule { id, rule: Arc::new(rule), source, matched: 0, played: 0 });
        &self.rules[self.rules.len() - 1]
    }

    fn apply_file(&mut self, rules: Vec<FaultRule>) {
        // Two equal rules of the file are two: each entry keeps one of them.
        let mut wanted = rules.clone();
        self.rules.retain(|active| {
            if active.source != RuleSource::File {
                return true;
            }
            let index = wanted.iter().position(|rule| *rule == *active.rule);
            index.map(|index| wanted.remove(index)).is_some()
        });
        for rule in wanted {
            self.push(rule, RuleSource::File);
        }
        self.of_file = rules;
    }
}

impl ActiveRule {
    /// Counts a match, and returns the fault if the match is one that is played.
    fn count(&mut self) -> Option<PlayedFault> {
        self.matched += 1;
        let is_played = self.rule.plays(self.matched);
        is_played.then(|| PlayedFault { id: self.id.clone(), rule: self.rule.clone() })
    }

    fn listed(&self) -> ListedRule {
        ListedRule {
            id: self.id.to_string(),
            rule: (*self.rule).clone(),
            source: self.source,
            matched: self.matched,
            played: self.played,
            is_spent: self.rule.is_spent(self.matched),
        }
    }
}

impl HeaderCounts {
    /// Counts a request with this text, and returns its number, from 1.
    fn count(&mut self, digest: [u8; 32]) -> u64 {
        if let Some(count) = self.counts.get_mut(&digest) {
            *count += 1;
            return *count;
        }
        if self.oldest.len() >= MOST_HEADERS
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.counts.remove(&oldest);
        }
        self.oldest.push_back(digest);
        self.counts.insert(digest, 1);
        1
    }
}

impl Plan {
    /// Adds a fault. Delays add up; of the others the first wins. Returns whether the fault is played.
    fn take(&mut self, fault: PlayedFault) -> bool {
        match (fault.kind(), &self.fault) {
            (FaultKind::Delay, _) => self.delays.push(fault),
            (_, None) => self.fault = Some(fault),
            (_, Some(_)) => return false,
        }
        true
    }
}
