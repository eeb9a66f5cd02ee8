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
mod failure;
mod record;
mod signed_callback;
mod slots;

pub(crate) use backlog::Backlog;
pub use client::{CallbackClient, CallbackError, CallbackResponse, NetworkCallbackClient};
pub use deliver::Attempt;
pub(crate) use deliver::{Done, Page, Sending};
pub use failure::CallbackFailure;
pub use record::{Delivery, LastFailure, Plain, Schedule};

use crate::env::Env;
use crate::platform::Platform;
use crate::registry::Registry;
use crate::store::Store;
use slots::Slots;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// The callbacks of a store, and this process's part in sending them.
pub struct Outbox {
    env: Env,
    store: Arc<dyn Store>,
    registry: Arc<Registry>,
    platform: Arc<Platform>,
    client: Arc<dyn CallbackClient>,
    slots: Arc<Slots>,
    wake: Arc<Notify>,
    told_unreadable: AtomicBool,
}

impl Outbox {
    pub(crate) fn new(
        client: Arc<dyn CallbackClient>,
        env: Env,
        store: Arc<dyn Store>,
        registry: Arc<Registry>,
        platform: Arc<Platform>,
    ) -> Self {
        let wake = Arc::new(Notify::new());
        let slots = Arc::new(Slots::new(wake.clone()));
        let told_unreadable = AtomicBool::new(false);
        Self { env, store, registry, platform, client, slots, wake, told_unreadable }
    }

    /// Has the queue scanned now, and not after the pause: a delivery was committed.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Done when [`wake`](Self::wake) was called, or a slot is free that a delivery waits for.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// A record that cannot be read stays in the queue. Every scan finds it, and the log names it once.
    fn log_unreadable(&self, error: &dyn std::fmt::Display) {
        if !self.told_unreadable.swap(true, Ordering::Relaxed) {
            tracing::error!(%error, "a callback cannot be read and is not sent");
        }
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outbox({:?})", self.env)
    }
}
