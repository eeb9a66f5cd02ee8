//! Attempts at callbacks in the request log, each as an exchange.

use super::RequestLog;
use super::exchange::{Callback, Stage, Way};
use crate::faults::Plan;
use crate::outbox::{
    AttemptKind, CallbackFailure, CallbackObserver, CallbackResponse, ObservedAttempt, SentCallback,
};
use ruhui_core::bilingual::Bilingual;
use std::sync::Arc;

impl CallbackObserver for RequestLog {
    fn attempted(&self, attempt: &ObservedAttempt<'_>) {
        let mut exchange = self.begin();
        if let Some(exchange) = Arc::get_mut(&mut exchange) {
            let delivery = attempt.delivery;
            exchange.time = attempt.started;
            let failure = attempt.result.err();
            exchange.way = Way::Callback(Box::new(Callback {
                event_id: delivery.event_id.clone(),
                event_type: delivery.event_type.clone(),
                notify_url: delivery.notify_url.as_str().to_owned(),
                attempt: attempt.number,
                reason: match attempt.kind {
                    AttemptKind::Scheduled => "scheduled",
                    AttemptKind::Resent => "resent",
                    AttemptKind::Probe => "probe",
                },
                failure: failure.map(|failure| Bilingual::of(failure)),
            }));
            if let Some(fault) = attempt.fault {
                let plan = Plan { fault: Some(fault.clone()), ..Plan::default() };
                exchange.notes.faults = Some(Arc::new(plan));
            }
            if let Some(sent) = &attempt.sent {
                exchange.request.write(&request_head(attempt, sent), sent.body);
                exchange.is_received = true;
            }
            let response = match attempt.result {
                Ok(response) | Err(CallbackFailure::Rejected(response)) => Some(response),
                Err(_) => None,
            };
            if let Some(response) = response {
                let body = response.excerpt.as_deref().unwrap_or_default();
                exchange.response.write(response_head(response).as_bytes(), body.as_bytes());
                exchange.is_sent = true;
            }
            exchange.reach_after(Stage::Sent, attempt.duration);
        }
        self.add(exchange);
    }
}

/// Returns the head of a callback as it went over the wire, except for the headers of the connection.
fn request_head(attempt: &ObservedAttempt<'_>, sent: &SentCallback<'_>) -> Vec<u8> {
    let url = attempt.delivery.notify_url.as_str();
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = after_scheme.find('/').map_or((after_scheme, "/"), |at| after_scheme.split_at(at));
    let mut head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n").into_bytes();
    for (name, value) in sent.headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(format!("Content-Length: {}\r\n\r\n", sent.body.len()).as_bytes());
    head
}

/// Returns the part of a response's head that the client reads: the status and the location.
fn response_head(response: &CallbackResponse) -> String {
    let location = response.location.as_ref().map(|location| format!("Location: {location}\r\n"));
    format!("HTTP/1.1 {}\r\n{}\r\n", response.status, location.unwrap_or_default())
}
