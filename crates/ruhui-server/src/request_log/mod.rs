//! The request log of a sandbox: the last exchanges, byte for byte, in memory.
//!
//! The bytes are taken below the HTTP library, so the log also has requests that no route has and requests that the
//! library rejects. The service adds its notes: the stages, the rejection, the records that were written.
//!
//! The log is bounded by the number of exchanges and by their bytes; the oldest leave first. An exchange that has left
//! gives its buffers to the next one, so that a full log allocates nothing for a request.

mod callbacks;
mod exchange;
mod framing;
mod head;
mod kept;
mod proxied;
mod tap;

pub(crate) use exchange::{Exchange, ListenerName, Nearest, Rejection, Stage, Way};
pub(crate) use kept::{Body, Message};
pub(crate) use proxied::Proxied;
pub(crate) use tap::Tap;

use crate::env::Clock;
use proxied::ProxiedConnections;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Bounds of a request log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Number of exchanges.
    pub(crate) exchanges: usize,
    /// Bytes of all exchanges together.
    pub(crate) bytes: usize,
    /// Bytes of all exchanges together that have not ended, except for the first [`kept::FREE`] of each message. Of a
    /// message that finds no room, no further bytes are logged.
    pub(crate) bytes_in_progress: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { exchanges: 10_000, bytes: 48 << 20, bytes_in_progress: 4 << 20 }
    }
}

/// Number of unused exchanges whose buffers wait for the next one.
const SPARE: usize = 64;

/// The request log.
pub(crate) struct RequestLog {
    clock: Arc<dyn Clock>,
    bounds: Bounds,
    in_progress: AtomicUsize,
    state: Mutex<State>,
    position: watch::Sender<Position>,
    proxied: ProxiedConnections,
}

/// The position of a reader in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Position {
    /// Number of times that the log was emptied.
    pub(crate) emptied: u64,
    /// Number of the newest exchange that was ever added; 0 before the first.
    pub(crate) newest: u64,
}

#[derive(Default)]
struct State {
    exchanges: VecDeque<Arc<Exchange>>,
    bytes: usize,
    position: Position,
    spare: Vec<Arc<Exchange>>,
}

/// The reason why a number names no exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// The exchange was in the log and has left it.
    Left,
    /// No exchange has had this number.
    Unknown,
}

impl RequestLog {
    pub(crate) fn new(clock: Arc<dyn Clock>, bounds: Bounds) -> Arc<Self> {
        let (in_progress, state) = (AtomicUsize::new(0), Mutex::default());
        let (position, proxied) = (watch::Sender::default(), ProxiedConnections::default());
        Arc::new(Self { clock, bounds, in_progress, state, position, proxied })
    }

    /// Returns an empty exchange, in the buffers of one that has left if there is one.
    pub(crate) fn begin(&self) -> Arc<Exchange> {
        let now = self.clock.now();
        let spare = self.state().spare.pop();
        let Some(mut spare) = spare else { return Arc::new(Exchange::blank(now)) };
        // Only unshared exchanges are spare.
        if let Some(exchange) = Arc::get_mut(&mut spare) {
            exchange.begin_again(now);
        }
        spare
    }

    /// Adds an exchange that has ended, and lets the oldest leave until the bounds hold. Returns its number.
    pub(crate) fn add(&self, mut exchange: Arc<Exchange>) -> u64 {
        if let Some(exchange) = Arc::get_mut(&mut exchange) {
            exchange.request.end();
            exchange.response.end();
        }
        let position = {
            let mut state = self.state();
            state.position.newest += 1;
            let position = state.position;
            if let Some(exchange) = Arc::get_mut(&mut exchange) {
                exchange.id = position.newest;
            }
            state.bytes += exchange.size();
            state.exchanges.push_back(exchange);
            while state.exchanges.len() > self.bounds.exchanges || state.bytes > self.bounds.bytes {
                let Some(oldest) = state.exchanges.pop_front() else { break };
                state.bytes -= oldest.size();
                state.keep_buffers(oldest);
            }
            position
        };
        self.position.send_replace(position);
        position.newest
    }

    /// Returns an exchange that is not wanted in the log, for its buffers.
    pub(crate) fn discard(&self, exchange: Arc<Exchange>) {
        self.state().keep_buffers(exchange);
    }

    /// Returns the exchange of this number.
    pub(crate) fn find(&self, id: u64) -> Result<Arc<Exchange>, NotFound> {
        let state = self.state();
        let newest = state.position.newest;
        let oldest = newest - state.exchanges.len() as u64 + 1;
        if id == 0 || id > newest {
            return Err(NotFound::Unknown);
        }
        let index = id.checked_sub(oldest).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| state.exchanges.get(index)).cloned().ok_or(NotFound::Left)
    }

    /// Returns all exchanges, oldest first.
    pub(crate) fn all(&self) -> Vec<Arc<Exchange>> {
        self.later_than(0)
    }

    /// Returns the exchanges with higher numbers than this one, oldest first.
    pub(crate) fn later_than(&self, id: u64) -> Vec<Arc<Exchange>> {
        let state = self.state();
        let wanted = usize::try_from(state.position.newest.saturating_sub(id)).unwrap_or(usize::MAX);
        let first = state.exchanges.len().saturating_sub(wanted);
        state.exchanges.range(first..).cloned().collect()
    }

    /// Returns the present position.
    pub(crate) fn position(&self) -> Position {
        self.state().position
    }

    /// Waits until the log has another position than this one.
    pub(crate) async fn wait_for_change_of(&self, position: Position) {
        // The sender is part of this log, so it is never closed.
        let _ = self.position.subscribe().wait_for(|now| *now != position).await;
    }

    /// Empties the log. Numbers continue, so a number from before never names another exchange.
    pub(crate) fn clear(&self) {
        let position = {
            let mut state = self.state();
            state.exchanges.clear();
            state.bytes = 0;
            state.position.emptied += 1;
            state.position
        };
        self.position.send_replace(position);
    }

    /// Notes that the connection whose listener sees `peer` comes by the proxy, from `client`.
    pub(crate) fn note_proxied(&self, peer: SocketAddr, client: SocketAddr) -> Proxied<'_> {
        self.proxied.note(peer, client)
    }

    /// Returns the client of the proxy's connection that a listener sees as `peer`.
    pub(crate) fn proxied_client(&self, peer: SocketAddr) -> Option<SocketAddr> {
        self.proxied.client_of(peer)
    }

    /// Takes bytes of an exchange in progress. Returns `false` if there are too many.
    fn reserve(&self, bytes: usize) -> bool {
        let before = self.in_progress.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes <= self.bounds.bytes_in_progress {
            return true;
        }
        self.release(bytes);
        false
    }

    fn release(&self, bytes: usize) {
        self.in_progress.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Keeps the buffers of an exchange, unless a reader of the log still holds it.
    fn keep_buffers(&mut self, mut exchange: Arc<Exchange>) {
        if self.spare.len() < SPARE
            && let Some(unshared) = Arc::get_mut(&mut exchange)
        {
            unshared.clear();
            self.spare.push(exchange);
        }
    }
}

impl std::fmt::Debug for RequestLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RequestLog({:?})", self.bounds)
    }
}

#[cfg(test)]
mod tests;
