//! The transactional outbox: callbacks (回调通知) are queued in the store and sent to a `notify_url` with
//! retries.
//!
//! A handler puts a [`Delivery`] into the same batch as the change of state, so an event exists exactly if
//! its change does. Delivery is at-least-once up to a maximum number of attempts. When a delivery is due, the
//! first replica that claims it sends it:
//!
//! ```text
//! due ──claim──► due a minute later, one attempt less ──send──► 200, 204: gone
//!                   (after the last attempt: gone)        └───► anything else: waits for its time
//! ```
//!
//! An attempt is claimed, in one batch, *before* it is sent, so two replicas never send the same attempt. A
//! replica that crashes while sending loses that one attempt; no lease has to expire first.
//!
//! Rules: partner pages 4012285807 and 4012082570 (envelope, 5 seconds, 200 or 204), 4015283692 (every 60
//! seconds, up to 11 times) and 4016096820 (a points query is never retried).

mod backlog;
pub mod client;
mod control;
mod deformed;
mod deliver;
mod failure;
mod held;
mod observer;
mod record;
mod send;
mod signed_callback;
mod slots;

pub(crate) use backlog::Backlog;
pub use client::{CallbackClient, CallbackError, CallbackResponse, NetworkCallbackClient};
pub use deliver::Attempt;
pub(crate) use deliver::{Done, Page, Sending};
pub use failure::CallbackFailure;
pub(crate) use observer::{AttemptKind, CallbackObserver, ObservedAttempt, SentCallback};
pub(crate) use record::event_of;
pub use record::{Delivery, LastFailure, Plain, Schedule};

use crate::env::Env;
use crate::faults::Faults;
use crate::registry::Registry;
use crate::settings::CurrentSettings;
use crate::state_gate::StateGate;
use crate::store::Store;
use held::Holds;
use slots::Slots;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// Queue of the callbacks in a store, and this process's worker that sends them.
pub struct Outbox {
    env: Env,
    store: Arc<dyn Store>,
    registry: Arc<Registry>,
    settings: Arc<CurrentSettings>,
    client: Arc<dyn CallbackClient>,
    observers: Vec<Arc<dyn CallbackObserver>>,
    state_gate: Arc<StateGate>,
    /// The faults that a sandbox plays on purpose.
    faults: Option<Arc<Faults>>,
    holds: Holds,
    slots: Arc<Slots>,
    wake: Arc<Notify>,
    is_paused: AtomicBool,
    /// Whether the next scan begins at the start of the queue.
    restarts_scan: AtomicBool,
    logged_unreadable: AtomicBool,
}

impl Outbox {
    pub(crate) fn new(
        client: Arc<dyn CallbackClient>,
        env: Env,
        store: Arc<dyn Store>,
        registry: Arc<Registry>,
        settings: Arc<CurrentSettings>,
        observers: Vec<Arc<dyn CallbackObserver>>,
        state_gate: Arc<StateGate>,
    ) -> Self {
        let wake = Arc::new(Notify::new());
        let slots = Arc::new(Slots::new(wake.clone()));
        let [is_paused, restarts_scan, logged_unreadable] = [(); 3].map(|()| AtomicBool::new(false));
        Self {
            env,
            store,
            registry,
            settings,
            client,
            observers,
            state_gate,
            faults: None,
            holds: Holds::default(),
            slots,
            wake,
            is_paused,
            restarts_scan,
            logged_unreadable,
        }
    }

    /// Plays these faults in callbacks.
    pub(crate) fn with_faults(self, faults: Option<Arc<Faults>>) -> Self {
        Self { faults, ..self }
    }

    /// Starts a scan of the queue now, without the usual pause: a delivery was committed.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Waits until [`wake`](Self::wake) is called, or a slot is free that a delivery waits for.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Logs an undecodable record once. The record stays in the queue, so every scan finds it again.
    fn log_unreadable(&self, error: &dyn std::fmt::Display) {
        if !self.logged_unreadable.swap(true, Ordering::Relaxed) {
            tracing::error!(%error, "a callback cannot be read and is not sent");
        }
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outbox({:?})", self.env)
    }
}
