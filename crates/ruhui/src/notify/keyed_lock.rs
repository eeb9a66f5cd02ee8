//! Keyed lock: serialises work on the same key within this process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OwnedMutexGuard;

/// Keyed lock: at most one holder at a time for each name.
#[derive(Debug, Default)]
pub(super) struct KeyedLock(Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>);

/// Guard of a name: first waits for the lock, then holds it. Dropping it passes the lock to the next waiter.
#[derive(Debug)]
pub(super) struct KeyGuard<'a> {
    keyed_lock: &'a KeyedLock,
    name: &'a str,
    guard: Option<OwnedMutexGuard<()>>,
}

impl KeyedLock {
    /// Waits until the lock of this name is free, and takes it.
    pub(super) async fn enter<'a>(&'a self, name: &'a str) -> KeyGuard<'a> {
        let mutex = Arc::clone(self.waiting().entry(name.to_owned()).or_default());
        // Created before the wait, so that a future that is dropped while it waits leaves no entry.
        let mut turn = KeyGuard { keyed_lock: self, name, guard: None };
        turn.guard = Some(mutex.lock_owned().await);
        turn
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<String, Arc<tokio::sync::Mutex<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for KeyGuard<'_> {
    fn drop(&mut self) {
        self.guard = None;
        let mut waiting = self.keyed_lock.waiting();
        // A count of one is the map's own. A waiter holds another, and removes the entry later.
        if waiting.get(self.name).is_some_and(|mutex| Arc::strong_count(mutex) == 1) {
            waiting.remove(self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn one_works_the_other_waits_and_nothing_is_left() {
        let keyed_lock = KeyedLock::default();
        let first = keyed_lock.enter("a").await;
        let other = keyed_lock.enter("b").await;
        let waits = tokio::time::timeout(Duration::ZERO, keyed_lock.enter("a")).await;
        assert!(waits.is_err(), "and has gone away");
        drop(first);
        drop(keyed_lock.enter("a").await);
        drop(other);
        assert!(keyed_lock.waiting().is_empty());
    }
}
