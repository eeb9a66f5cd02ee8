//! Faults that the sandbox plays on purpose.

use super::{ControlError, Controls, Listed, read};
pub use ruhui_server::faults::{FaultKind, FaultRule};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The rules for faults of a sandbox.
#[derive(Debug, Clone, Copy)]
pub struct Faults<'a>(pub(super) &'a Controls);

/// A rule for faults, as the sandbox lists it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ListedFault {
    /// Id of the rule.
    pub id: String,
    /// Name of the fault, such as `reset`.
    pub fault: String,
    /// `api`, or `ruhui.toml`.
    pub source: String,
    /// Number of requests that the rule matched.
    pub matched: u64,
    /// Number of times that the fault was played.
    pub played: u64,
    /// Whether the fault is not played again.
    pub is_spent: bool,
    /// The other members of the rule.
    #[serde(flatten)]
    pub rule: Map<String, Value>,
}

impl Controls {
    /// The rules for faults of the sandbox.
    pub fn faults(&self) -> Faults<'_> {
        Faults(self)
    }
}

impl Faults<'_> {
    /// Adds a rule: a [`FaultRule`], or JSON of the same form.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = ruhui_sandbox::Sandbox::start().await?;
    /// let rule = serde_json::json!({ "fault": "system-error", "times": 1 });
    /// let fault = sandbox.controls().faults().add(&rule).await?;
    /// assert_eq!((fault.fault.as_str(), fault.is_spent), ("system-error", false));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if a member of the rule does not fit the fault.
    pub async fn add(&self, rule: &(impl Serialize + Sync)) -> Result<ListedFault, ControlError> {
        let rule = serde_json::to_value(rule);
        let rule = rule.map_err(|error| ControlError::Unreadable { why: error.to_string() })?;
        read(self.0.post("faults", &rule).await?)
    }

    /// Lists the rules, in the order in which they are tried.
    ///
    /// # Errors
    ///
    /// [`ControlError`].
    pub async fn list(&self) -> Result<Vec<ListedFault>, ControlError> {
        Ok(read::<Listed<ListedFault>>(self.0.get("faults", &[]).await?)?.data)
    }

    /// Removes a rule.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if no rule has this id.
    pub async fn remove(&self, id: &str) -> Result<(), ControlError> {
        self.0.delete_named("faults", id).await.map(drop)
    }

    /// Removes all rules.
    ///
    /// # Errors
    ///
    /// [`ControlError`].
    pub async fn clear(&self) -> Result<(), ControlError> {
        self.0.delete("faults").await.map(drop)
    }
}
