//! State of one connection: its peer, its phase, and the memory that its head has taken.

use super::break_off::{BreakOff, Breaking};
use super::budget::{Budget, Reservation};
use super::limits::Limits;
use super::quota::{Peer, Quota};
use crate::request_log::{Exchange, ListenerName, Tap};
use http::Extensions;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, SemaphorePermit, oneshot};

/// Size up to which a head takes nothing from the budget. hyper's first read takes this much memory in any case, and
/// nearly every head is smaller.
const UNCOUNTED_HEAD: usize = 8 << 10;

/// Number of requests that follow a rejected signature on their connection and are verified at a time. Others wait,
/// and the processor stays free for callers whose signatures are right.
const SUSPECT_VERIFICATIONS: usize = 2;

/// The state that all connections of all listeners of a service share.
#[derive(Debug, Clone)]
pub(super) struct Common {
    pub(super) unsigned: Budget,
    suspect: Arc<Semaphore>,
}

impl Common {
    pub(super) fn new(limits: &Limits) -> Self {
        let quota = Quota { total: limits.unsigned_bytes, per_address: limits.unsigned_bytes_per_address };
        Self { unsigned: Budget::new(quota), suspect: Arc::new(Semaphore::new(SUSPECT_VERIFICATIONS)) }
    }
}

/// The phases of a connection, in the order in which a listener at its limit closes connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// The connection waits for a head, or for its client to read the response.
    Idle,
    /// The connection waits for a body.
    Receiving,
    /// A request is being processed.
    Working,
}

/// The state of a connection, shared by the listener, its stream, and the request that is being processed.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(super) peer: Peer,
    common: Common,
    body_patience: Duration,
    head_limit: usize,
    /// The phase in the upper two bits. The other bits are a sequence number, which orders phases by when they began.
    phase: AtomicU64,
    head: Mutex<Head>,
    has_unread_body: AtomicBool,
    is_doubtful: AtomicBool,
    closed: Notify,
    /// The listener, if it is one of a service.
    listener: Option<ListenerName>,
    /// The tap of the request log, if the service has one.
    tap: Option<Mutex<Tap>>,
    /// The response that a fault breaks off. The flag is set if there is one, so that others cost no lock.
    breaking: Mutex<Option<Breaking>>,
    is_breaking: AtomicBool,
    /// Whether the socket is closed by a reset.
    is_reset: AtomicBool,
}

/// The number of bytes read of a head, and the memory that it takes.
#[derive(Debug, Default)]
struct Head {
    is_complete: bool,
    bytes: usize,
    reserved: Option<Reservation>,
    awaited: Option<oneshot::Receiver<Reservation>>,
}

const TURN: u64 = (1 << 62) - 1;

impl Connection {
    pub(super) fn new(peer: Peer, common: Common, limits: &Limits) -> Self {
        Self {
            peer,
            common,
            body_patience: limits.body,
            head_limit: limits.head,
            phase: AtomicU64::new(0),
            head: Mutex::default(),
            has_unread_body: AtomicBool::new(false),
            is_doubtful: AtomicBool::new(false),
            closed: Notify::new(),
            listener: None,
            tap: None,
            breaking: Mutex::default(),
            is_breaking: AtomicBool::new(false),
            is_reset: AtomicBool::new(false),
        }
    }

    /// Sets the name of the listener.
    pub(super) fn named(self, listener: Option<ListenerName>) -> Self {
        Self { listener, ..self }
    }

    pub(super) fn listener(&self) -> Option<ListenerName> {
        self.listener
    }

    /// Adds a tap, which copies the connection's bytes to the request log.
    pub(super) fn tapped(self, tap: Option<Tap>) -> Self {
        Self { tap: tap.map(Mutex::new), ..self }
    }

    /// Copies bytes that were read to the request log.
    pub(super) fn tap_received(&self, bytes: &[u8]) {
        self.with_tap(|tap| tap.received(bytes));
    }

    /// Copies bytes that were sent to the request log.
    pub(super) fn tap_sent(&self, bytes: &[u8]) {
        self.with_tap(|tap| tap.sent(bytes));
    }

    /// Adds notes on the request that is being processed to the request log.
    pub(crate) fn note(&self, note: impl FnOnce(&mut Exchange)) {
        self.with_tap(|tap| tap.note(note));
    }

    fn with_tap(&self, act: impl FnOnce(&mut Tap)) {
        if let Some(tap) = &self.tap {
            act(&mut tap.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// A connection for a router that has no listener, as in tests.
    pub(super) fn detached() -> Arc<Self> {
        let limits = Limits::default();
        Arc::new(Self::new(Peer::TrustedProxy, Common::new(&limits), &limits))
    }

    /// The time that a body may take.
    pub(super) fn body_patience(&self) -> Duration {
        self.body_patience
    }

    /// Reserves memory for unsigned bytes, as soon as there is room in the budget.
    pub(super) async fn reserve(&self, bytes: usize) -> Reservation {
        self.common.unsigned.reserve(self.peer, bytes).await
    }

    pub(super) fn enter(&self, phase: Phase) {
        // Sequence numbers give the order in which phases began; the time of day does not matter.
        static TURNS: AtomicU64 = AtomicU64::new(1);
        let turn = TURNS.fetch_add(1, Ordering::Relaxed) & TURN;
        self.phase.store((phase as u64) << 62 | turn, Ordering::Relaxed);
    }

    pub(super) fn phase(&self) -> (Phase, u64) {
        let phase = self.phase.load(Ordering::Relaxed);
        let turn = phase & TURN;
        match phase >> 62 {
            0 => (Phase::Idle, turn),
            1 => (Phase::Receiving, turn),
            _ => (Phase::Working, turn),
        }
    }

    /// Notes that the head is complete. The head stays in memory with the request, so its memory is not returned yet.
    pub(super) fn begin_request(&self) {
        let mut head = self.head();
        *head = Head { is_complete: true, reserved: head.reserved.take(), ..Head::default() };
        drop(head);
        self.enter(Phase::Working);
    }

    /// Notes that the response is sent, and that the next bytes are a head.
    pub(super) fn end_request(&self) {
        *self.head() = Head::default();
        self.enter(Phase::Idle);
    }

    /// Counts bytes that were read of a head.
    pub(super) fn has_read(&self, bytes: usize) {
        let mut head = self.head();
        if !head.is_complete {
            head.bytes += bytes;
        }
    }

    /// Backpressure on large heads: returns ready when more may be read. A head beyond the uncounted size first takes
    /// the most it may grow to from the budget.
    pub(super) fn poll_may_read(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut head = self.head();
        if head.is_complete || head.bytes < UNCOUNTED_HEAD || head.reserved.is_some() {
            return Poll::Ready(());
        }
        let mut awaited = match head.awaited.take() {
            Some(awaited) => awaited,
            None => {
                let bytes = self.head_limit.saturating_sub(UNCOUNTED_HEAD);
                match self.common.unsigned.take(self.peer, bytes) {
                    Ok(reservation) => {
                        head.reserved = Some(reservation);
                        return Poll::Ready(());
                    }
                    Err(awaited) => awaited,
                }
            }
        };
        match std::pin::Pin::new(&mut awaited).poll(cx) {
            Poll::Ready(reservation) => head.reserved = reservation.ok(),
            Poll::Pending => {
                head.awaited = Some(awaited);
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }

    fn head(&self) -> MutexGuard<'_, Head> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a body was dropped before its end, so that the client may still be sending.
    pub(super) fn leave_body_unread(&self) {
        self.has_unread_body.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_unread_body(&self) -> bool {
        self.has_unread_body.load(Ordering::Relaxed)
    }

    /// Notes whether the signature of the connection's last request was rejected.
    pub(super) fn set_suspect(&self, is_doubtful: bool) {
        // On a connection of a trusted proxy, the next request may be another client's.
        self.is_doubtful.store(is_doubtful && self.peer.has_share(), Ordering::Relaxed);
    }

    /// Waits until the next request may be verified: only a request that follows a rejected signature has to wait.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        if self.is_doubtful.load(Ordering::Relaxed) { self.common.suspect.acquire().await.ok() } else { None }
    }

    /// Asks the connection's task to close the connection.
    pub(super) fn close(&self) {
        self.closed.notify_one();
    }

    pub(super) async fn closed(&self) {
        self.closed.notified().await;
    }

    /// Breaks off the response that is sent next.
    pub(super) fn break_off(&self, how: BreakOff) {
        *self.breaking.lock().unwrap_or_else(PoisonError::into_inner) = Some(how.into());
        self.is_breaking.store(true, Ordering::Release);
    }

    /// The response that is being broken off, if one is.
    pub(super) fn breaking<T>(&self, act: impl FnOnce(&mut Breaking) -> T) -> Option<T> {
        if !self.is_breaking.load(Ordering::Acquire) {
            return None;
        }
        self.breaking.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(act)
    }

    /// Lets the socket be closed by a reset.
    pub(super) fn reset(&self) {
        self.is_reset.store(true, Ordering::Release);
    }

    pub(super) fn is_reset(&self) -> bool {
        self.is_reset.load(Ordering::Acquire)
    }
}

/// Returns the connection that a request came by.
pub(super) fn connection_of(extensions: &Extensions) -> Arc<Connection> {
    extensions.get::<Arc<Connection>>().cloned().unwrap_or_else(Connection::detached)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::future::poll_fn;

    #[tokio::test]
    async fn a_large_head_keeps_its_memory_until_the_response() {
        let limits = Limits { unsigned_bytes: 24 << 10, ..Limits::default() };
        let connection = Connection::new(Peer::TrustedProxy, Common::new(&limits), &limits);
        let is_free = || connection.reserve(24 << 10).now_or_never().is_some();
        connection.has_read(UNCOUNTED_HEAD);
        poll_fn(|cx| connection.poll_may_read(cx)).await;
        assert!(!is_free());
        connection.begin_request();
        assert!(!is_free(), "a head of 32 KiB with a body that never comes takes memory too");
        connection.end_request();
        assert!(is_free());
    }
}
