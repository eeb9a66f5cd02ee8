//! The memory for bytes that nobody has signed for: one budget for all connections of all listeners.
//!
//! A body takes from the budget as it grows, whatever its `Content-Length` announces. A body that finds no room
//! waits, and its time limit ends the wait.

use super::quota::{Peer, Quota};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// A budget of bytes; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    quota: Quota,
    ledger: Mutex<Ledger>,
}

#[derive(Debug, Default)]
struct Ledger {
    used: usize,
    /// Peers that hold bytes, and how many.
    held: HashMap<Peer, usize>,
    /// In order of arrival.
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    peer: Peer,
    bytes: usize,
    granted: oneshot::Sender<Reservation>,
}

/// Bytes taken from the budget; dropping returns them.
#[derive(Debug)]
pub(super) struct Reservation {
    budget: Budget,
    peer: Peer,
    bytes: usize,
}

impl Budget {
    pub(super) fn new(quota: Quota) -> Self {
        Self(Arc::new(Shared { quota, ledger: Mutex::default() }))
    }

    /// Takes `bytes`, or gets in line for them.
    ///
    /// # Errors
    ///
    /// The receiver gets the bytes once there is room. Dropping it leaves the line.
    pub(super) fn take(
        &self,
        peer: Peer,
        bytes: usize,
    ) -> Result<Reservation, oneshot::Receiver<Reservation>> {
        let mut ledger = self.ledger();
        if ledger.take(self.0.quota, peer, bytes) {
            return Ok(Reservation { budget: self.clone(), peer, bytes });
        }
        let (granted, receiver) = oneshot::channel();
        ledger.waiting.push_back(Waiting { peer, bytes, granted });
        Err(receiver)
    }

    /// Takes `bytes` as soon as there is room.
    pub(super) async fn reserve(&self, peer: Peer, bytes: usize) -> Reservation {
        match self.take(peer, bytes) {
            Ok(reservation) => reservation,
            Err(receiver) => match receiver.await {
                Ok(reservation) => reservation,
                // The sender is in the line until it has sent.
                Err(_) => std::future::pending().await,
            },
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back(&self, peer: Peer, bytes: usize) {
        if bytes == 0 {
            return;
        }
        let mut ledger = self.ledger();
        ledger.give_back(peer, bytes);
        let mut granted = Vec::new();
        let mut index = 0;
        while index < ledger.waiting.len() && ledger.used < self.0.quota.total {
            let (peer, bytes, is_gone) = {
                let waiting = &ledger.waiting[index];
                (waiting.peer, waiting.bytes, waiting.granted.is_closed())
            };
            if !is_gone && !ledger.take(self.0.quota, peer, bytes) {
                index += 1;
                continue;
            }
            if let Some(waiting) = ledger.waiting.remove(index)
                && !is_gone
            {
                granted.push((waiting.granted, Reservation { budget: self.clone(), peer, bytes }));
            }
        }
        // A receiver that has left meanwhile returns its bytes by dropping them, which takes the lock again.
        drop(ledger);
        for (sender, reservation) in granted {
            let _ = sender.send(reservation);
        }
    }
}

impl Ledger {
    fn take(&mut self, quota: Quota, peer: Peer, bytes: usize) -> bool {
        let held = self.held.get(&peer).copied().unwrap_or_default();
        let is_allowed = quota.allows(self.used, peer, held, bytes);
        if is_allowed && bytes > 0 {
            self.used += bytes;
            self.held.insert(peer, held + bytes);
        }
        is_allowed
    }

    fn give_back(&mut self, peer: Peer, bytes: usize) {
        self.used -= bytes;
        if let Some(held) = self.held.get_mut(&peer) {
            *held -= bytes;
            if *held == 0 {
                self.held.remove(&peer);
            }
        }
    }
}

impl Reservation {
    /// Adds another reservation of the same peer to this one.
    pub(super) fn absorb(&mut self, mut other: Self) {
        self.bytes += std::mem::take(&mut other.bytes);
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns all but `bytes`.
    pub(super) fn shrink(&mut self, bytes: usize) {
        let rest = self.bytes.saturating_sub(bytes);
        self.bytes -= rest;
        self.budget.give_back(self.peer, rest);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.give_back(self.peer, self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::net::IpAddr;
    use std::pin::pin;

    fn budget() -> Budget {
        Budget::new(Quota { total: 100, per_address: 20 })
    }

    fn peer(last: u8) -> Peer {
        Peer::Address(IpAddr::from([192, 0, 2, last]))
    }

    #[tokio::test]
    async fn one_address_leaves_a_quarter_to_the_others() {
        let budget = budget();
        let _most = budget.reserve(peer(1), 75).await;
        assert!(budget.reserve(peer(1), 1).now_or_never().is_none());
        let _other = budget.reserve(peer(2), 20).await;
        assert!(budget.reserve(peer(2), 1).now_or_never().is_none());
        let _third = budget.reserve(peer(3), 5).await;
        assert!(budget.reserve(peer(4), 1).now_or_never().is_none());
    }

    #[tokio::test]
    async fn bytes_that_are_returned_go_to_those_who_fit_in_order_of_arrival() {
        let budget = budget();
        let mut held = budget.reserve(peer(1), 75).await;
        let rest = budget.reserve(Peer::TrustedProxy, 25).await;
        let mut large = pin!(budget.reserve(peer(2), 50));
        let mut first = pin!(budget.reserve(peer(3), 10));
        let mut second = pin!(budget.reserve(peer(4), 10));
        assert!(large.as_mut().now_or_never().is_none());
        assert!(first.as_mut().now_or_never().is_none());
        assert!(second.as_mut().now_or_never().is_none());
        held.shrink(65);
        assert!(large.as_mut().now_or_never().is_none());
        let first = first.now_or_never().unwrap();
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        drop(second.now_or_never().unwrap());
        drop((held, rest));
        drop(large.now_or_never().unwrap());
        let ledger = budget.ledger();
        assert_eq!((ledger.used, ledger.held.len()), (0, 0));
    }

    #[tokio::test]
    async fn who_leaves_the_line_leaves_no_bytes_behind() {
        let budget = budget();
        let held = budget.reserve(Peer::TrustedProxy, 100).await;
        let before_the_grant = budget.take(peer(1), 10).unwrap_err();
        let after_the_grant = budget.take(peer(2), 10).unwrap_err();
        drop(before_the_grant);
        drop(held);
        drop(after_the_grant);
        let ledger = budget.ledger();
        assert_eq!((ledger.used, ledger.waiting.len()), (0, 0));
    }

    #[tokio::test]
    async fn a_reservation_that_has_grown_is_returned_whole() {
        let budget = budget();
        let mut reservation = budget.reserve(peer(1), 10).await;
        reservation.absorb(budget.reserve(peer(1), 20).await);
        assert_eq!(budget.ledger().used, 30);
        drop(reservation);
        assert_eq!(budget.ledger().used, 0);
    }
}
