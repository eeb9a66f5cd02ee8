//! One attempt at a callback: sign, send, show it to the observers.

use super::client::CallbackResponse;
use super::failure::CallbackFailure;
use super::observer::{AttemptKind, ObservedAttempt, SentCallback};
use super::signed_callback::{self, SignedCallback};
use super::{Delivery, Outbox};
use crate::faults::{CallbackFacts, FaultKind, PlayedFault};
use tokio::time::Instant;

impl Outbox {
    /// Sends an event with a wrong signature on purpose, once and without storing it, and returns the status.
    /// An endpoint that responds 4xx or 5xx verifies signatures; one that accepts this callback accepts any.
    /// Use an event that the endpoint acts upon: it may reject others for another reason.
    ///
    /// # Errors
    ///
    /// [`CallbackFailure`] if there is no status, but never [`CallbackFailure::Rejected`]: a rejection is the
    /// wanted result.
    pub async fn probe(&self, event: &Delivery) -> Result<u16, CallbackFailure> {
        let responded = self.observed(event, AttemptKind::Probe, 1, None).await;
        match responded {
            Ok(response) | Err(CallbackFailure::Rejected(response)) => Ok(response.status),
            Err(failure) => Err(failure),
        }
    }

    /// Makes an attempt, with the fault that a rule plays, if one does.
    pub(super) async fn send(
        &self,
        delivery: &Delivery,
        kind: AttemptKind,
        number: u32,
    ) -> Result<CallbackResponse, CallbackFailure> {
        let fault = self.fault_of(delivery);
        if let Some(fault) = &fault
            && !self.hold(delivery, fault).await
        {
            return Err(not_sent(fault));
        }
        let mut result = self.observed(delivery, kind, number, fault.as_ref()).await;
        if fault.as_ref().is_some_and(|fault| fault.kind() == FaultKind::CallbackTwice) {
            let second = self.observed(delivery, kind, number, fault.as_ref()).await;
            result = result.or(second);
        }
        self.holds.note_sent(delivery);
        result
    }

    fn fault_of(&self, delivery: &Delivery) -> Option<PlayedFault> {
        let faults = self.faults.as_ref()?;
        faults.callback(&CallbackFacts {
            owner: delivery.owner.id(),
            event_type: &delivery.event_type,
            resource: delivery.resource.as_str(),
        })
    }

    /// Signs a callback, sends it once, and shows the attempt to the observers.
    async fn observed(
        &self,
        delivery: &Delivery,
        kind: AttemptKind,
        number: u32,
        fault: Option<&PlayedFault>,
    ) -> Result<CallbackResponse, CallbackFailure> {
        let (started, business_time) = (self.env.wire.now(), self.env.business.now());
        let clock = Instant::now();
        self.observers.iter().for_each(|observer| observer.started(delivery, kind));
        let lost = fault.filter(|fault| fault.kind() == FaultKind::CallbackLost);
        let mut callback = match lost {
            Some(_) => None,
            None => signed_callback::write(self, delivery, fault.map(PlayedFault::kind)).await,
        };
        if let (Some(callback), AttemptKind::Probe) = (&mut callback, kind) {
            callback.spoil();
        }
        let result = match (&callback, lost) {
            (_, Some(fault)) => Err(not_sent(fault)),
            (Some(callback), None) => self.post(delivery, callback).await,
            (None, None) => Err(CallbackFailure::NoKey(delivery.owner.clone())),
        };
        let sent = callback
            .as_ref()
            .map(|callback| SentCallback { headers: &callback.headers, body: &callback.body });
        let (duration, result_seen) = (clock.elapsed(), result.as_ref());
        let attempt = ObservedAttempt {
            delivery,
            kind,
            number,
            fault,
            sent,
            started,
            business_time,
            duration,
            result: result_seen,
        };
        self.observers.iter().for_each(|observer| observer.attempted(&attempt));
        result
    }

    async fn post(
        &self,
        delivery: &Delivery,
        callback: &SignedCallback,
    ) -> Result<CallbackResponse, CallbackFailure> {
        let (headers, body) = (callback.headers.clone(), callback.body.clone());
        let posted = self.client.post(delivery.notify_url.as_str(), headers, body);
        match posted.await.map_err(CallbackFailure::NoResponse)? {
            response if response.accepts() => Ok(response),
            response => Err(CallbackFailure::Rejected(response)),
        }
    }
}

fn not_sent(fault: &PlayedFault) -> CallbackFailure {
    CallbackFailure::NotSent { rule: fault.id.to_string(), fault: fault.kind().as_str() }
}
