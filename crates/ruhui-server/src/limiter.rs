//! Rate limits: requests per second of each caller and endpoint, in one process or across all replicas of a store.
//!
//! Replicas that share a store share each limit, through one record per caller and endpoint. Counting every request
//! there would cost one commit each. Instead, a replica reserves several requests in one commit, and admits them from
//! memory:
//!
//! ```text
//! a reservation of n is used up within half a second:  the next one is of 2n, up to a fifth of the limit
//! within a second:                                     the next one is of n
//! later, or never:                                     the next one is of 1; what is left of this one is lost
//! ```
//!
//! A caller that sends steadily below the limit loses nothing: it uses each reservation up in time. When the limit is
//! reached, requests are rejected from memory too, until a request can be reserved again.

use crate::domain::rate::{Rate, is_plausible_time};
use crate::env::Clock;
use crate::policy::RateLimit;
use crate::store::records::{join, replace_or_create};
use crate::store::{CommitError, Kind, Record, Sharing, Store, StoreError, StoreExt as _};
use jiff::{SignedDuration, Timestamp};
use ruhui_core::types::{Caller, Family};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Time after which a reservation expires.
const LIFETIME: SignedDuration = SignedDuration::from_secs(1);
/// Divisor of the limit: the largest reservation is the requests per second divided by this.
const LARGEST_PART: u32 = 5;

/// The documented rate limit that applies to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "the documents know no third")]
pub enum LimitClass {
    /// The limit of nearly all endpoints, by family.
    Standard,
    /// The limit of `/v3/certificates`.
    Certificates,
}

/// The endpoint that a request is counted for: its name, since two endpoints may share a path, and its limit.
pub(crate) type Counted = (&'static str, LimitClass);

/// The limiter's decision on one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// The request is within the limit, and is counted.
    Admitted,
    /// The request exceeds the limit, and is not counted.
    OverLimit,
}

/// The rate limiter: one counter for each provisioned caller and endpoint.
pub(crate) struct Limiter {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    rate_limit: RwLock<RateLimit>,
    counters: Mutex<Counters>,
}

type Counters = BTreeMap<(&'static str, Caller), Arc<tokio::sync::Mutex<Counter>>>;

/// The counter of one caller and endpoint.
#[derive(Debug, Default)]
struct Counter {
    /// Time at which all admitted requests are paid off, by the generic cell rate algorithm. Set only in a store of
    /// one process.
    full_at: Option<Timestamp>,
    /// The last reservation. Used only if replicas share the store.
    reserved: Reserved,
}

/// The requests that this replica has reserved in the shared counter and not admitted yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Reserved {
    /// Nothing is reserved.
    #[default]
    Nothing,
    /// Of `size` requests reserved at the time `at`, `left` are not admitted yet.
    Some { left: u32, size: u32, at: Timestamp },
    /// The limit is reached: nothing can be reserved before `until`. The next reservation is of `size`.
    Blocked { until: Timestamp, size: u32 },
}

/// The counter that replicas share, as a record of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shared {
    counter: String,
    /// The time of [`Counter::full_at`], in microseconds since 1970.
    full_at: i64,
}

impl Shared {
    /// First part of the records' ids.
    pub(crate) const PREFIX: &str = "rate";
}

impl Record for Shared {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        self.counter.clone()
    }
}

impl Limiter {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, rate_limit: RateLimit) -> Self {
        Self { store, clock, rate_limit: RwLock::new(rate_limit), counters: Mutex::default() }
    }

    fn limit(&self) -> RateLimit {
        *self.rate_limit.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the limits. The requests counted so far count against the new limits.
    pub(crate) fn set_limit(&self, rate_limit: RateLimit) {
        *self.rate_limit.write().unwrap_or_else(PoisonError::into_inner) = rate_limit;
    }

    /// Admits and counts one request, unless it exceeds the limit.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store of the shared counter fails.
    pub(crate) async fn admit(
        &self,
        (name, class): Counted,
        caller: &Caller,
    ) -> Result<Admission, StoreError> {
        let Some(rate) = self.rate(class, caller) else { return Ok(Admission::Admitted) };
        let now = self.clock.now();
        let counter = self.counter(name, caller);
        // Held during the read and commit, so that requests which arrive meanwhile use the same reservation.
        let mut counter = counter.lock().await;
        if self.store.sharing() == Sharing::OneProcess {
            return Ok(match rate.reserve(counter.full_at, now, 1) {
                Ok((_, full_at)) => {
                    counter.full_at = Some(full_at);
                    Admission::Admitted
                }
                Err(_) => Admission::OverLimit,
            });
        }
        if !counter.reserved.holds(now) {
            let id = join(&[Shared::PREFIX, name, caller.field(), caller.id()]);
            let wanted = counter.reserved.next_size(rate, now);
            counter.reserved = reserve(&*self.store, &id, rate, now, wanted).await?;
        }
        Ok(counter.reserved.take())
    }

    /// Takes back the count of a request that turned out to be a resend.
    pub(crate) async fn refund(&self, (name, class): Counted, caller: &Caller) {
        let Some(rate) = self.rate(class, caller) else { return };
        let counter = self.counter(name, caller);
        let mut counter = counter.lock().await;
        counter.full_at = counter.full_at.and_then(|full_at| full_at.checked_sub(rate.cost()).ok());
        if let Reserved::Some { left, .. } = &mut counter.reserved {
            *left += 1;
        }
    }

    /// Forgets all requests that were counted in this process. Counters that replicas share are in the store.
    pub(crate) fn reset(&self) {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn rate(&self, class: LimitClass, caller: &Caller) -> Option<Rate> {
        let RateLimit::On { partner, brand, certificates } = self.limit() else { return None };
        Some(match (class, caller.family()) {
            (LimitClass::Certificates, _) => certificates,
            (LimitClass::Standard, Family::Partner) => partner,
            (LimitClass::Standard, Family::Brand) => brand,
        })
    }

    fn counter(&self, name: &'static str, caller: &Caller) -> Arc<tokio::sync::Mutex<Counter>> {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        counters.entry((name, caller.clone())).or_default().clone()
    }
}

impl Reserved {
    /// Whether this reservation decides on the next request. Otherwise the shared counter has to be read.
    fn holds(self, now: Timestamp) -> bool {
        match self {
            Self::Nothing => false,
            Self::Some { left, at, .. } => {
                left > 0 && later(at, LIFETIME) > now && is_plausible_time(at, now)
            }
            Self::Blocked { until, .. } => until > now && is_plausible_time(until, now),
        }
    }

    /// The size of the next reservation, by the rules at the head of this module.
    fn next_size(self, rate: Rate, now: Timestamp) -> u32 {
        let size = match self {
            Self::Some { left: 0, size, at } => match now.duration_since(at) {
                used if used.is_negative() || used >= LIFETIME => 1,
                used if used.saturating_mul(2) <= LIFETIME => size.saturating_mul(2),
                _ => size,
            },
            Self::Blocked { size, .. } => size,
            Self::Nothing | Self::Some { .. } => 1,
        };
        size.min((rate.per_second / LARGEST_PART).max(1))
    }

    fn take(&mut self) -> Admission {
        match self {
            Self::Some { left, .. } if *left > 0 => {
                *left -= 1;
                Admission::Admitted
            }
            _ => Admission::OverLimit,
        }
    }
}

/// Reserves up to `wanted` requests in the shared counter. If the limit is reached, returns the time until which it
/// is.
async fn reserve(
    store: &dyn Store,
    id: &str,
    rate: Rate,
    now: Timestamp,
    wanted: u32,
) -> Result<Reserved, StoreError> {
    loop {
        let read = store.read::<Shared>(id).await?;
        let shared = read.as_ref().map(|loaded| &loaded.record);
        let full_at = shared.and_then(|shared| Timestamp::from_microsecond(shared.full_at).ok());
        let (size, full_at) = match rate.reserve(full_at, now, wanted) {
            Ok(reserved) => reserved,
            Err(wait) => {
                // Blocked until `wanted` requests are free again: under overload, each single request would cost a
                // commit otherwise.
                let more = rate.cost().saturating_mul(i32::try_from(wanted - 1).unwrap_or(i32::MAX));
                return Ok(Reserved::Blocked { until: later(now, wait.saturating_add(more)), size: wanted });
            }
        };
        let shared = Shared { counter: id.to_owned(), full_at: full_at.as_microsecond() };
        match store.commit(vec![replace_or_create(read.as_ref(), &shared)]).await {
            Ok(()) => return Ok(Reserved::Some { left: size, size, at: now }),
            // Version conflict: another replica reserved first. Some requests may still be free.
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
    use crate::env::ManualClock;
    use crate::store::MemoryStore;

    const COUNTED: Counted = ("an endpoint", LimitClass::Standard);

    fn caller() -> Caller {
        Caller::Merchant("1900000001".parse().unwrap())
    }

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(1_750_000_000_000 + millisecond).unwrap()
    }

    /// Replicas that share one store and one clock.
    struct Replicas {
        clock: Arc<ManualClock>,
        limiters: Vec<Limiter>,
    }

    impl Replicas {
        fn new(count: usize, sharing: Sharing, per_second: u32) -> Self {
            let clock = Arc::new(ManualClock::new(at(0)));
            let store = Arc::new(match sharing {
                Sharing::Replicas => MemoryStore::shared(),
                Sharing::OneProcess => MemoryStore::new(),
            });
            let rate = Rate { per_second };
            let rate_limit = RateLimit::On { partner: rate, brand: rate, certificates: rate };
            let limiter = |_| Limiter::new(store.clone(), clock.clone(), rate_limit);
            Self { limiters: (0..count).map(limiter).collect(), clock }
        }

        async fn admits(&self, replica: usize, now: Timestamp) -> bool {
            self.clock.advance(now.duration_since(self.clock.now()));
            self.limiters[replica].admit(COUNTED, &caller()).await.unwrap() == Admission::Admitted
        }

        /// Number of requests admitted of `offered` a second, sent to each replica in turn, between two times in
        /// milliseconds.
        async fn admitted(&self, offered: i64, span: [i64; 2]) -> u32 {
            let mut count = 0;
            for number in span[0] * offered / 1000..span[1] * offered / 1000 {
                let replica = number as usize % self.limiters.len();
                count += u32::from(self.admits(replica, at(number * 1000 / offered)).await);
            }
            count
        }

        fn reserved(&self, replica: usize) -> Reserved {
            self.limiters[replica].counter(COUNTED.0, &caller()).try_lock().unwrap().reserved
        }
    }

    #[tokio::test]
    async fn a_clock_that_was_put_back_locks_nobody_out() {
        for sharing in [Sharing::OneProcess, Sharing::Replicas] {
            let replicas = Replicas::new(1, sharing, 2);
            for now in [at(0), at(-3_600_000)] {
                for expected in [true, true, false] {
                    assert_eq!(replicas.admits(0, now).await, expected, "{sharing:?}");
                }
            }
        }
    }

    #[tokio::test]
    async fn replicas_keep_one_limit_together() {
        for (per_second, offered) in
            [(5, 45), (10, 90), (20, 60), (200, 600), (200, 2000), (1000, 3000), (1000, 20_000)]
        {
            let replicas = Replicas::new(3, Sharing::Replicas, per_second);
            // The burst of the first second is not counted.
            replicas.admitted(offered, [0, 2000]).await;
            let count = replicas.admitted(offered, [2000, 12_000]).await;
            let off = (f64::from(count) / f64::from(10 * per_second) - 1.0).abs();
            assert!(off <= 0.05, "{count} of {offered} a second at a limit of {per_second}");
        }
    }

    #[tokio::test]
    async fn a_steady_caller_below_the_limit_is_never_rejected() {
        for count in 1..=12 {
            for (per_second, offered) in [(5, 4), (10, 9), (20, 18), (200, 180), (1000, 900)] {
                let replicas = Replicas::new(count, Sharing::Replicas, per_second);
                let admitted = replicas.admitted(offered, [0, 10_000]).await;
                assert_eq!(i64::from(admitted), offered * 10, "{count} replicas, limit {per_second}");
            }
        }
    }

    /// At the documented limit of 10 a second every other request is admitted from memory.
    #[tokio::test]
    async fn a_reservation_grows_while_it_is_used_up_in_time() {
        let replicas = Replicas::new(1, Sharing::Replicas, 10);
        let mut sizes = Vec::new();
        for number in 0..8 {
            assert!(replicas.admits(0, at(number * 111)).await);
            let Reserved::Some { left, size, .. } = replicas.reserved(0) else { panic!("it admits") };
            sizes.push((size, left));
        }
        assert_eq!(sizes, [(1, 0), (2, 1), (2, 0), (2, 1), (2, 0), (2, 1), (2, 0), (2, 1)]);
        assert!(replicas.admits(0, at(5000)).await);
        assert_eq!(replicas.reserved(0), Reserved::Some { left: 0, size: 1, at: at(5000) });
    }

    #[tokio::test]
    async fn a_reservation_that_is_not_used_is_lost_after_a_second() {
        let replicas = Replicas::new(1, Sharing::Replicas, 100);
        for now in [0, 10, 20, 30] {
            assert!(replicas.admits(0, at(now)).await);
        }
        assert_eq!(replicas.reserved(0), Reserved::Some { left: 3, size: 4, at: at(30) });
        assert!(replicas.admits(0, at(1030)).await);
        assert_eq!(replicas.reserved(0), Reserved::Some { left: 0, size: 1, at: at(1030) });
    }

    #[tokio::test]
    async fn a_resend_gets_its_count_back() {
        for sharing in [Sharing::OneProcess, Sharing::Replicas] {
            let replicas = Replicas::new(1, sharing, 2);
            assert!(replicas.admits(0, at(0)).await && replicas.admits(0, at(0)).await);
            replicas.limiters[0].refund(COUNTED, &caller()).await;
            assert!(replicas.admits(0, at(0)).await, "{sharing:?}");
            assert!(!replicas.admits(0, at(0)).await, "{sharing:?}");
        }
    }
}
