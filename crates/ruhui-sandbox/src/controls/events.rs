//! Events, which are sent as callbacks.

use super::{ControlError, Controls, Listed, read};
use ruhui::types::DateTime;
use serde::Deserialize;
use serde_json::{Value, json};

/// The events of a sandbox, and acts on them.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a>(pub(super) &'a Controls);

/// An event, and the attempts to send it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// Id of the event.
    pub event_id: String,
    /// Type of the event, such as `BRAND_MEMBER_CARD_SP.USER_CARD.CREATE`.
    pub event_type: String,
    /// URL that it is sent to.
    pub notify_url: String,
    /// `waiting`, `sending`, `accepted`, `ended` or `dropped`.
    pub state: String,
    /// Business time of the next attempt.
    #[serde(default)]
    pub due: Option<DateTime>,
    /// Attempts that have begun.
    pub attempts_made: u32,
    /// The attempts.
    #[serde(default)]
    pub attempts: Vec<Attempt>,
    /// The content of the event, with personal data masked. Only [`Events::show`] returns it.
    #[serde(default)]
    pub resource: Option<Value>,
}

/// An attempt to send an event.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// `scheduled`, `resent` or `probe`.
    pub kind: String,
    /// Number among those of its kind, from 1.
    pub number: u32,
    /// URL that it was sent to.
    pub url: String,
    /// Whether the response was 200 or 204.
    pub accepted: bool,
    /// Status of the response.
    #[serde(default)]
    pub status: Option<u16>,
    /// The reason why it failed.
    #[serde(default)]
    pub failure: Option<EventFailure>,
}

/// The reason why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct EventFailure {
    /// The reason.
    pub message: String,
}

/// The result of a resend.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Resent {
    /// The attempts of this resend.
    pub attempts: Vec<Attempt>,
    /// The event as it is now.
    pub event: Event,
}

/// Which events are listed: those that match each member that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "written with `..EventFilter::default()`")]
pub struct EventFilter {
    /// Their state.
    pub state: Option<String>,
    /// Their type, or its last words: `USER_CARD.CREATE`.
    pub event_type: Option<String>,
    /// The template.
    pub card_id: Option<String>,
    /// The user.
    pub openid: Option<String>,
}

impl Controls {
    /// The events of the sandbox, and acts on them.
    pub fn events(&self) -> Events<'_> {
        Events(self)
    }
}

impl Events<'_> {
    /// Lists the newest events, at most 1000, the newest first.
    ///
    /// # Errors
    ///
    /// [`ControlError`].
    pub async fn list(&self, filter: &EventFilter) -> Result<Vec<Event>, ControlError> {
        let EventFilter { state, event_type, card_id, openid } = filter;
        let members =
            [("state", state), ("event_type", event_type), ("card_id", card_id), ("openid", openid)];
        let set = members.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        let query: Vec<_> = set.chain([("limit", "1000")]).collect();
        Ok(read::<Listed<Event>>(self.0.get("events", &query).await?)?.data)
    }

    /// Shows one event with its content.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if no event has this id.
    pub async fn show(&self, id: &str) -> Result<Event, ControlError> {
        read(self.0.get(&format!("events/{id}"), &[]).await?)
    }

    /// Sends an event at once, outside the schedule, `times` times (1 to 10).
    ///
    /// # Errors
    ///
    /// [`ControlError`]. An attempt that fails is no error.
    pub async fn resend(&self, id: &str, times: u32) -> Result<Resent, ControlError> {
        read(self.0.post(&format!("events/{id}/resend"), &json!({ "times": times })).await?)
    }

    /// Changes the URL of an event's next attempts.
    ///
    /// # Errors
    ///
    /// [`ControlError`].
    pub async fn redirect(&self, id: &str, notify_url: &str) -> Result<Event, ControlError> {
        read(self.0.post(&format!("events/{id}/redirect"), &json!({ "notify_url": notify_url })).await?)
    }

    /// Removes a waiting event.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if it does not wait.
    pub async fn drop(&self, id: &str) -> Result<Event, ControlError> {
        read(self.0.post(&format!("events/{id}/drop"), &json!({})).await?)
    }

    /// Stops the attempts by schedule.
    ///
    /// # Errors
    ///
    /// [`ControlError`].
    pub async fn pause(&self) -> Result<(), ControlError> {
        self.0.post("events/pause", &json!({})).await.map(drop)
    }

    /// Continues the attempts by schedule.
    ///
    /// # Errors
    ///
    /// [`ControlError`].
    pub async fn resume(&self) -> Result<(), ControlError> {
        self.0.post("events/resume", &json!({})).await.map(drop)
    }
}
