//! One at a time, within this process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OwnedMutexGuard;

/// Who is at work, by name.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>);

/// A place in the queue of a name, and after waiting the right to work; the next gets it when this is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    name: &'a str,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits until nobody else is at work under this name.
    pub(super) async fn enter<'a>(&'a self, name: &'a str) -> Turn<'a> {
        let mutex = Arc::clone(self.waiting().entry(name.to_owned()).or_default());
        // Built before the wait, so that who goes away while waiting leaves nothing behind.
        let mut turn = Turn { turns: self, name, guard: None };
        turn.guard = Some(mutex.lock_owned().await);
        turn
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<String, Arc<tokio::sync::Mutex<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.guard = None;
        let mut waiting = self.turns.waiting();
        // One: the map's own. Whoever waits holds another, and removes the entry later.
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
        let turns = Turns::default();
        let first = turns.enter("a").await;
        let other = turns.enter("b").await;
        let waits = tokio::time::timeout(Duration::ZERO, turns.enter("a")).await;
        assert!(waits.is_err(), "and has gone away");
        drop(first);
        drop(turns.enter("a").await);
        drop(other);
        assert!(turns.waiting().is_empty());
    }
}
