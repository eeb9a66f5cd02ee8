//! Snapshots: the list.

use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A snapshot of the list. One that cannot be read has a `problem` in place of the facts.
#[derive(Deserialize)]
pub(super) struct Snapshot {
    pub(super) name: String,
    bytes: u64,
    #[serde(default)]
    create_time: String,
    #[serde(default)]
    business_time: String,
    #[serde(default)]
    records: BTreeMap<String, u64>,
    #[serde(default)]
    pub(super) problem: String,
}

impl Snapshot {
    pub(super) fn created(&self) -> String {
        time::long(&self.create_time)
    }

    pub(super) fn clock(&self) -> String {
        time::long(&self.business_time)
    }

    pub(super) fn number(&self) -> u64 {
        self.records.values().sum()
    }

    /// Returns the size in kB, at least 1.
    pub(super) fn kilobytes(&self) -> u64 {
        self.bytes.div_ceil(1_000)
    }
}

#[derive(Deserialize)]
struct List {
    data: Vec<Snapshot>,
}

pub(super) async fn load(visit: &Visit) -> Result<Vec<Snapshot>, Problem> {
    let list: List = visit.controls.get("/sandbox/snapshots").await?;
    Ok(list.data)
}
