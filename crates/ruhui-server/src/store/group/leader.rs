//! Callers who gather, so that one of them can have something done for all.
//!
//! No clock is involved. The first caller lets every task that is ready run, and again for as long as others join
//! meanwhile. It also waits while more callers of the group before have yet to go on than have joined this one: they
//! are ready to run, the processor is theirs first, and who they make room for comes next. So a busy service gathers
//! half of its callers while it replies to the other half. An idle service has no such task, and a lone caller waits
//! for nobody.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

/// A group gathers no longer when this many are in it: the rest of what it costs for each is small by then.
const ENOUGH: usize = 64;

/// Those who have come since the last group left.
pub(in crate::store) struct Gathering<T>(Mutex<State<T>>);

struct State<T> {
    group: Vec<T>,
    /// Tells all but the first of the group that it has left.
    left: Arc<Notify>,
    /// The group before: held by those of it who have yet to go on.
    before: Weak<Notify>,
}

impl<T> Gathering<T> {
    pub(in crate::store) fn new() -> Self {
        Self(Mutex::new(State { group: Vec::new(), left: Arc::default(), before: Weak::new() }))
    }

    /// Joins. The first gets nothing, and has to see to it that the group leaves; the others get what ends when it has
    /// left, to be kept until they go on.
    pub(in crate::store) fn join(&self, caller: T) -> Option<OwnedNotified> {
        let mut state = self.state();
        state.group.push(caller);
        (state.group.len() > 1).then(|| Arc::clone(&state.left).notified_owned())
    }

    /// Waits for as long as others join, or make room for others.
    pub(in crate::store) async fn grow(&self) {
        let mut seen = (0, 0);
        loop {
            let now = {
                let state = self.state();
                (state.group.len(), state.before.strong_count())
            };
            let (size, waiting) = now;
            // Where nothing moves, whoever has yet to go on is not about to.
            let is_growing = size > seen.0 || (size < waiting && now != seen);
            if size >= ENOUGH || !is_growing {
                return;
            }
            seen = now;
            tokio::task::yield_now().await;
        }
    }

    /// The group leaves. `send` sends it off, before anybody is told that it has left.
    pub(in crate::store) fn leave(&self, send: impl FnOnce(Vec<T>)) {
        let (group, left) = {
            let mut state = self.state();
            let left = std::mem::take(&mut state.left);
            state.before = Arc::downgrade(&left);
            (std::mem::take(&mut state.group), left)
        };
        send(group);
        left.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Waker};

    #[tokio::test]
    async fn a_lone_caller_waits_for_nobody() {
        let gathering = Gathering::new();
        assert!(gathering.join(1).is_none());
        gathering.grow().await;
        gathering.leave(|group| assert_eq!(group, [1]));
    }

    #[tokio::test]
    async fn who_is_ready_joins_and_goes_on_when_the_group_has_left() {
        let gathering = Arc::new(Gathering::new());
        let sent = Arc::new(AtomicUsize::new(0));
        let callers: Vec<_> = (0..10)
            .map(|number| {
                let (gathering, sent) = (Arc::clone(&gathering), Arc::clone(&sent));
                tokio::spawn(async move {
                    match gathering.join(number) {
                        None => {
                            gathering.grow().await;
                            gathering.leave(|group| sent.store(group.len(), Ordering::Relaxed));
                        }
                        Some(left) => left.await,
                    }
                    sent.load(Ordering::Relaxed)
                })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap(), 10);
        }
    }

    #[tokio::test]
    async fn a_group_waits_while_the_one_before_makes_room() {
        let gathering = Gathering::new();
        let mut waiting: Vec<_> = (0..4).filter_map(|number| gathering.join(number)).collect();
        gathering.leave(drop);
        assert_eq!(waiting.len(), 3);
        assert!(gathering.join(4).is_none());
        let mut growing = Box::pin(gathering.grow());
        // One goes on between two looks: three are more than one, so are two; one is not.
        let mut context = Context::from_waker(Waker::noop());
        for left in waiting.drain(..2) {
            assert!(growing.as_mut().poll(&mut context).is_pending());
            left.await;
        }
        assert!(growing.as_mut().poll(&mut context).is_ready());
        assert_eq!(waiting.len(), 1);
        gathering.leave(|group| assert_eq!(group, [4]));
    }

    #[tokio::test]
    async fn a_group_does_not_wait_for_who_never_goes_on() {
        let gathering = Gathering::new();
        let _never = [gathering.join(0), gathering.join(1), gathering.join(2)];
        gathering.leave(drop);
        assert!(gathering.join(3).is_none());
        gathering.grow().await;
    }
}
