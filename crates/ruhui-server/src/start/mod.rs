//! From a configuration file to a service that listens.

mod error;

pub use error::{Making, StartError};

use crate::Counting;
use crate::config::{Config, Provision};
use crate::domain::PublicUrl;
use crate::env::{Env, OffsetClock};
use crate::http::{self, Limits, Listener, Stop, Tls};
use crate::service::Service;
use crate::store::Place;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Where a server listens, if not where its file says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Addresses {
    /// In place of `service.main`.
    pub main: Option<SocketAddr>,
    /// In place of `service.backup`.
    pub backup: Option<SocketAddr>,
    /// In place of `service.operations`.
    pub operations: Option<SocketAddr>,
}

/// A service whose ports are bound and whose seeds are in.
#[derive(Debug)]
pub struct Server {
    pub(crate) service: Arc<Service>,
    pub(crate) main: Listener,
    pub(crate) backup: Listener,
    pub(crate) operations: Listener,
    /// The business clock of a sandbox.
    pub(crate) clock: Option<Arc<OffsetClock>>,
    /// For how long it goes on after it was told to stop.
    pub(crate) drain: Duration,
    /// The limits of the listeners.
    pub(crate) limits: Limits,
}

impl Server {
    /// Reads the file, binds the ports, opens the store and brings it in line with the file. Paths in the
    /// file are relative to its folder. `store` takes the place of the file's.
    ///
    /// # Errors
    ///
    /// [`StartError`]: one sentence that says what is in the way.
    pub async fn open(
        config: &Path,
        env: Env,
        addresses: Addresses,
        store: Option<Place>,
        tls: Tls,
    ) -> Result<Self, StartError> {
        let path = config;
        let (config, provision) = Config::load(path)?;
        // Ports first: a second server on the same store must find out before it touches it.
        let address = addresses.main.unwrap_or(config.service.main);
        let main = bind("main", address, tls.clone()).await?;
        let backup = bind("backup", addresses.backup.unwrap_or(config.service.backup), tls).await?;
        let operations = addresses.operations.unwrap_or(config.service.operations);
        let operations = bind("operations", operations, Tls::Off).await?;

        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        let place = store.unwrap_or_else(|| config.service.store.clone().within(folder));
        let counting = match place {
            Place::Postgres(_) => Counting::Together,
            _ => Counting::Alone,
        };
        let store = place.open(&env).await?;
        provision.apply(&*store).await?;
        let Provision { platform, mut policy, .. } = provision;
        policy.counting = counting;
        if config.service.public_url.is_none() {
            let key = "main";
            let bound =
                main.address().map_err(|error| StartError::Port { key, address, error: error.into() })?;
            policy.public_url = PublicUrl::at(main.scheme(), bound);
        }
        let clock = config.service.sandbox.then(|| Arc::new(OffsetClock::new(env.business.clone())));
        let env = match clock.clone() {
            Some(clock) => Env { business: clock, ..env },
            None => env,
        };
        let service = Service::start(env, store, platform, policy).await?;
        let (drain, limits) = (config.service.drain(), config.service.limits());
        Ok(Self { service, main, backup, operations, clock, drain, limits })
    }

    /// The service.
    pub fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// Serves until `told` is done and the file's `drain` is over; then finishes what is in flight.
    pub async fn run(self, told: impl Future<Output = ()>) {
        let operations = (self.operations, self.clock);
        let drained = async { tokio::time::sleep(self.drain).await };
        let stop = Stop { told, drained };
        http::run(self.service, [self.main, self.backup], operations, self.limits, stop).await;
    }
}

async fn bind(key: &'static str, address: SocketAddr, tls: Tls) -> Result<Listener, StartError> {
    Listener::bind(address, tls).await.map_err(|error| StartError::Port { key, address, error: error.into() })
}
