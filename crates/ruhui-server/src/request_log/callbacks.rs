//! Attempts at callbacks in the request log, each as an exchange.

use super::RequestLog;
use super::exchange::{Callback, Stage, Way};
use super::kept::Message;
use crate::faults::Plan;
use crate::outbox::{AttemptKind, CallbackFailure, CallbackObserver, CallbackResponse, ObservedAttempt};
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
                write_request(&mut exchange.request, attempt);
                exchange.request.push_body(sent.body, without_bound);
                exchange.is_received = true;
            }
            let response = match attempt.result {
                Ok(response) | Err(CallbackFailure::Rejected(response)) => Some(response),
                Err(_) => None,
            };
            if let Some(response) = response {
                write_response(&mut exchange.response, response);
                exchange.is_sent = true;
            }
            exchange.reach_after(Stage::Sent, attempt.duration);
        }
        self.add(exchange);
    }
}

/// Gives room for all bytes: an attempt that has ended is in the log at once, within the bound of those.
fn without_bound(_: usize) -> bool {
    true
}

/// Writes the head of a callback as it went over the wire, except for the headers of the connection.
fn write_request(request: &mut Message, attempt: &ObservedAttempt<'_>) {
    let url = attempt.delivery.notify_url.as_str();
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = after_scheme.find('/').map_or((after_scheme, "/"), |at| after_scheme.split_at(at));
    request.push_head(format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n").as_bytes(), without_bound);
    if let Some(sent) = &attempt.sent {
        for (name, value) in sent.headers {
            request.push_head(name.as_str().as_bytes(), without_bound);
            request.push_head(b": ", without_bound);
            request.push_head(value.as_bytes(), without_bound);
            request.push_head(b"\r\n", without_bound);
        }
        request.push_head(format!("Content-Length: {}\r\n", sent.body.len()).as_bytes(), without_bound);
    }
    request.push_head(b"\r\n", without_bound);
    request.end_head();
}

/// Writes what the client reads of a response: the status, the location, and the first bytes of the body as text.
fn write_response(message: &mut Message, response: &CallbackResponse) {
    message.push_head(format!("HTTP/1.1 {}\r\n", response.status).as_bytes(), without_bound);
    if let Some(location) = &response.location {
        message.push_head(format!("Location: {location}\r\n").as_bytes(), without_bound);
    }
    message.push_head(b"\r\n", without_bound);
    message.end_head();
    if let Some(excerpt) = &response.excerpt {
        message.push_body(excerpt.as_bytes(), without_bound);
    }
}
