//! One attempt at a callback: sign, send, show it to the observers.

use super::client::CallbackResponse;
use super::failure::CallbackFailure;
use super::observer::{AttemptKind, ObservedAttempt, SentCallback};
use super::signed_callback::{self, SignedCallback};
use super::{Delivery, Outbox};
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
        let responded = self.observed(event, AttemptKind::Probe, 1, |callback| callback.spoil()).await;
        match responded {
            Ok(response) | Err(CallbackFailure::Rejected(response)) => Ok(response.status),
            Err(failure) => Err(failure),
        }
    }

    /// Signs a callback, sends it once, and shows the attempt to the observers. `change` changes the signed callback.
    pub(super) async fn observed(
        &self,
        delivery: &Delivery,
        kind: AttemptKind,
        number: u32,
        change: impl FnOnce(&mut SignedCallback),
    ) -> Result<CallbackResponse, CallbackFailure> {
        let (started, business_time) = (self.env.wire.now(), self.env.business.now());
        let clock = Instant::now();
        self.observers.iter().for_each(|observer| observer.started(delivery, kind));
        let mut callback = signed_callback::write(self, delivery);
        let result = match &mut callback {
            Some(callback) => {
                change(callback);
                self.post(delivery, callback).await
            }
            None => Err(CallbackFailure::NoKey(delivery.owner.clone())),
        };
        let sent = callback
            .as_ref()
            .map(|callback| SentCallback { headers: &callback.headers, body: &callback.body });
        let (duration, result_seen) = (clock.elapsed(), result.as_ref());
        let attempt = ObservedAttempt {
            delivery,
            kind,
            number,
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
