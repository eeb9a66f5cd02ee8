//! Callbacks: what happened is told to the `notify_url` of whom it concerns, again and again until heard.
//!
//! A handler puts a [`Delivery`] into the batch that changes the state, so there is an event exactly if there
//! is the change it tells of. From the store it is sent at its time, by whichever service comes first:
//!
//! ```text
//! due ──claim──► due a minute later, one attempt less ──send──► 200, 204: gone
//!                   (after the last attempt: gone)        └───► anything else: waits for its time
//! ```
//!
//! An attempt is claimed, in one batch, *before* it is sent. So no two services send the same attempt, and a
//! service that dies while sending costs that one attempt and needs no lease to run out.
//!
//! Rules: partner pages 4012285807 and 4012082570 (envelope, 5 seconds, 200 or 204), 4015283692 (every 60
//! seconds, up to 11 times) and 4016096820 (a question for points is never repeated).

mod backlog;
pub mod client;
mod deliver;
mod record;
mod signed_callback;
mod slots;

pub(crate) use backlog::Backlog;
pub use client::{CallbackResponse, Courier, CourierError, NetworkCourier, Reach};
pub use deliver::{Attempt, Failure};
pub(crate) use deliver::{Done, Sending};
pub use record::{Delivery, LastFailure, Plain, Schedule};

use crate::service::Service;
use slots::Places;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// How a service sends, and what it is sending.
pub(crate) struct Outbox {
    courier: Arc<dyn Courier>,
    places: Arc<Places>,
    wake: Arc<Notify>,
    told_unreadable: AtomicBool,
}

impl Outbox {
    pub(crate) fn new(courier: Arc<dyn Courier>) -> Self {
        let wake = Arc::new(Notify::new());
        let places = Arc::new(Places::new(wake.clone()));
        Self { courier, places, wake, told_unreadable: AtomicBool::new(false) }
    }

    /// Done when somebody said so, or a place is free that a delivery waits for.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// A record that cannot be read stays where it is; it is seen at each look and told of once.
    fn tell_unreadable(&self, error: &dyn std::fmt::Display) {
        if !self.told_unreadable.swap(true, Ordering::Relaxed) {
            tracing::error!(%error, "a callback cannot be read and is not sent");
        }
    }
}

impl Service {
    /// Says that a delivery was committed: it goes out now, and not when the store is next looked into.
    pub fn wake_outbox(&self) {
        self.outbox.wake.notify_one();
    }
}
