//! Connections to PostgreSQL: made one at a time, to the primary server, with time-outs, retries and backoff.

use super::address::Address;
use super::role::Role;
use super::session::Session;
use super::tls::Tls;
use crate::env::Entropy;
use crate::store::StoreError;
use ruhui_core::bilingual::Bilingual;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::timeout;
use tokio_postgres::Config;

/// Time limit for one host: its name, the connection, TLS, the password, the checks. On a private network
/// this takes milliseconds; a slower host is considered down, and the next one is tried.
const CONNECT: Duration = Duration::from_secs(2);
/// Time limit for one of the addresses of a host's name.
const CONNECT_ADDRESS: Duration = Duration::from_secs(1);
/// Pause after the first failed attempt; it doubles with each further failure.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// Longest pause between two attempts, and so the longest delay after the end of an outage.
const LAST_PAUSE: Duration = Duration::from_secs(1);

/// Opens connections, and counts attempts and lost connections.
pub(super) struct Connector {
    pub(super) place: String,
    hosts: Vec<Config>,
    tls: Tls,
    entropy: Arc<dyn Entropy>,
    /// Index of the last host that accepted a connection.
    good: AtomicUsize,
    /// Number of times that a connection was lost: since then another server may be the primary.
    losses: AtomicU64,
    attempts: AtomicU64,
    one_at_a_time: tokio::sync::Mutex<()>,
}

impl Connector {
    pub(super) fn new(address: &Address, entropy: Arc<dyn Entropy>) -> Result<Self, StoreError> {
        let place = address.to_string();
        let tls =
            Tls::new(&address.tls).map_err(|why| StoreError::Unavailable { place: place.clone(), why })?;
        let mut hosts = address.hosts.clone();
        for host in &mut hosts {
            host.connect_timeout(CONNECT_ADDRESS);
        }
        Ok(Self {
            place,
            hosts,
            tls,
            entropy,
            good: AtomicUsize::new(0),
            losses: AtomicU64::new(0),
            attempts: AtomicU64::new(0),
            one_at_a_time: tokio::sync::Mutex::default(),
        })
    }

    /// Tries each host once, beginning with the last one that accepted a connection.
    pub(super) async fn connect(&self, role: Role) -> Result<Session, StoreError> {
        let _turn = self.one_at_a_time.lock().await;
        let losses = self.losses.load(Ordering::SeqCst);
        let first = self.good.load(Ordering::Relaxed);
        let mut last = self.unavailable(("it names no host", "未给出主机"));
        for offset in 0..self.hosts.len() {
            let index = (first + offset) % self.hosts.len();
            self.attempts.fetch_add(1, Ordering::Relaxed);
            let session = Session::open(&self.hosts[index], self.tls.clone(), role, &self.place, losses);
            match timeout(CONNECT, session).await {
                Ok(Ok(session)) => {
                    self.good.store(index, Ordering::Relaxed);
                    return Ok(session);
                }
                // If every host fails, the error of the last one is returned.
                Ok(Err(error)) => last = error,
                Err(_) => last = self.unavailable(("no response within 2 s", "2 秒内没有应答")),
            }
        }
        Err(last)
    }

    /// Retries until a connection is open, with growing pauses. The pauses are random (jitter): services that
    /// lost a server at the same moment must not reconnect at the same moment.
    pub(super) async fn reconnect(&self, role: Role, mut failed: impl FnMut(&StoreError)) -> Session {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.connect(role).await {
                Ok(session) => return session,
                Err(error) => failed(&error),
            }
            tokio::time::sleep(self.drawn(pause)).await;
            pause = (pause * 2).min(LAST_PAUSE);
        }
    }

    /// Records that a connection made at `known` losses was lost or failed. Every other connection is then
    /// replaced before it is used again. Concurrent reports of one loss count once.
    pub(super) fn lost(&self, known: u64) {
        // If another task has counted the loss already, nothing is left to do.
        let _ = self.losses.compare_exchange(known, known + 1, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// Whether no connection was lost since this one was opened.
    pub(super) fn is_fresh(&self, session: &Session) -> bool {
        session.losses == self.losses.load(Ordering::SeqCst)
    }

    /// Returns the number of attempts to connect to a host.
    pub(super) fn attempts(&self) -> u64 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Returns a random pause between half of `longest` and all of it.
    pub(super) fn drawn(&self, longest: Duration) -> Duration {
        let mut byte = [0];
        self.entropy.fill(&mut byte);
        longest / 2 + longest / 2 * u32::from(byte[0]) / 255
    }

    pub(super) fn unavailable(&self, why: impl Into<Bilingual>) -> StoreError {
        StoreError::Unavailable { place: self.place.clone(), why: why.into() }
    }
}
