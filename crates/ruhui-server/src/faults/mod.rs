//! Faults on purpose: rules that make a sandbox answer wrongly, late or not at all.
//!
//! A rule says which requests or callbacks, which fault, and how often. Rules come from the controls, from `ruhui.toml`
//! and from the header `Ruhui-Fault` of a single request. The first rule in order that matches and plays decides;
//! delays add up with it. Each rule counts its own matches, whatever the others do, so that the same rule plays the
//! same matches in every run.
//!
//! This module decides what happens; the parts of the service that it concerns carry it out.

mod active;
mod error;
mod facts;
mod foreign_key;
mod header;
mod kind;
mod plan;
mod rule;
mod table;
#[cfg(test)]
mod tests;
mod wrong;

pub use active::{Faults, ListedRule, MOST_RULES, RuleSource};
pub use error::{AddError, RuleError};
pub use facts::{CallbackFacts, RequestFacts};
pub use foreign_key::ForeignKey;
pub use header::{HEADER, HeaderFaults};
pub use kind::{FaultGroup, FaultHost, FaultKind, FaultTime};
pub use plan::{Plan, PlayedFault};
pub use rule::{FaultRule, LONGEST_DELAY};
pub use table::{FAULTS, FaultRow};
pub(crate) use wrong::{OFF_TIME, unknown_serial};
