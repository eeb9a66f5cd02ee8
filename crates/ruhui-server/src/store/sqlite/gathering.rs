//! Callers who gather, so that one of them can have something done for all.
//!
//! No clock is involved. The first caller lets every task that is ready run, and again for as long as others join
//! meanwhile. An idle service has no such task, and a lone caller waits for nobody.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A group gathers no longer when this many are in it: the rest of what it costs for each is small by then.
const ENOUGH: usize = 64;

/// Those who have come since the last group left.
pub(super) struct Gathering<T>(Mutex<Vec<T>>);

impl<T> Gathering<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Joins; `true` for the first, who has to see to it that the group leaves.
    pub(super) fn join(&self, caller: T) -> bool {
        let mut group = self.group();
        group.push(caller);
        group.len() == 1
    }

    /// Waits for as long as others join.
    pub(super) async fn grow(&self) {
        let mut size = 0;
        while (size + 1..ENOUGH).contains(&self.group().len()) {
            size = self.group().len();
            tokio::task::yield_now().await;
        }
    }

    /// The group leaves.
    pub(super) fn leave(&self) -> Vec<T> {
        std::mem::take(&mut *self.group())
    }

    fn group(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
