//! Who may call how often, in this process or across all replicas of a store.
//!
//! A replica that asked the store for each call would pay a commit for each. It reserves a few calls ahead
//! instead, a twentieth of a second's, and hands them out from memory. What it does not hand out within a second
//! is lost, so that reservations cannot be saved up. When nothing is left it refuses from memory too, until the
//! next few could be there.

use crate::domain::rate::{Rate, is_credible};
use crate::store::records::{join, put};
use crate::store::{CommitError, Kind, Record, Store, StoreError, StoreExt as _};
use jiff::{SignedDuration, Timestamp};
use ruhui_core::types::Caller;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How long a reservation is good for.
const KEPT: SignedDuration = SignedDuration::from_secs(1);
/// Reservations that make up a second's calls.
const IN_A_SECOND: u32 = 20;

/// Whose calls are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Those of this process.
    Alone,
    /// Those of every replica of the store.
    Together,
}

/// The counters. There are as many as callers, which are provisioned, times calls.
pub(crate) struct Limiter {
    counting: Counting,
    counters: Mutex<Counters>,
}

type Counters = BTreeMap<(&'static str, Caller), Arc<tokio::sync::Mutex<Counter>>>;

/// One caller's calls of one kind.
#[derive(Debug, Default)]
struct Counter {
    /// When the calls so far will have been worked off: of this process, if it counts alone.
    full_at: Option<Timestamp>,
    ahead: Ahead,
}

/// What is known ahead of the next call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Ahead {
    #[default]
    Nothing,
    /// So many calls are reserved.
    Reserved { left: u32, until: Timestamp },
    /// There is nothing to be had.
    Blocked { until: Timestamp },
}

/// What the replicas share of a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Shared {
    counter: String,
    /// Microseconds since 1970.
    full_at: i64,
}

impl Record for Shared {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        self.counter.clone()
    }
}

impl Limiter {
    pub(crate) fn new(counting: Counting) -> Self {
        Self { counting, counters: Mutex::default() }
    }

    /// Counts one call; `false` when it is one too many, and then it counts for nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails that the counts are shared through.
    pub(crate) async fn admit(
        &self,
        store: &dyn Store,
        (call, caller): (&'static str, &Caller),
        rate: Rate,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let counter = self.counter(call, caller);
        // Held while the store is asked: whoever comes meanwhile has his call out of the same reservation.
        let mut counter = counter.lock().await;
        if self.counting == Counting::Alone {
            let next = rate.reserve(counter.full_at, now, 1);
            counter.full_at = next.map_or(counter.full_at, |(_, full_at)| Some(full_at));
            return Ok(next.is_ok());
        }
        if counter.ahead.is_over(now) {
            let id = join(&["rate", call, caller.field(), caller.id()]);
            counter.ahead = reserve(store, &id, rate, now).await?;
        }
        Ok(counter.ahead.take())
    }

    /// Takes back the count of a call that turned out to be a repeat.
    pub(crate) async fn give_back(&self, (call, caller): (&'static str, &Caller), rate: Rate) {
        let counter = self.counter(call, caller);
        let mut counter = counter.lock().await;
        counter.full_at = counter.full_at.and_then(|full_at| full_at.checked_sub(rate.cost()).ok());
        if let Ahead::Reserved { left, .. } = &mut counter.ahead {
            *left += 1;
        }
    }

    fn counter(&self, call: &'static str, caller: &Caller) -> Arc<tokio::sync::Mutex<Counter>> {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        counters.entry((call, caller.clone())).or_default().clone()
    }
}

impl Ahead {
    /// Whether the store has to be asked.
    fn is_over(self, now: Timestamp) -> bool {
        match self {
            Self::Nothing => true,
            Self::Reserved { left, until } => left == 0 || until <= now || !is_credible(until, now),
            Self::Blocked { until } => until <= now || !is_credible(until, now),
        }
    }

    fn take(&mut self) -> bool {
        match self {
            Self::Reserved { left, .. } if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}

/// Reserves the next few calls, or finds out how long there will be none.
async fn reserve(store: &dyn Store, id: &str, rate: Rate, now: Timestamp) -> Result<Ahead, StoreError> {
    let wanted = (rate.per_second / IN_A_SECOND).max(1);
    loop {
        let read = store.read::<Shared>(id).await?;
        let version = read.as_ref().map(|loaded| loaded.version);
        let full_at = read.and_then(|loaded| Timestamp::from_microsecond(loaded.record.full_at).ok());
        let (left, full_at) = match rate.reserve(full_at, now, wanted) {
            Ok(reserved) => reserved,
            Err(wait) => {
                let few = rate.cost().saturating_mul(i32::try_from(wanted - 1).unwrap_or(i32::MAX));
                return Ok(Ahead::Blocked { until: later(now, wait.saturating_add(few)) });
            }
        };
        let shared = Shared { counter: id.to_owned(), full_at: full_at.as_microsecond() };
        match store.commit(vec![put(&shared, version)]).await {
            Ok(()) => return Ok(Ahead::Reserved { left, until: later(now, KEPT) }),
            // Another replica was faster: what it left may be had.
            Err(CommitError::Changed(_)) => {}
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    const CALL: &str = "a call";

    fn caller() -> Caller {
        Caller::Merchant("1900000001".parse().unwrap())
    }

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(1_750_000_000_000 + millisecond).unwrap()
    }

    #[tokio::test]
    async fn a_clock_that_was_put_back_locks_nobody_out() {
        for counting in [Counting::Alone, Counting::Together] {
            let (limiter, store, rate) = (Limiter::new(counting), MemoryStore::new(), Rate { per_second: 2 });
            let caller = caller();
            let admit = async |at: Timestamp| limiter.admit(&store, (CALL, &caller), rate, at).await.unwrap();
            let (now, before) = (at(0), at(-3_600_000));
            assert_eq!([admit(now).await, admit(now).await, admit(now).await], [true, true, false]);
            assert_eq!([admit(before).await, admit(before).await, admit(before).await], [true, true, false]);
        }
    }

    /// How many calls are admitted of `offered` a second, spread over the replicas, from one millisecond to another.
    async fn admitted(
        replicas: &[Limiter],
        store: &MemoryStore,
        rate: Rate,
        offered: i64,
        span: [i64; 2],
    ) -> u32 {
        let mut count = 0;
        for number in span[0] * offered / 1000..span[1] * offered / 1000 {
            let replica = &replicas[number as usize % replicas.len()];
            let now = at(number * 1000 / offered);
            count += u32::from(replica.admit(store, (CALL, &caller()), rate, now).await.unwrap());
        }
        count
    }

    #[tokio::test]
    async fn replicas_keep_one_limit_together() {
        for (per_second, offered) in [(10, 90), (200, 600), (200, 2000), (1000, 3000)] {
            let rate = Rate { per_second };
            let store = MemoryStore::new();
            let replicas = [(); 3].map(|()| Limiter::new(Counting::Together));
            // The burst of the first second apart.
            admitted(&replicas, &store, rate, offered, [0, 2000]).await;
            let count = admitted(&replicas, &store, rate, offered, [2000, 12_000]).await;
            let off = (f64::from(count) / f64::from(10 * per_second) - 1.0).abs();
            assert!(off <= 0.05, "{count} of {offered} a second at a limit of {per_second}");
        }
    }

    #[tokio::test]
    async fn a_lone_caller_below_the_limit_is_never_refused() {
        let rate = Rate { per_second: 200 };
        let replicas = [(); 3].map(|()| Limiter::new(Counting::Together));
        let count = admitted(&replicas, &MemoryStore::new(), rate, 180, [0, 10_000]).await;
        assert_eq!(count, 1800);
    }

    #[tokio::test]
    async fn what_is_reserved_and_not_used_cannot_be_saved_up() {
        let rate = Rate { per_second: 100 };
        let store = MemoryStore::new();
        let limiter = Limiter::new(Counting::Together);
        let admit = async |now| limiter.admit(&store, (CALL, &caller()), rate, at(now)).await.unwrap();
        assert!(admit(0).await);
        let reserved = |limiter: &Limiter| limiter.counter(CALL, &caller()).try_lock().unwrap().ahead;
        assert_eq!(reserved(&limiter), Ahead::Reserved { left: 4, until: at(1000) });
        assert!(admit(5000).await);
        assert_eq!(reserved(&limiter), Ahead::Reserved { left: 4, until: at(6000) });
    }

    #[tokio::test]
    async fn a_repeat_gets_its_count_back() {
        for counting in [Counting::Alone, Counting::Together] {
            let rate = Rate { per_second: 2 };
            let (store, limiter) = (MemoryStore::new(), Limiter::new(counting));
            let admit = async || limiter.admit(&store, (CALL, &caller()), rate, at(0)).await.unwrap();
            assert!(admit().await && admit().await);
            limiter.give_back((CALL, &caller()), rate).await;
            assert_eq!([admit().await, admit().await], [true, false], "{counting:?}");
        }
    }
}
