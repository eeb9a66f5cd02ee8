//! The business clock: tokens and cards expire by it, and callbacks become due. Signatures do not notice it.

use super::{ControlError, Controls, read};
use ruhui::types::DateTime;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// The business clock of a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Clock {
    /// Business time.
    pub now: DateTime,
    /// Seconds by which it is ahead of the machine's time; negative if it is behind.
    pub ahead_seconds: i64,
    /// Whether it stands still.
    pub frozen: bool,
    /// Time of the machine; in a sandbox with a fixed business time, that time.
    pub machine_time: DateTime,
}

/// The business clock.
impl Controls {
    /// Returns the clock as it is.
    ///
    /// # Errors
    ///
    /// [`ControlError`].
    pub async fn clock(&self) -> Result<Clock, ControlError> {
        read(self.get("clock", &[]).await?)
    }

    /// Moves the clock forward, in whole seconds and at most by 731 days.
    ///
    /// # Errors
    ///
    /// [`ControlError`]: the clock is as it was.
    pub async fn advance_clock(&self, by: Duration) -> Result<Clock, ControlError> {
        self.change_clock(&json!({ "advance_seconds": by.as_secs() })).await
    }

    /// Moves the clock forward to this time.
    ///
    /// # Errors
    ///
    /// [`ControlError`]: the clock is as it was.
    pub async fn set_clock(&self, to: DateTime) -> Result<Clock, ControlError> {
        self.change_clock(&json!({ "set": to })).await
    }

    /// Stops the clock.
    ///
    /// # Errors
    ///
    /// [`ControlError`]: the clock is as it was.
    pub async fn freeze_clock(&self) -> Result<Clock, ControlError> {
        self.change_clock(&json!({ "freeze": true })).await
    }

    /// Lets a stopped clock go on from its time.
    ///
    /// # Errors
    ///
    /// [`ControlError`]: the clock is as it was.
    pub async fn resume_clock(&self) -> Result<Clock, ControlError> {
        self.change_clock(&json!({ "resume": true })).await
    }

    async fn change_clock(&self, change: &Value) -> Result<Clock, ControlError> {
        read(self.post("clock", change).await?)
    }
}
