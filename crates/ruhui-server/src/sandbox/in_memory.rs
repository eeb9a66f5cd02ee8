//! A sandbox without a folder, for tests in the same process: its files and its store are in memory.

use super::kit_env::KitEnv;
use super::watched::WatchedConfig;
use super::{Comments, tls};
use crate::env::Env;
use crate::files::Files;
use crate::http::ProxyClients;
use crate::service::Service;
use crate::start::{Addresses, Server, StartError};
use crate::store::StoreLocation;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Options of a sandbox in memory.
#[derive(Debug, Clone, Default)]
pub struct InMemoryOptions {
    /// Whether the sandbox serves the real host names over TLS, with a certificate of a CA that it makes.
    pub tls: bool,
    /// The clients of the sandbox's proxy. Without any there is no proxy. A proxy turns TLS on, since a tunnel carries it.
    pub proxy: Option<ProxyClients>,
    /// Replaces the file's addresses.
    pub addresses: Addresses,
}

/// A sandbox with bound ports and a provisioned store, and no folder.
pub struct InMemorySandbox {
    server: Server,
    variables: Vec<(&'static str, String)>,
    ca: Option<String>,
}

/// Opens a sandbox from `files`: texts by path, with those of a sandbox's folder: `ruhui.toml`, the keys that it names,
/// and the whole kit. Nothing is read from the disk or written to it, so snapshots are in memory too.
///
/// # Errors
///
/// [`StartError`]: one sentence about the obstacle.
pub async fn open_in_memory(
    files: impl IntoIterator<Item = (String, String)>,
    env: Env,
    options: InMemoryOptions,
) -> Result<InMemorySandbox, StartError> {
    let InMemoryOptions { tls, proxy, addresses } = options;
    let is_tls = tls || proxy.is_some();
    let made = is_tls.then(|| tls::server_config_of_new_ca(&env)).transpose()?;
    let (tls, ca) = made.map_or((None, None), |(tls, ca)| (Some(tls), Some(ca)));
    let tls = tls::serving(tls, proxy);
    let of_ca = ca.iter().map(|pem| ("kit/ca.pem".to_owned(), pem.clone()));
    let files = Files::in_memory(files.into_iter().chain(of_ca));
    let (path, store) = (Path::new("ruhui.toml"), Some(StoreLocation::Memory));
    let mut server = Server::open_among(files.clone(), path, env, addresses, store, tls).await?;
    let kit_env = KitEnv::of(files, Path::new(""), &server, is_tls, Comments::English)?;
    let variables =
        kit_env.variables(&server.service().settings().platform, &server.config_file.notify_url())?;
    server.kit = Some(Arc::new(WatchedConfig::new(server.config_file.clone(), kit_env)));
    Ok(InMemorySandbox { server, variables, ca })
}

impl InMemorySandbox {
    /// The settings that a client needs to reach this sandbox: names and values of the variables of `kit.env`.
    pub fn variables(&self) -> &[(&'static str, String)] {
        &self.variables
    }

    /// The certificate of the CA, as PEM, if the sandbox serves TLS.
    pub fn ca(&self) -> Option<&str> {
        self.ca.as_deref()
    }

    /// The service that the sandbox runs.
    pub fn service(&self) -> &Arc<Service> {
        self.server.service()
    }

    /// Serves until `stop` is done. Then finishes the requests in flight.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        self.server.run(stop).await;
    }
}

/// Hides the variables: some are keys.
impl fmt::Debug for InMemorySandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InMemorySandbox({:?})", self.server.urls())
    }
}
