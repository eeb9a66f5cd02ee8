//! Start of a server: from a configuration file to a service that listens.

mod config_file;
mod error;
mod run;

pub(crate) use config_file::{ConfigFile, FileStates};
pub use error::{Making, StartError};
pub use run::{Stop, run};

use crate::business_clock::BusinessClock;
use crate::config::{ConfigError, Provision};
use crate::domain::{ControlHost, PublicUrl};
use crate::env::Env;
use crate::files::Files;
use crate::http::{ForwardProxy, Limits, Listener, ProxyClients, SandboxParts, Tls};
use crate::kit_keys::KitKeys;
use crate::reload::Reloadable;
use crate::running_kit::KitSource;
use crate::sandbox_state::SandboxFolder;
use crate::service::Service;
use crate::store::StoreLocation;
use config_file::ConfigSource;
use ruhui_core::types::NotifyUrl;
use run::run_with;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Addresses of a server, in place of those of its file.
#[derive(Debug, Clone, Default)]
pub struct Addresses {
    /// Replaces `service.main`.
    pub main: Option<SocketAddr>,
    /// Replaces `service.backup`.
    pub backup: Option<SocketAddr>,
    /// Replaces `service.operations`.
    pub operations: Option<SocketAddr>,
    /// Replaces `service.proxy`.
    pub proxy: Option<SocketAddr>,
    /// Replaces the IP address of each listener whose whole address is not replaced, except for the proxy's.
    pub bind: Option<IpAddr>,
    /// Replaces `service.notify_url`, the URL of callbacks.
    pub notify_url: Option<NotifyUrl>,
    /// Host names under which the controls may be requested, next to those of `service.control_hosts`.
    pub control_hosts: Vec<ControlHost>,
}

/// A proxy that a sandbox is to have.
#[derive(Debug)]
pub(crate) struct ProxyPlan {
    pub(crate) clients: ProxyClients,
    /// The names on the certificate of the main and the backup host.
    pub(crate) names: Vec<&'static str>,
}

/// A service with bound ports, an open store, and the file's entries provisioned.
#[derive(Debug)]
pub struct Server {
    pub(crate) service: Arc<Service>,
    pub(crate) config_file: Arc<ConfigFile>,
    /// The configuration as the controls reload it.
    pub(crate) reloadable: Arc<dyn Reloadable>,
    pub(crate) main: Listener,
    pub(crate) backup: Listener,
    pub(crate) operations: Listener,
    /// The proxy of a sandbox that has one.
    pub(crate) proxy: Option<ForwardProxy>,
    /// The business clock of a sandbox.
    pub(crate) clock: Option<Arc<BusinessClock>>,
    /// The folder of a sandbox: that of its file.
    pub(crate) folder: Option<SandboxFolder>,
    kit_keys: KitKeys,
    /// The kit of a sandbox, once it is written.
    pub(crate) kit: Option<Arc<dyn KitSource>>,
    /// Time for which requests are accepted after the start of the graceful shutdown.
    pub(crate) drain: Duration,
    /// The limits of the listeners.
    pub(crate) limits: Limits,
}

impl Server {
    /// Reads the file, binds the ports, opens the store and provisions it from the file. Paths in the file are
    /// relative to its folder. `store` replaces the file's store.
    ///
    /// # Errors
    ///
    /// [`StartError`]: one sentence about the obstacle.
    pub async fn open(
        config: &Path,
        env: Env,
        addresses: Addresses,
        store: Option<StoreLocation>,
        tls: Tls,
    ) -> Result<Self, StartError> {
        Self::open_among(Files::Disk, config, env, addresses, store, (tls, None)).await
    }

    /// Opens a server as [`open`](Self::open) does. `path` and the paths in the file are those of `files`.
    pub(crate) async fn open_among(
        files: Files,
        path: &Path,
        env: Env,
        addresses: Addresses,
        store: Option<StoreLocation>,
        (tls, proxy): (Tls, Option<ProxyPlan>),
    ) -> Result<Self, StartError> {
        let has_folder = matches!(files, Files::Disk);
        let kit_keys = KitKeys::of(files.clone(), path.parent().unwrap_or_else(|| Path::new("")));
        let (source, config, provision) =
            ConfigSource::load(files, path, addresses.notify_url, addresses.control_hosts)?;
        // Ports come first: a second server on the same store must fail before it changes the store.
        let chosen = |replaced: Option<SocketAddr>, of_file: SocketAddr| {
            replaced.unwrap_or_else(|| on(addresses.bind, of_file))
        };
        let address = chosen(addresses.main, config.service.main);
        let main = bind("main", address, tls.clone()).await?;
        let backup = bind("backup", chosen(addresses.backup, config.service.backup), tls).await?;
        let operations = chosen(addresses.operations, config.service.operations);
        let operations = bind("operations", operations, Tls::Off).await?;
        let proxy_address = addresses.proxy.unwrap_or_else(|| config.service.proxy());
        let proxy = proxy.map(|plan| plan.bind(proxy_address, [&main, &backup])).transpose()?;

        let public_url = match config.service.public_url.clone() {
            Some(given) => given,
            None => {
                let key = "main";
                let bound =
                    main.address().map_err(|error| StartError::Port { key, address, error: error.into() })?;
                found_at(main.scheme(), bound, config.service.sandbox)
                    .ok_or_else(|| ConfigError::public_url_missing(path, bound))?
            }
        };

        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        let place = store.unwrap_or_else(|| config.service.store.clone().within(folder));
        let store = place.open(&env).await?;
        provision.apply(&*store).await?;
        let Provision { platform, mut policy, faults, entries, .. } = provision;
        policy.public_url = public_url.clone();
        let clock = match config.service.sandbox {
            true => Some(Arc::new(BusinessClock::load(env.business.clone(), &*store).await?)),
            false => None,
        };
        let env = match clock.clone() {
            Some(clock) => Env { business: clock, ..env },
            None => env,
        };
        let (drain, limits) = (config.service.drain(), config.service.limits());
        let service = Service::start(env, store, platform, policy).await?;
        if let Some(played) = &service.faults {
            played.apply_file(faults);
        }
        let folder = config.service.sandbox.then(|| match has_folder {
            true => SandboxFolder::new(folder, Arc::new(source.provisioning())),
            false => SandboxFolder::in_memory(Arc::new(source.provisioning())),
        });
        let config_file = Arc::new(ConfigFile::new(source, service.clone(), public_url, config, entries));
        let reloadable = config_file.clone();
        Ok(Self {
            service,
            config_file,
            reloadable,
            main,
            backup,
            operations,
            proxy,
            clock,
            folder,
            kit_keys,
            kit: None,
            drain,
            limits,
        })
    }

    /// The service that the server runs.
    pub fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// Returns the URLs of the main host, the backup host and the operations, with the ports that were chosen for
    /// port 0.
    ///
    /// # Errors
    ///
    /// The operating system's error.
    pub fn urls(&self) -> std::io::Result<[String; 3]> {
        let url = |listener: &Listener| {
            std::io::Result::Ok(format!("{}://{}", listener.scheme(), listener.address()?))
        };
        let [main, backup, operations] = [&self.main, &self.backup, &self.operations].map(url);
        Ok([main?, backup?, operations?])
    }

    /// Time for which the server accepts requests after the start of the graceful shutdown.
    pub fn drain(&self) -> Duration {
        self.drain
    }

    /// Serves until `told` is done and the file's `drain` has passed. Then finishes the requests in flight.
    pub async fn run(self, told: impl Future<Output = ()>) {
        let (reloadable, folder) = (Some(self.reloadable), self.folder);
        let (kit_keys, kit) = (self.kit_keys, self.kit);
        let sandbox = self.clock.map(|clock| SandboxParts { clock, reloadable, folder, kit_keys, kit });
        let operations = (self.operations, sandbox);
        let drained = async { tokio::time::sleep(self.drain).await };
        let stop = Stop { told, drained };
        let api = ([self.main, self.backup], self.proxy);
        run_with(self.service, api, operations, self.limits, stop).await;
    }
}

/// The address with this IP address, if one is given.
pub(crate) fn on(ip: Option<IpAddr>, address: SocketAddr) -> SocketAddr {
    ip.map_or(address, |ip| SocketAddr::new(ip, address.port()))
}

/// The URL of pictures if the file has none: the listener's, if it is on loopback. No other address serves as a
/// default: replicas have different ones, and if one changed, every picture that was handed out would be lost. A
/// sandbox on all addresses gets a loopback URL, since it is viewed on its own machine.
fn found_at(scheme: &str, bound: SocketAddr, is_sandbox: bool) -> Option<PublicUrl> {
    match bound.ip() {
        ip if ip.is_loopback() => Some(PublicUrl::at(scheme, bound)),
        _ if !is_sandbox => None,
        ip if !ip.is_unspecified() => Some(PublicUrl::at(scheme, bound)),
        IpAddr::V4(_) => Some(PublicUrl::at(scheme, (Ipv4Addr::LOCALHOST, bound.port()).into())),
        IpAddr::V6(_) => Some(PublicUrl::at(scheme, (Ipv6Addr::LOCALHOST, bound.port()).into())),
    }
}

impl ProxyPlan {
    fn bind(self, address: SocketAddr, hosts: [&Listener; 2]) -> Result<ForwardProxy, StartError> {
        let Self { clients, names } = self;
        if !clients.may_use(address) {
            return Err(StartError::ProxyBeyondLoopback { address });
        }
        let failed = |error: std::io::Error| StartError::Port { key: "proxy", address, error: error.into() };
        ForwardProxy::bind(address, &names, hosts).map_err(failed)
    }
}

async fn bind(key: &'static str, address: SocketAddr, tls: Tls) -> Result<Listener, StartError> {
    Listener::bind(address, tls).await.map_err(|error| StartError::Port { key, address, error: error.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_never_at_an_address_that_is_none() {
        for (bound, of_service, of_sandbox) in [
            ("127.0.0.1:7080", Some("http://127.0.0.1:7080"), "http://127.0.0.1:7080"),
            ("[::1]:7080", Some("http://[::1]:7080"), "http://[::1]:7080"),
            ("0.0.0.0:7080", None, "http://127.0.0.1:7080"),
            ("[::]:7080", None, "http://[::1]:7080"),
            ("192.0.2.7:7080", None, "http://192.0.2.7:7080"),
        ] {
            let bound: SocketAddr = bound.parse().unwrap();
            let found = |is_sandbox| found_at("http", bound, is_sandbox);
            assert_eq!(found(false).as_ref().map(PublicUrl::as_str), of_service, "{bound}");
            assert_eq!(found(true).as_ref().map(PublicUrl::as_str), Some(of_sandbox), "{bound}");
        }
    }
}
