//! The life of a user's cards: the entries of the control, as sentences.

use super::texts::MembersTexts;
use crate::controls::segment;
use crate::time;
use serde::Deserialize;

/// An entry of the control.
#[derive(Deserialize)]
pub(super) struct Entry {
    pub(super) time: String,
    from: String,
    what: String,
    #[serde(default)]
    pub(super) before_restore: bool,
    #[serde(default)]
    user_card_code: String,
    #[serde(default)]
    ended_by: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    deduct_points: u64,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    out_request_no: String,
    #[serde(default)]
    cell: String,
    #[serde(default)]
    event_id: String,
    #[serde(default)]
    event_type: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    request: u64,
    #[serde(default)]
    endpoint: String,
}

impl Entry {
    pub(super) fn at(&self) -> String {
        time::long(&self.time)
    }

    /// Returns the name of the source.
    pub(super) fn source(&self, t: &'static MembersTexts) -> &'static str {
        match self.from.as_str() {
            "token" => t.from_token,
            "request" => t.from_request,
            "card" => t.from_card,
            "redemption" => t.from_redemption,
            "feed" => t.from_feed,
            _ => t.from_event,
        }
    }

    /// Returns what happened, without the facts of the entry.
    pub(super) fn sentence(&self, t: &'static MembersTexts) -> &'static str {
        match (self.what.as_str(), self.ended_by.as_str()) {
            ("token_issued", _) => t.token_issued,
            ("token_used", _) => t.token_used,
            ("request", _) => t.request,
            ("created", _) => t.created,
            ("picked_up", _) => t.picked_up,
            ("effective", _) => t.effective,
            ("modified", _) => t.modified,
            ("expired", _) => t.expired,
            ("invalid", "refusal") => t.ended_by_refusal,
            ("invalid", "merchant") => t.ended_by_merchant,
            ("invalid", "user") => t.ended_by_user,
            ("invalid", _) => t.invalid,
            ("redemption_asked", _) => t.redemption_asked,
            ("feed_created", _) => t.feed_created,
            _ => t.event_queued,
        }
    }

    /// Returns the facts of the entry.
    pub(super) fn fact(&self) -> String {
        let points = if self.deduct_points > 0 { self.deduct_points.to_string() } else { String::new() };
        let short = self.event_type.split_once('.').map_or("", |(_, short)| short);
        let facts = [
            self.user_card_code.as_str(),
            &self.reason,
            &self.token,
            &points,
            &self.outcome,
            &self.out_request_no,
            &self.cell,
            short,
            &self.state,
            &self.endpoint,
        ];
        facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    /// Returns the page of the source; empty if it has none.
    pub(super) fn link(&self) -> String {
        if self.request > 0 {
            format!("/requests/{}", self.request)
        } else if !self.event_id.is_empty() {
            format!("/callbacks/{}", segment(&self.event_id))
        } else {
            String::new()
        }
    }
}
