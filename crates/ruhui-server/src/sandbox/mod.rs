//! The sandbox: the same service over one folder, with ready-made keys, brands, templates and users.

mod error;
mod kit;
mod tls;

pub use error::SandboxError;
pub use kit::{BRAND_ID, CARD_ID, Kit, MCHID, OPENID};

use crate::config::{Config, ServiceConfig};
use crate::env::Env;
use crate::http::{self, Limits, Listener, Tls};
use crate::service::Service;
use crate::store::SqliteStore;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a sandbox listens, if not where its file says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Serves the real host names over TLS, under the sandbox's own CA.
    pub tls: bool,
    /// In place of `service.main`.
    pub main: Option<SocketAddr>,
    /// In place of `service.backup`.
    pub backup: Option<SocketAddr>,
    /// In place of `service.operations`.
    pub operations: Option<SocketAddr>,
}

/// A sandbox whose ports are bound and whose seeds are in.
#[derive(Debug)]
pub struct Sandbox {
    service: Arc<Service>,
    main: Listener,
    backup: Listener,
    operations: Listener,
    kit: Kit,
}

/// Makes the folder `root` a sandbox if it is not one yet, and opens it.
///
/// # Errors
///
/// [`SandboxError`]: one sentence that says what is in the way.
pub async fn open(root: &Path, env: Env, options: Options) -> Result<Sandbox, SandboxError> {
    let root = prepare(root)?;
    kit::provide(&root, &env)?;
    let path = root.join("ruhui.toml");
    let (config, provision) = Config::load(&path)?;
    let tls = match options.tls {
        true => Tls::On(tls::server_config(&root, &env)?),
        false => Tls::Off,
    };
    let ServiceConfig { main, backup, operations, .. } = config.service;
    let main = bind("main", options.main.unwrap_or(main), tls.clone()).await?;
    let backup = bind("backup", options.backup.unwrap_or(backup), tls).await?;
    let operations = bind("operations", options.operations.unwrap_or(operations), Tls::Off).await?;

    let store = Arc::new(SqliteStore::open(root.join(&config.service.store))?);
    provision.apply(&*store).await?;
    let service = Service::start(env, store, provision.platform, provision.policy).await?;
    let kit = Kit::write(&root, &service, options.tls, [&main, &backup, &operations])?;
    Ok(Sandbox { service, main, backup, operations, kit })
}

impl Sandbox {
    /// What a client needs to reach this sandbox.
    pub fn kit(&self) -> &Kit {
        &self.kit
    }

    /// The service.
    pub fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// Serves until `stop` is done; then finishes what is in flight.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        http::run(self.service, [self.main, self.backup], self.operations, Limits::default(), stop).await;
    }
}

/// The folder, there and writable, as an absolute path.
fn prepare(root: &Path) -> Result<PathBuf, SandboxError> {
    let failed = |error| SandboxError::Folder { path: root.to_owned(), error };
    for folder in [root.to_owned(), root.join("kit"), root.join("platform")] {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let trial = root.join(".writable");
    std::fs::write(&trial, "").and_then(|()| std::fs::remove_file(&trial)).map_err(failed)?;
    root.canonicalize().map_err(failed)
}

async fn bind(key: &'static str, address: SocketAddr, tls: Tls) -> Result<Listener, SandboxError> {
    Listener::bind(address, tls).await.map_err(|error| SandboxError::Port { key, address, error })
}
