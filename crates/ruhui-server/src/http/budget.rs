//! Backpressure: the memory budget for unsigned bytes, one for all connections of all listeners.
//!
//! Unsigned bytes are those that no verified signature covers yet. A body takes memory from the budget as its bytes
//! arrive: a client may announce any `Content-Length`, so that alone reserves nothing. A body that exceeds the budget
//! waits and is not read meanwhile; its time limit ends the wait.

use super::quota::{Peer, Quota};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// A budget of bytes. Clones share it.
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
    /// Number of bytes that each peer holds.
    held: HashMap<Peer, usize>,
    /// Peers with bodies that wait. A peer for which there was no room moves to the end.
    peers: VecDeque<Peer>,
    /// The waiting bodies of each of these peers, in order of arrival.
    lines: HashMap<Peer, VecDeque<Waiting>>,
}

/// Number of peers that are tried when bytes are returned, so that a long queue does not make each return expensive.
const LOOKS: usize = 64;

#[derive(Debug)]
struct Waiting {
    bytes: usize,
    granted: oneshot::Sender<Reservation>,
}

/// Bytes taken from the budget, and returned on drop.
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

    /// Takes `bytes`, or queues for them.
    ///
    /// # Errors
    ///
    /// Returns a receiver that gets the bytes once there is room. Dropping the receiver leaves the queue.
    pub(super) fn take(
        &self,
        peer: Peer,
        bytes: usize,
    ) -> Result<Reservation, oneshot::Receiver<Reservation>> {
        let mut ledger = self.ledger();
        // A small step must not overtake a large one of the same peer, which might then never get its bytes.
        if !ledger.lines.contains_key(&peer) && ledger.take(self.0.quota, peer, bytes) {
            return Ok(Reservation { budget: self.clone(), peer, bytes });
        }
        let (granted, receiver) = oneshot::channel();
        ledger.wait(peer, Waiting { bytes, granted });
        self.settle(ledger);
        Err(receiver)
    }

    /// Takes `bytes`, and waits until there is room for them.
    pub(super) async fn reserve(&self, peer: Peer, bytes: usize) -> Reservation {
        match self.take(peer, bytes) {
            Ok(reservation) => reservation,
            Err(receiver) => match receiver.await {
                Ok(reservation) => reservation,
                // The sender stays in the queue until it has sent.
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
        self.settle(ledger);
    }

    /// Grants bytes to the waiting bodies for which there is room.
    fn settle(&self, mut ledger: MutexGuard<'_, Ledger>) {
        let mut granted = Vec::new();
        let mut misses = 0;
        let looks = ledger.peers.len().min(LOOKS);
        while misses < looks && ledger.used < self.0.quota.total {
            match ledger.grant(self.0.quota) {
                None => misses += 1,
                Some((peer, Waiting { bytes, granted: sender })) => {
                    misses = 0;
                    granted.push((sender, Reservation { budget: self.clone(), peer, bytes }));
                }
            }
        }
        // A receiver that was dropped meanwhile drops its bytes too, which takes the lock again.
        drop(ledger);
        for (sender, reservation) in granted {
            let _ = sender.send(reservation);
        }
    }
}

impl Ledger {
    fn wait(&mut self, peer: Peer, waiting: Waiting) {
        let line = self.lines.entry(peer).or_default();
        if line.is_empty() {
            self.peers.push_back(peer);
        }
        line.push_back(waiting);
    }

    /// Takes the bytes for the first body of the first peer, and moves that peer to the end.
    fn grant(&mut self, quota: Quota) -> Option<(Peer, Waiting)> {
        let (peer, mut line) = self.first_line()?;
        let fits = line.front().is_some_and(|waiting| self.take(quota, peer, waiting.bytes));
        let granted = if fits { line.pop_front() } else { None };
        if !line.is_empty() {
            self.lines.insert(peer, line);
            self.peers.push_back(peer);
        }
        granted.map(|waiting| (peer, waiting))
    }

    /// Takes the queue of the first peer with a body that still waits. Queues whose receivers were all dropped are
    /// removed.
    fn first_line(&mut self) -> Option<(Peer, VecDeque<Waiting>)> {
        loop {
            let peer = self.peers.pop_front()?;
            let Some(mut line) = self.lines.remove(&peer) else { continue };
            while line.front().is_some_and(|waiting| waiting.granted.is_closed()) {
                line.pop_front();
            }
            if !line.is_empty() {
                return Some((peer, line));
            }
        }
    }

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

    /// Returns all but `bytes` to the budget.
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
    async fn bytes_that_are_returned_go_to_those_who_fit() {
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
    async fn a_small_body_does_not_overtake_a_large_one_of_its_peer() {
        let budget = budget();
        let held = budget.reserve(peer(1), 60).await;
        let large = budget.take(peer(1), 20).unwrap_err();
        let small = budget.take(peer(1), 10).unwrap_err();
        drop(large);
        // The large one was dropped, so the small one is the first, and there is room for it.
        drop(budget.take(peer(1), 5));
        assert!(small.now_or_never().is_some());
        drop(held);
    }

    #[tokio::test]
    async fn peers_that_have_left_do_not_hide_those_behind_them() {
        let budget = budget();
        let held = budget.reserve(Peer::TrustedProxy, 100).await;
        let gone: Vec<_> = (0..=u8::MAX).map(|last| budget.take(peer(last), 10)).collect();
        let waits = budget.take(Peer::Address(IpAddr::from([198, 51, 100, 1])), 10).unwrap_err();
        drop(gone);
        drop(held);
        assert!(waits.now_or_never().is_some());
    }

    #[tokio::test]
    async fn bodies_of_one_peer_wait_in_order_and_peers_take_turns() {
        let budget = budget();
        let held = budget.reserve(Peer::TrustedProxy, 100).await;
        let line = |last: u8| budget.take(peer(last), 10).unwrap_err();
        let mut waiting = [line(1), line(1), line(2), line(1)];
        let mut held = Some(held);
        let mut order = Vec::new();
        for left in [90, 80, 70, 0] {
            held.as_mut().unwrap().shrink(left);
            for (index, receiver) in waiting.iter_mut().enumerate() {
                if let Ok(granted) = receiver.try_recv() {
                    order.push(index);
                    // The body keeps its bytes.
                    std::mem::forget(granted);
                }
            }
        }
        drop(held.take());
        assert_eq!(order, [0, 2, 1, 3]);
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
        assert_eq!((ledger.used, ledger.peers.len(), ledger.lines.len()), (0, 0, 0));
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
