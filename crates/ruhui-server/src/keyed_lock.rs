//! Keyed lock: one task at a time for each key, within this process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OwnedMutexGuard;

/// A lock for each key that a task holds or waits for.
#[derive(Debug, Clone)]
pub(crate) struct KeyedLock<K: Ord + Clone>(Arc<Mutex<Locks<K>>>);

type Locks<K> = BTreeMap<K, Arc<tokio::sync::Mutex<()>>>;

/// The lock on a key, held until this is dropped. The next task that waits for the key gets it then.
#[derive(Debug)]
pub(crate) struct KeyGuard<K: Ord + Clone> {
    lock: KeyedLock<K>,
    key: K,
    guard: Option<OwnedMutexGuard<()>>,
    wait: Wait,
}

/// Whether a task had to wait for the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// The lock was free.
    None,
    /// Another task held the lock first, and has finished.
    ForAnother,
}

impl<K: Ord + Clone> Default for KeyedLock<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Ord + Clone> KeyedLock<K> {
    /// Locks a key, after all other tasks that hold it or wait for it.
    pub(crate) async fn lock(&self, key: &K) -> KeyGuard<K> {
        let mutex = Arc::clone(self.locks().entry(key.clone()).or_default());
        // Created before the wait, so that a task that is dropped while it waits leaves no entry in the map.
        let mut guard = KeyGuard { lock: self.clone(), key: key.clone(), guard: None, wait: Wait::None };
        guard.guard = match Arc::clone(&mutex).try_lock_owned() {
            Ok(free) => Some(free),
            Err(_) => {
                guard.wait = Wait::ForAnother;
                Some(mutex.lock_owned().await)
            }
        };
        guard
    }

    fn locks(&self) -> MutexGuard<'_, Locks<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Ord + Clone> KeyGuard<K> {
    /// Whether another task held the lock first.
    pub(crate) fn wait(&self) -> Wait {
        self.wait
    }
}

impl<K: Ord + Clone> Drop for KeyGuard<K> {
    fn drop(&mut self) {
        self.guard = None;
        let mut locks = self.lock.locks();
        // A count of one is the map's own. Every other holder is a guard or a task that waits for one. Each of them
        // drops its own first and then comes here, so the last of them removes the entry.
        if locks.get(&self.key).is_some_and(|mutex| Arc::strong_count(mutex) == 1) {
            locks.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Poll, Waker};

    /// One task finishes at the same moment at which another task, which waits, is dropped.
    #[test]
    fn guards_that_are_dropped_at_the_same_moment_leave_nothing() {
        let lock = KeyedLock::default();
        let mut context = Context::from_waker(Waker::noop());
        for round in 0..4000 {
            let Poll::Ready(first) = pin!(lock.lock(&1)).poll(&mut context) else { panic!("it is free") };
            let mut second = Box::pin(lock.lock(&1));
            assert!(second.as_mut().poll(&mut context).is_pending());
            let arrived = AtomicU32::new(0);
            let in_step = || {
                arrived.fetch_add(1, Ordering::SeqCst);
                while arrived.load(Ordering::SeqCst) < 2 {
                    std::hint::spin_loop();
                }
            };
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    in_step();
                    drop(first);
                });
                in_step();
                drop(second);
            });
            assert!(lock.locks().is_empty(), "after {round} rounds");
        }
    }

    #[tokio::test]
    async fn a_second_task_waits_and_nothing_is_left() {
        let lock = KeyedLock::default();
        let first = lock.lock(&1).await;
        let other = lock.lock(&2).await;
        assert_eq!((first.wait(), other.wait()), (Wait::None, Wait::None));
        let waiting = tokio::spawn({
            let lock = lock.clone();
            async move { lock.lock(&1).await.wait() }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        assert_eq!(waiting.await.unwrap(), Wait::ForAnother);
        drop(other);
        assert!(lock.locks().is_empty());
    }
}
