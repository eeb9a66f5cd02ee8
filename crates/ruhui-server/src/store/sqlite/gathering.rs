//! Callers who gather, so that one of them can have something done for all.
//!
//! No clock is involved. The first caller lets every task that is ready run, and again for as long as others join
//! meanwhile. It also waits while more callers of earlier groups have yet to take their answer than have joined
//! this one: they are ready to run, the processor is theirs first, and who they make room for comes next. So a
//! busy service gathers half of its callers while it replies to the other half. An idle service has no such task,
//! and a lone caller waits for nobody.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A group gathers no longer when this many are in it: the rest of what it costs for each is small by then.
const ENOUGH: usize = 64;

/// Those who have come since the last group left.
pub(super) struct Gathering<T> {
    group: Mutex<Vec<T>>,
    untaken: Untaken,
}

/// How many answers are there that nobody has taken yet.
#[derive(Clone, Default)]
pub(super) struct Untaken(Arc<AtomicUsize>);

impl Untaken {
    /// An answer, counted until it is taken or dropped.
    pub(super) fn answer<A>(&self, answer: A) -> Answer<A> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Answer { answer, _counted: Counted(self.clone()) }
    }
}

/// An answer on its way.
pub(super) struct Answer<A> {
    answer: A,
    _counted: Counted,
}

impl<A> Answer<A> {
    pub(super) fn take(self) -> A {
        self.answer
    }
}

struct Counted(Untaken);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<T> Gathering<T> {
    pub(super) fn new() -> Self {
        Self { group: Mutex::new(Vec::new()), untaken: Untaken::default() }
    }

    /// For those who answer.
    pub(super) fn untaken(&self) -> &Untaken {
        &self.untaken
    }

    /// Joins; `true` for the first, who has to see to it that the group leaves.
    pub(super) fn join(&self, caller: T) -> bool {
        let mut group = self.group();
        group.push(caller);
        group.len() == 1
    }

    /// Waits for as long as others join, or make room for others.
    pub(super) async fn grow(&self) {
        let mut before = (0, 0);
        loop {
            let now = (self.group().len(), self.untaken.0.load(Ordering::Relaxed));
            let (size, untaken) = now;
            // Where nothing moves, whoever has yet to take an answer is not about to.
            let is_growing = size > before.0 || (size < untaken && now != before);
            if size >= ENOUGH || !is_growing {
                return;
            }
            before = now;
            tokio::task::yield_now().await;
        }
    }

    /// The group leaves.
    pub(super) fn leave(&self) -> Vec<T> {
        std::mem::take(&mut *self.group())
    }

    fn group(&self) -> MutexGuard<'_, Vec<T>> {
        self.group.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
