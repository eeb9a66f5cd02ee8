//! Filters of the list of events.

use super::lookup::{Event, EventState};
use crate::http::controls::choice;
use crate::http::controls::outcome::Failure;
use ruhui_core::api::event::EventTypeName;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::OpenId;
use serde::Deserialize;
use serde_json::Value;

/// The query of `GET /sandbox/events`.
#[derive(Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    event_type: Option<String>,
    #[serde(default)]
    card_id: Option<String>,
    #[serde(default)]
    openid: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
}

/// A checked filter.
pub(super) struct Filter {
    state: Option<EventState>,
    event_type: Option<EventTypeName>,
    /// Members that the resource must have.
    members: Vec<(&'static str, String)>,
    pub(super) limit: usize,
}

impl Query {
    /// Checks the values.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] with the parameter, its value and what is possible.
    pub(super) fn check(self) -> Result<Filter, Failure> {
        let state = self.state.as_deref().map(state).transpose()?;
        let event_type = self.event_type.as_deref().map(EventTypeName::new).transpose();
        let event_type = event_type
            .map_err(|error| Failure::Invalid { field: "event_type", what: Bilingual::of(&error) })?;
        let limit = choice::limit(self.limit)?;
        let members = [("card_id", self.card_id), ("openid", self.openid)];
        let members = members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        Ok(Filter { state, event_type, members, limit })
    }
}

fn state(text: &str) -> Result<EventState, Failure> {
    let found = EventState::ALL.into_iter().find(|state| state.as_str() == text);
    found.ok_or_else(|| choice::unknown_state(text, &EventState::ALL.map(EventState::as_str)))
}

impl Filter {
    pub(super) fn of_user(openid: &OpenId) -> Self {
        let members = vec![("openid", openid.as_str().to_owned())];
        Self { state: None, event_type: None, members, limit: choice::DEFAULT_LIMIT as usize }
    }

    pub(super) fn takes(&self, event: &Event) -> bool {
        let Event { delivery, state, .. } = event;
        self.state.is_none_or(|wanted| wanted == *state)
            && self.event_type.as_ref().is_none_or(|name| name.matches(&delivery.event_type))
            && (self.members.is_empty() || has(delivery.resource.as_str(), &self.members))
    }
}

fn has(resource: &str, members: &[(&'static str, String)]) -> bool {
    let resource: Value = serde_json::from_str(resource).unwrap_or_default();
    members.iter().all(|(name, value)| resource[*name] == **value)
}
