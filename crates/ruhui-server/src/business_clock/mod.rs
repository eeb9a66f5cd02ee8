//! The business clock of a sandbox: a clock that can be put forward and stopped.
//!
//! The clock shows the machine's time plus an offset, or stands still. Its setting is a record of the store, so after a
//! restart it goes on from there. It goes back only when the whole state does: [`BusinessClock::reload`].

mod error;

pub use error::ClockError;

use crate::env::Clock;
use crate::store::{CommitError, Kind, Loaded, Record, Store, StoreError, StoreExt as _};
use jiff::{SignedDuration, Timestamp};
use ruhui_core::types::DateTime;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Largest leap of the clock: the time that two validities of a card can take.
pub const LARGEST_LEAP: SignedDuration = SignedDuration::from_hours(24 * 731);

/// Largest distance from the machine's time, so that a year added to the clock's time is still a valid time.
const FURTHEST: SignedDuration = SignedDuration::from_hours(24 * 365 * 100);

/// Value of [`BusinessClock::frozen`] while the clock runs.
const RUNS: i64 = i64::MIN;

/// The business clock of a sandbox.
pub struct BusinessClock {
    machine: Arc<dyn Clock>,
    /// Milliseconds that a running clock is ahead of the machine's. Negative after it stood still for a while.
    ahead: AtomicI64,
    /// Time in milliseconds at which the clock stands still, or [`RUNS`].
    frozen: AtomicI64,
    /// Held while the setting changes, so that the record and the clock agree.
    changing: tokio::sync::Mutex<()>,
}

/// A change of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "the four changes of a clock")]
pub enum ClockChange {
    /// Puts the clock forward by this time.
    Advance(SignedDuration),
    /// Puts the clock forward to this time.
    Set(Timestamp),
    /// Stops the clock.
    Freeze,
    /// Lets a stopped clock go on from its time.
    Resume,
}

/// The setting as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct ClockRecord {
    ahead_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    frozen_ms: Option<i64>,
}

impl ClockRecord {
    pub(crate) const ID: &str = "business_clock";
}

impl Record for ClockRecord {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        Self::ID.to_owned()
    }
}

impl BusinessClock {
    /// A clock that shows the time of `machine` until it is changed.
    pub fn new(machine: Arc<dyn Clock>) -> Self {
        let (ahead, frozen) = (AtomicI64::new(0), AtomicI64::new(RUNS));
        Self { machine, ahead, frozen, changing: tokio::sync::Mutex::default() }
    }

    /// A clock with the setting that `store` has.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub async fn load(machine: Arc<dyn Clock>, store: &dyn Store) -> Result<Self, StoreError> {
        let clock = Self::new(machine);
        clock.reload(store).await?;
        Ok(clock)
    }

    /// Reads the setting again: the state that it belongs to was replaced. A state without a setting has the machine's
    /// time.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails. The clock is then unchanged.
    pub async fn reload(&self, store: &dyn Store) -> Result<(), StoreError> {
        let _changing = self.changing.lock().await;
        self.show(Self::setting_in(store).await?);
        Ok(())
    }

    /// Returns the setting that a store has.
    pub(crate) async fn setting_in(store: &dyn Store) -> Result<ClockRecord, StoreError> {
        let loaded = store.read::<ClockRecord>(ClockRecord::ID).await?;
        Ok(loaded.map(|loaded| loaded.record).unwrap_or_default())
    }

    /// Takes the setting of the state that replaces the current one. The caller keeps changes out.
    pub(crate) fn install(&self, setting: ClockRecord) {
        self.show(setting);
    }

    /// Changes the clock, and stores the setting.
    ///
    /// # Errors
    ///
    /// [`ClockError`]: nothing has changed.
    pub async fn change(&self, store: &dyn Store, change: ClockChange) -> Result<(), ClockError> {
        let _changing = self.changing.lock().await;
        loop {
            let setting = self.decide(change)?;
            let write = match store.read::<ClockRecord>(ClockRecord::ID).await.map_err(ClockError::Store)? {
                Some(loaded) => Loaded::replace(&loaded, &setting),
                None => crate::store::records::put(&setting, None),
            };
            match store.commit(vec![write]).await {
                Ok(()) => {
                    self.show(setting);
                    return Ok(());
                }
                Err(CommitError::Changed(_)) => {}
                Err(CommitError::Store(error)) => return Err(ClockError::Store(error)),
            }
        }
    }

    /// Returns the setting after a change.
    fn decide(&self, change: ClockChange) -> Result<ClockRecord, ClockError> {
        let (machine, now) = (self.machine.now(), self.now());
        let setting = ClockRecord {
            ahead_ms: self.ahead.load(Ordering::SeqCst),
            frozen_ms: self.frozen_at().map(Timestamp::as_millisecond),
        };
        let target = match change {
            ClockChange::Freeze => {
                return Ok(ClockRecord { frozen_ms: Some(now.as_millisecond()), ..setting });
            }
            ClockChange::Resume => {
                let ahead_ms = now.as_millisecond() - machine.as_millisecond();
                let ahead_ms = if setting.frozen_ms.is_some() { ahead_ms } else { setting.ahead_ms };
                return Ok(ClockRecord { ahead_ms, frozen_ms: None });
            }
            ClockChange::Advance(by) if by.is_negative() => {
                return Err(ClockError::Back { now: DateTime::milliseconds(now) });
            }
            ClockChange::Set(to) if to < now => {
                return Err(ClockError::Back { now: DateTime::milliseconds(now) });
            }
            ClockChange::Advance(by) => now.checked_add(by).unwrap_or(Timestamp::MAX),
            ClockChange::Set(to) => to,
        };
        let latest = |from: Timestamp, leap| from.checked_add(leap).unwrap_or(Timestamp::MAX);
        let (by_leap, by_end) = (latest(now, LARGEST_LEAP), latest(machine, FURTHEST));
        if target > by_leap {
            return Err(ClockError::TooFar { latest: DateTime::milliseconds(by_leap) });
        }
        if target > by_end {
            return Err(ClockError::BeyondEnd { latest: DateTime::milliseconds(by_end) });
        }
        let leap = target.as_millisecond() - now.as_millisecond();
        Ok(ClockRecord {
            ahead_ms: setting.ahead_ms + leap,
            frozen_ms: setting.frozen_ms.map(|frozen| frozen + leap),
        })
    }

    fn show(&self, setting: ClockRecord) {
        // A reader between the two stores sees the old frozen time, or the new one: never a time of its own.
        self.ahead.store(setting.ahead_ms, Ordering::SeqCst);
        self.frozen.store(setting.frozen_ms.unwrap_or(RUNS), Ordering::SeqCst);
    }

    fn frozen_at(&self) -> Option<Timestamp> {
        let frozen = Some(self.frozen.load(Ordering::SeqCst)).filter(|frozen| *frozen != RUNS)?;
        Some(Timestamp::from_millisecond(frozen).unwrap_or(Timestamp::MAX))
    }

    /// Whether the clock stands still.
    pub fn is_frozen(&self) -> bool {
        self.frozen_at().is_some()
    }

    /// Time of the machine.
    pub fn machine_time(&self) -> Timestamp {
        self.machine.now()
    }

    /// How far the clock is ahead of the machine's, in whole milliseconds. Negative if it is behind.
    pub fn offset(&self) -> SignedDuration {
        let ahead = match self.frozen_at() {
            Some(frozen) => frozen.as_millisecond() - self.machine.now().as_millisecond(),
            None => self.ahead.load(Ordering::SeqCst),
        };
        SignedDuration::from_millis(ahead)
    }
}

impl Clock for BusinessClock {
    fn now(&self) -> Timestamp {
        self.frozen_at().unwrap_or_else(|| {
            let ahead = SignedDuration::from_millis(self.ahead.load(Ordering::SeqCst));
            self.machine.now().saturating_add(ahead).unwrap_or(Timestamp::MAX)
        })
    }
}

impl fmt::Debug for BusinessClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.is_frozen() { "frozen, " } else { "" };
        write!(f, "BusinessClock({how}{} ahead)", self.offset())
    }
}

#[cfg(test)]
mod tests;
