//! The gate between single accesses to a sandbox's state and the replacement of the whole state.
//!
//! A reset or a restore replaces all records at once. Requests, controls and jobs are let through the gate one by
//! one and together; a replacement waits until all of them have left, and those that arrive meanwhile wait for it. So
//! no decision rests on records of one state and is committed to another. A service that is no sandbox never replaces
//! its state, and its gate is always open.
//!
//! # Rules against deadlocks
//!
//! - A task enters the gate before it takes any other lock of the state: idempotency, rate limit. The only lock taken
//!   before is the connection's turn, whose holder may wait for the gate.
//! - A task that is inside does not enter again: a waiting replacement would stop it there for ever.
//! - A task that is inside waits for the store only, never for the network or the body of a request.

use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The gate, and the number of states so far.
#[derive(Debug)]
pub(crate) struct StateGate {
    /// `None` if the state is never replaced.
    lock: Option<RwLock<()>>,
    generation: AtomicU64,
}

/// The number of a state. Records read in one generation say nothing about another, even if their versions agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Generation(u64);

/// An access to the state. The state is not replaced until this is dropped.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    generation: Generation,
    _guard: Option<RwLockReadGuard<'a, ()>>,
}

/// The right to replace the state. Everything else waits until this is dropped.
#[derive(Debug)]
pub(crate) struct Alone<'a> {
    generation: &'a AtomicU64,
    _guard: Option<RwLockWriteGuard<'a, ()>>,
}

impl StateGate {
    /// The gate of a sandbox if `is_replaced`, and one that is always open otherwise.
    pub(crate) fn new(is_replaced: bool) -> Self {
        Self { lock: is_replaced.then(RwLock::default), generation: AtomicU64::new(0) }
    }

    /// The state at the moment. It may be replaced at once, unless the caller is inside.
    pub(crate) fn generation(&self) -> Generation {
        Generation(self.generation.load(Ordering::SeqCst))
    }

    /// Waits while the state is being replaced, then lets the caller in.
    pub(crate) async fn enter(&self) -> Entered<'_> {
        let guard = match &self.lock {
            Some(lock) => Some(lock.read().await),
            None => None,
        };
        Entered { generation: self.generation(), _guard: guard }
    }

    /// Waits until everyone has left, and keeps everyone else out.
    pub(crate) async fn alone(&self) -> Alone<'_> {
        let guard = match &self.lock {
            Some(lock) => Some(lock.write().await),
            None => None,
        };
        Alone { generation: &self.generation, _guard: guard }
    }
}

impl Entered<'_> {
    pub(crate) fn generation(&self) -> Generation {
        self.generation
    }
}

impl Alone<'_> {
    /// Begins the next generation: the state has been replaced.
    pub(crate) fn begin_generation(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::pin::pin;

    #[tokio::test]
    async fn a_replacement_waits_for_those_inside_and_keeps_the_others_out() {
        let gate = StateGate::new(true);
        let (first, second) = (gate.enter().await, gate.enter().await);
        let mut alone = pin!(gate.alone());
        assert!(alone.as_mut().now_or_never().is_none());
        let mut third = pin!(gate.enter());
        assert!(third.as_mut().now_or_never().is_none(), "it does not overtake the replacement");
        drop(first);
        assert!(alone.as_mut().now_or_never().is_none());
        let before = second.generation();
        drop(second);
        let alone = alone.await;
        assert!(third.as_mut().now_or_never().is_none());
        alone.begin_generation();
        drop(alone);
        assert_ne!(third.await.generation(), before);
    }

    #[tokio::test]
    async fn a_gate_without_replacements_is_open() {
        let gate = StateGate::new(false);
        let _alone = gate.alone().await;
        assert!(gate.enter().now_or_never().is_some());
    }
}
