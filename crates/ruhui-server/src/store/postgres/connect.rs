//! Connections: made one at a time, to the server that writes, with limits on everything that could wait for ever.

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

/// For one host: its name, the connection, TLS, the password, the checks. On a network of one's own it is
/// milliseconds; a host that needs longer is as good as away, and the next one is tried.
const CONNECT: Duration = Duration::from_secs(2);
/// For one of the addresses of a host's name.
const CONNECT_ADDRESS: Duration = Duration::from_secs(1);
/// The pause after the first failed attempt; it doubles with each that follows.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause. An outage is not over for us before its end plus this.
const LAST_PAUSE: Duration = Duration::from_secs(1);

/// Makes connections.
pub(super) struct Connector {
    pub(super) place: String,
    hosts: Vec<Config>,
    tls: Tls,
    entropy: Arc<dyn Entropy>,
    /// The host that answered last.
    good: AtomicUsize,
    /// How often a connection was lost: the server may be another one since.
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

    /// Tries each host once, beginning with the one that answered last.
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
                // Of several hosts the one that could be reached has most to say.
                Ok(Err(error)) => last = error,
                Err(_) => last = self.unavailable(("no response within 2 s", "2 秒内没有应答")),
            }
        }
        Err(last)
    }

    /// Tries until it succeeds, with pauses that grow. They are drawn by lot: services that lost a server together
    /// must not come back together.
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

    /// A connection of this many losses was lost or failed: every other one is made anew before it is used again.
    /// Those who find out together count as one.
    pub(super) fn lost(&self, known: u64) {
        // If somebody else was faster, there is nothing left to do.
        let _ = self.losses.compare_exchange(known, known + 1, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// Whether no connection was lost since this one was made.
    pub(super) fn is_fresh(&self, session: &Session) -> bool {
        session.losses == self.losses.load(Ordering::SeqCst)
    }

    /// How many attempts there were at connecting to a host.
    pub(super) fn attempts(&self) -> u64 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Between half of `longest` and all of it.
    pub(super) fn drawn(&self, longest: Duration) -> Duration {
        let mut byte = [0];
        self.entropy.fill(&mut byte);
        longest / 2 + longest / 2 * u32::from(byte[0]) / 255
    }

    pub(super) fn unavailable(&self, why: impl Into<Bilingual>) -> StoreError {
        StoreError::Unavailable { place: self.place.clone(), why: why.into() }
    }
}
