//! The faults that a request or a callback gets.

use super::kind::{FaultKind, FaultTime};
use super::rule::FaultRule;
use std::sync::Arc;
use std::time::Duration;

/// A fault that is played.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PlayedFault {
    /// The id of the rule, such as `f1`; `header` for a fault of the request's header.
    pub id: Arc<str>,
    /// The rule.
    pub rule: Arc<FaultRule>,
}

impl PlayedFault {
    /// The kind of the fault.
    pub fn kind(&self) -> FaultKind {
        self.rule.fault
    }

    /// The moment of the fault, if it has to do with a commit.
    pub fn time(&self) -> Option<FaultTime> {
        self.rule.time()
    }

    /// The duration of a delay; zero for other faults.
    pub fn delay(&self) -> Duration {
        Duration::from_millis(self.rule.delay_ms.unwrap_or(0))
    }
}

/// The faults of a request: delays, and at most one other fault.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The delays. They add up.
    pub delays: Vec<PlayedFault>,
    /// The other fault.
    pub fault: Option<PlayedFault>,
}

impl Plan {
    /// Whether nothing happens.
    pub fn is_empty(&self) -> bool {
        self.delays.is_empty() && self.fault.is_none()
    }

    /// The duration of all delays at this moment.
    pub fn delay(&self, time: FaultTime) -> Duration {
        let delays = self.delays.iter().filter(|delay| delay.time() == Some(time));
        delays.map(PlayedFault::delay).sum()
    }

    /// The fault at this moment, if there is one. A store failure is none of these: see
    /// [`store_failure`](Self::store_failure).
    pub fn fault_at(&self, time: FaultTime) -> Option<FaultKind> {
        let fault = self.fault.as_ref().filter(|fault| fault.time() == Some(time))?;
        Some(fault.kind()).filter(|kind| *kind != FaultKind::StoreFailure)
    }

    /// Whether the store fails for this request: before its commit, or after it is durable.
    pub fn store_failure(&self) -> Option<FaultTime> {
        let fault = self.fault.as_ref().filter(|fault| fault.kind() == FaultKind::StoreFailure)?;
        fault.time()
    }
}
