//! The request log.

use super::{ControlError, Controls, Listed, read};
use ruhui::types::DateTime;
use serde::Deserialize;
use serde_json::Value;

/// The request log of a sandbox.
#[derive(Debug, Clone, Copy)]
pub struct Requests<'a>(pub(super) &'a Controls);

/// The main facts about a request or a callback.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ExchangeSummary {
    /// Number in the log.
    pub id: u64,
    /// `request` or `callback`.
    pub kind: String,
    /// Time of the first byte, by the machine's clock.
    pub time: DateTime,
    /// Method; empty if the bytes are not HTTP.
    pub method: String,
    /// Path and query, with personal data masked; the URL of a callback.
    pub target: String,
    /// Status of the response, if there was one.
    pub status: Option<u16>,
    /// Code of an error response.
    #[serde(default)]
    pub code: Option<String>,
    /// The fault that was played.
    #[serde(default)]
    pub fault: Option<Value>,
}

/// Which requests are listed: those that match each member that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "written with `..RequestFilter::default()`")]
pub struct RequestFilter {
    /// The status: `401`, `4xx`, or `none`.
    pub status: Option<String>,
    /// The code of an error response.
    pub code: Option<String>,
    /// The path.
    pub path: Option<String>,
    /// The user.
    pub openid: Option<String>,
    /// `request` or `callback`.
    pub kind: Option<String>,
}

impl Controls {
    /// The request log of the sandbox.
    pub fn requests(&self) -> Requests<'_> {
        Requests(self)
    }
}

impl Requests<'_> {
    /// Lists the last requests, at most 1000, oldest first.
    ///
    /// # Errors
    ///
    /// [`ControlError`].
    pub async fn list(&self, filter: &RequestFilter) -> Result<Vec<ExchangeSummary>, ControlError> {
        let RequestFilter { status, code, path, openid, kind } = filter;
        let members =
            [("status", status), ("code", code), ("path", path), ("openid", openid), ("kind", kind)];
        let set = members.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        let query: Vec<_> = set.chain([("limit", "1000")]).collect();
        Ok(read::<Listed<ExchangeSummary>>(self.0.get("requests", &query).await?)?.data)
    }

    /// Shows all of one exchange, by its number or by the Request-ID of its response.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if the log does not have it.
    pub async fn show(&self, id: &str) -> Result<Value, ControlError> {
        self.0.get(&format!("requests/{id}"), &[]).await
    }

    /// Empties the log.
    ///
    /// # Errors
    ///
    /// [`ControlError`].
    pub async fn clear(&self) -> Result<(), ControlError> {
        self.0.delete("requests").await.map(drop)
    }
}
