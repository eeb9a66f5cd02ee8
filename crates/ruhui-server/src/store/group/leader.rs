//! Group commit with a leader and followers: the first caller of a group does the work for all callers.

use super::FULL_GROUP;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

/// The group that is collecting items. Once it is dispatched, the next group begins.
pub(in crate::store) struct Group<T>(Mutex<Forming<T>>);

struct Forming<T> {
    items: Vec<T>,
    /// Number of groups that were dispatched before this one.
    number: u64,
    has_leader: bool,
    /// Wakes all followers when the group is dispatched, and one of them when the group has lost its leader.
    followers: Arc<Notify>,
}

/// Role of one caller in its group.
enum Role<'a, T> {
    Leader(Leader<'a, T>),
    Follower(OwnedNotified),
    /// The caller's group was dispatched.
    Done,
}

impl<T> Group<T> {
    pub(in crate::store) fn new() -> Self {
        let followers = Arc::default();
        Self(Mutex::new(Forming { items: Vec::new(), number: 0, has_leader: false, followers }))
    }

    /// Adds an item to the group, and returns when the group was dispatched. The leader's `leave` gets all
    /// items; a follower's `leave` is never called. If a caller is cancelled before that, its item stays in
    /// the group.
    pub(in crate::store) async fn join(&self, item: T, leave: impl FnOnce(Vec<T>)) {
        let (number, mut part) = self.add(item);
        loop {
            match part {
                Role::Leader(leader) => {
                    self.grow().await;
                    return leader.leave(leave);
                }
                Role::Follower(woken) => woken.await,
                Role::Done => return,
            }
            part = self.part(&mut self.forming(), number);
        }
    }

    fn add(&self, item: T) -> (u64, Role<'_, T>) {
        let mut forming = self.forming();
        forming.items.push(item);
        let number = forming.number;
        (number, self.part(&mut forming, number))
    }

    /// Returns the role of a caller that belongs to the group with this number.
    fn part(&self, forming: &mut Forming<T>, number: u64) -> Role<'_, T> {
        if forming.number != number {
            Role::Done
        } else if forming.has_leader {
            Role::Follower(Arc::clone(&forming.followers).notified_owned())
        } else {
            forming.has_leader = true;
            Role::Leader(Leader { group: self, number })
        }
    }

    /// Waits for as long as other callers add items.
    async fn grow(&self) {
        let mut size = 0;
        while (size + 1..FULL_GROUP).contains(&self.len()) {
            size = self.len();
            tokio::task::yield_now().await;
        }
    }

    fn len(&self) -> usize {
        self.forming().items.len()
    }

    fn forming(&self) -> MutexGuard<'_, Forming<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leadership of a group, until the group is dispatched.
struct Leader<'a, T> {
    group: &'a Group<T>,
    number: u64,
}

impl<T> Leader<'_, T> {
    /// Dispatches the group. Followers wake up only after `leave` has returned, so each of them finds its
    /// result.
    fn leave(self, leave: impl FnOnce(Vec<T>)) {
        let (items, _left) = {
            let mut forming = self.group.forming();
            forming.number += 1;
            forming.has_leader = false;
            let left = WakeFollowers(std::mem::take(&mut forming.followers));
            (std::mem::take(&mut forming.items), left)
        };
        leave(items);
    }
}

/// Hands leadership on if the leader is cancelled before its group was dispatched: to a follower, or else to
/// the next caller.
impl<T> Drop for Leader<'_, T> {
    fn drop(&mut self) {
        let mut forming = self.group.forming();
        if forming.number == self.number {
            forming.has_leader = false;
            forming.followers.notify_one();
        }
    }
}

/// Wakes the followers of a dispatched group when dropped, so also if the work panics.
struct WakeFollowers(Arc<Notify>);

impl Drop for WakeFollowers {
    fn drop(&mut self) {
        self.0.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Waker};

    /// Joins the group, and returns the items that this caller dispatched if it was the leader.
    async fn join(group: &Group<i32>, item: i32) -> Option<Vec<i32>> {
        let mut taken = None;
        group.join(item, |items| taken = Some(items)).await;
        taken
    }

    /// Polls a future once.
    fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        }
    }

    #[tokio::test]
    async fn a_lone_caller_waits_for_nobody() {
        let group = Group::new();
        assert_eq!(join(&group, 1).await, Some(vec![1]));
        assert_eq!(join(&group, 2).await, Some(vec![2]));
    }

    #[tokio::test]
    async fn callers_that_are_ready_go_together_and_one_of_them_leads() {
        let group = Arc::new(Group::new());
        let callers: Vec<_> = (0..10)
            .map(|number| {
                let group = Arc::clone(&group);
                tokio::spawn(async move { join(&group, number).await })
            })
            .collect();
        let mut led: Vec<i32> = Vec::new();
        for caller in callers {
            led.extend(caller.await.unwrap().into_iter().flatten());
        }
        assert_eq!(led, (0..10).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_follower_goes_on_when_the_group_has_left_and_not_before() {
        let group = Group::new();
        let (mut leader, mut follower) = (pin!(join(&group, 1)), pin!(join(&group, 2)));
        assert!(poll(leader.as_mut()).is_none());
        assert!(poll(follower.as_mut()).is_none());
        assert!(poll(leader.as_mut()).is_none(), "it waits while others join");
        assert!(poll(follower.as_mut()).is_none());
        assert_eq!(poll(leader), Some(Some(vec![1, 2])));
        let mut next = pin!(join(&group, 3));
        assert!(poll(next.as_mut()).is_none());
        assert_eq!(poll(follower), Some(None), "the next group has nothing to do with it");
        assert_eq!(next.await, Some(vec![3]));
    }

    #[tokio::test]
    async fn of_a_leader_that_goes_away_a_follower_takes_the_place() {
        let group = Group::new();
        let (mut leader, mut gone) = (Box::pin(join(&group, 1)), Box::pin(join(&group, 2)));
        let (mut third, mut fourth) = (pin!(join(&group, 3)), pin!(join(&group, 4)));
        assert!(poll(leader.as_mut()).is_none());
        for follower in [gone.as_mut(), third.as_mut(), fourth.as_mut()] {
            assert!(poll(follower).is_none());
        }
        drop(leader);
        // The follower was woken to become the leader, and is cancelled before it runs.
        drop(gone);
        let (third, fourth) = tokio::join!(third, fourth);
        assert_eq!((third, fourth), (Some(vec![1, 2, 3, 4]), None));
    }

    #[tokio::test]
    async fn of_a_leader_without_followers_the_next_caller_takes_the_place() {
        let group = Group::new();
        let mut leader = Box::pin(join(&group, 1));
        assert!(poll(leader.as_mut()).is_none());
        drop(leader);
        assert_eq!(join(&group, 2).await, Some(vec![1, 2]));
    }

    #[tokio::test]
    async fn followers_go_on_when_the_work_has_panicked() {
        let group = Arc::new(Group::new());
        let leader = tokio::spawn({
            let group = Arc::clone(&group);
            async move { group.join(1, |_| panic!("the work failed")).await }
        });
        tokio::task::yield_now().await;
        assert_eq!(join(&group, 2).await, None);
        assert!(leader.await.is_err());
        assert_eq!(join(&group, 3).await, Some(vec![3]));
    }
}
