//! The JSON of events.

use super::lookup::{Event, EventState};
use crate::event_history::PastAttempt;
use crate::http::controls::requests::{Masking, fault, mask};
use crate::outbox::{AttemptKind, Delivery, LastFailure};
use ruhui_core::types::DateTime;
use serde_json::{Value, json};

/// Writes events as JSON, in one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Viewer {
    pub(super) is_english: bool,
}

impl Viewer {
    /// Returns an event without its resource.
    pub(super) fn line(self, event: &Event) -> Value {
        let Event { delivery, state, known } = event;
        let mut line = self.delivery(delivery);
        line["state"] = json!(state.as_str());
        line["attempts"] = known.attempts.iter().map(|attempt| self.attempt(attempt)).collect();
        if !matches!(state, EventState::Waiting | EventState::Sending) {
            for name in ["due", "last_attempt_from"] {
                line.as_object_mut().and_then(|line| line.remove(name));
            }
        }
        // A waiting event of an earlier process has its last failure in the store only.
        if let Some(failure) = known.attempts.iter().rev().find_map(|attempt| attempt.result.as_ref().err()) {
            line["last_failure"] = self.failure(failure);
        }
        line
    }

    /// Returns an event with its resource, whose personal data is masked unless `is_sensitive_shown`.
    pub(super) fn whole(self, event: &Event, is_sensitive_shown: bool) -> Value {
        let mut whole = self.line(event);
        let resource = event.delivery.resource.as_str();
        let shown = if is_sensitive_shown { resource.to_owned() } else { mask::json(resource) };
        whole["original_type"] = json!(event.delivery.original_type);
        whole["summary"] = json!(event.delivery.summary);
        whole["resource"] = serde_json::from_str(&shown).unwrap_or(Value::String(shown));
        whole
    }

    /// Returns a delivery as the queue has it.
    pub(super) fn delivery(self, delivery: &Delivery) -> Value {
        let mut line = json!({
            "event_id": delivery.event_id,
            "event_type": delivery.event_type,
            "owner": delivery.owner.to_string(),
            "notify_url": delivery.notify_url,
            "create_time": delivery.create_time,
            "due": delivery.due,
            "attempts_made": delivery.made,
            "attempts_allowed": delivery.allowed,
        });
        if let Some(time) = delivery.last_attempt_from() {
            line["last_attempt_from"] = json!(time);
        }
        if let Some(failure) = &delivery.last_failure {
            line["last_failure"] = self.failure(failure);
        }
        line
    }

    /// Returns an attempt.
    pub(super) fn attempt(self, attempt: &PastAttempt) -> Value {
        let kind = match attempt.kind {
            AttemptKind::Scheduled => "scheduled",
            AttemptKind::Resent => "resent",
            AttemptKind::Probe => "probe",
        };
        let mut shown = json!({
            "kind": kind,
            "number": attempt.number,
            "time": DateTime::milliseconds(attempt.time),
            "business_time": DateTime::milliseconds(attempt.business_time),
            "url": attempt.notify_url,
            "accepted": attempt.result.is_ok(),
            "duration_ms": attempt.duration.as_secs_f64() * 1000.0,
        });
        if let Some(fault) = &attempt.fault {
            shown["fault"] = fault::one(fault, Masking::On);
        }
        match &attempt.result {
            Ok(status) => shown["status"] = json!(status),
            Err(failure) => {
                if let Some(status) = failure.status {
                    shown["status"] = json!(status);
                }
                shown["failure"] = self.failure(failure);
            }
        }
        shown
    }

    fn failure(self, failure: &LastFailure) -> Value {
        let LastFailure { time, status, location, body, zh, en } = failure;
        let message = if self.is_english { en } else { zh };
        let mut shown = json!({ "time": time, "message": message });
        let details = [("status", json!(status)), ("location", json!(location)), ("body", json!(body))];
        for (name, value) in details.into_iter().filter(|(_, value)| !value.is_null()) {
            shown[name] = value;
        }
        shown
    }
}
