//! The whole state: reset, snapshots and restore.

use super::{ControlError, Controls, Listed, read};
use ruhui::types::DateTime;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// The state after a reset or a restore.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ChangedState {
    /// Numbers of records by kind: `users`, `members`, `tokens`, …
    pub records: BTreeMap<String, u64>,
    /// Business time.
    pub business_time: DateTime,
    /// Milliseconds that it took.
    pub took_ms: u64,
}

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Snapshot {
    /// Name of the snapshot.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Numbers of records by kind. Empty if the snapshot cannot be read.
    #[serde(default)]
    pub records: BTreeMap<String, u64>,
    /// The reason why the snapshot cannot be read.
    #[serde(default)]
    pub problem: Option<String>,
}

/// The whole state.
impl Controls {
    /// Puts the sandbox back to its beginning: the records of its configuration, the time of its start's clock, no
    /// history, no rules for faults. Snapshots stay.
    ///
    /// # Errors
    ///
    /// [`ControlError`]: nothing was changed.
    pub async fn reset(&self) -> Result<ChangedState, ControlError> {
        read(self.post("reset", &json!({})).await?)
    }

    /// Keeps the state under a name, and overwrites an earlier snapshot of this name.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if the text is no name.
    pub async fn snapshot(&self, name: &str) -> Result<Snapshot, ControlError> {
        read(self.post("snapshots", &json!({ "name": name, "overwrite": true })).await?)
    }

    /// Puts the sandbox back to a snapshot.
    ///
    /// # Errors
    ///
    /// [`ControlError`]: nothing was changed.
    pub async fn restore(&self, name: &str) -> Result<ChangedState, ControlError> {
        read(self.post("restore", &json!({ "name": name })).await?)
    }

    /// Lists the snapshots by name.
    ///
    /// # Errors
    ///
    /// [`ControlError`].
    pub async fn snapshots(&self) -> Result<Vec<Snapshot>, ControlError> {
        Ok(read::<Listed<Snapshot>>(self.get("snapshots", &[]).await?)?.data)
    }

    /// Deletes a snapshot.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if it does not exist.
    pub async fn delete_snapshot(&self, name: &str) -> Result<(), ControlError> {
        self.delete_named("snapshots", name).await.map(drop)
    }
}
