//! The sandbox: the same service over one folder, with ready-made keys, brands, templates and users.

mod comments;
mod in_memory;
mod kit;
mod kit_env;
mod lock;
mod mismatch;
mod ports;
mod tls;
mod watch;
mod watched;

pub use crate::http::ProxyClients;
pub use crate::kit_values::{BRAND_ID, CARD_ID, MCHID, OPENID};
pub use comments::Comments;
pub use in_memory::{InMemoryOptions, InMemorySandbox, open_in_memory};
pub use kit::default_config;
pub use kit_env::{Kit, text_of as kit_env_text};
pub use ports::Ports;
pub use ruhui_console::SANDBOX_AGENT;

use crate::env::Env;
use crate::files::Files;
use crate::service::Service;
use crate::start::{Addresses, Server, StartError};
use crate::store::StoreLocation;
use kit_env::KitEnv;
use lock::FolderLock;
use ruhui_core::bilingual::Bilingual;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use watched::WatchedConfig;

/// Options of a sandbox.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether the sandbox serves the real host names over TLS, with a certificate of its CA.
    pub tls: bool,
    /// The clients of the sandbox's proxy. Without any there is no proxy. A proxy turns TLS on, since a tunnel carries it.
    pub proxy: Option<ProxyClients>,
    /// Replaces the file's addresses.
    pub addresses: Addresses,
    /// The ports of a new `ruhui.toml`. They replace those of a file that exists, for this start.
    pub ports: Option<Ports>,
    /// Replaces the file's store.
    pub store: Option<StoreLocation>,
    /// The language of the comments in the files that a start makes.
    pub comments: Comments,
}

/// A sandbox with bound ports and a provisioned store.
#[derive(Debug)]
pub struct Sandbox {
    server: Server,
    kit: Kit,
    root: PathBuf,
    remade: Vec<PathBuf>,
    differing: Vec<&'static str>,
    mismatches: Vec<Bilingual>,
    config: Arc<WatchedConfig>,
    /// Held until the sandbox has stopped.
    lock: FolderLock,
}

/// Makes the folder `root` a sandbox if it is not one yet, and opens it.
///
/// # Errors
///
/// [`StartError`]: one sentence about the obstacle.
pub async fn open(root: &Path, env: Env, options: Options) -> Result<Sandbox, StartError> {
    let (root, lock) = prepare(root)?;
    let was_complete = kit::was_complete(&root);
    let Options { addresses, ports, store, comments, tls, proxy } = options;
    let is_tls = tls || proxy.is_some();
    let made = kit::provide(&root, &env, comments, ports)?;
    let remade = if was_complete { made } else { Vec::new() };
    let tls = is_tls.then(|| tls::server_config(&root, &env)).transpose()?;
    let serving = tls::serving(tls, proxy);
    let has_own_url = addresses.notify_url.is_some();
    let addresses = match ports {
        Some(ports) => ports.completing(addresses),
        None => addresses,
    };
    // The address of a proxy that does not run replaces nothing.
    let running =
        |addresses: Addresses| Addresses { proxy: addresses.proxy.filter(|_| proxy.is_some()), ..addresses };
    let file = root.join("ruhui.toml");
    let mut server = Server::open_among(Files::Disk, &file, env, running(addresses), store, serving).await?;
    let replaced = |ports: Ports| server.config_file.replaced_by(&running(ports.addresses()));
    let mut differing = ports.map(replaced).unwrap_or_default();
    // A given URL has nothing to do with the ports.
    differing.retain(|key| !has_own_url || *key != "notify_url");
    let kit_env = KitEnv::of(Files::Disk, &root, &server, is_tls, comments)?;
    lock.note(kit_env.urls());
    let config = Arc::new(WatchedConfig::new(server.config_file.clone(), kit_env));
    let kit = config.write_kit()?;
    let mismatches = mismatch::find(&kit.folder, server.service()).await?;
    server.reloadable = config.clone();
    server.kit = Some(config.clone());
    Ok(Sandbox { server, kit, root, remade, differing, mismatches, config, lock })
}

impl Sandbox {
    /// The settings that a client needs to reach this sandbox.
    pub fn kit(&self) -> &Kit {
        &self.kit
    }

    /// The files that were missing from a complete sandbox, and that this start made again.
    pub fn remade(&self) -> &[PathBuf] {
        &self.remade
    }

    /// The settings of `ruhui.toml` that the given ports replace for this start.
    pub fn differing(&self) -> &[&'static str] {
        &self.differing
    }

    /// A sentence for each key of the kit that `ruhui.toml` does not use.
    pub fn mismatches(&self) -> &[Bilingual] {
        &self.mismatches
    }

    /// The service that the sandbox runs.
    pub fn service(&self) -> &Arc<Service> {
        self.server.service()
    }

    /// Serves until `stop` is done. Then finishes the requests in flight. Meanwhile changes of `ruhui.toml` are applied,
    /// and the log reports if the folder is deleted.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let watches = [tokio::spawn(watch::report_loss(self.root)), tokio::spawn(watch::follow(self.config))];
        self.server.run(stop).await;
        watches.iter().for_each(tokio::task::JoinHandle::abort);
        drop(self.lock);
    }
}

/// Makes the folder, locks it, and returns its absolute path with the lock. A folder that is locked is not changed.
fn prepare(root: &Path) -> Result<(PathBuf, FolderLock), StartError> {
    let failed = |error: std::io::Error| StartError::Folder { path: root.to_owned(), error: error.into() };
    std::fs::create_dir_all(root).map_err(failed)?;
    let lock = FolderLock::take(root)?;
    for folder in ["kit", "platform"] {
        std::fs::create_dir_all(root.join(folder)).map_err(failed)?;
    }
    let trial = root.join(".writable");
    std::fs::write(&trial, "").and_then(|()| std::fs::remove_file(&trial)).map_err(failed)?;
    Ok((root.canonicalize().map_err(failed)?, lock))
}
