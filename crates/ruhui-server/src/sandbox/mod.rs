//! The sandbox: the same service over one folder, with ready-made keys, brands, templates and users.

mod comments;
mod kit;
mod tls;
mod watch;

pub use comments::Comments;
pub use kit::{BRAND_ID, CARD_ID, Kit, MCHID, OPENID};

use crate::env::Env;
use crate::http::Tls;
use crate::service::Service;
use crate::start::{Addresses, Server, StartError};
use crate::store::StoreLocation;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Options of a sandbox.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether the sandbox serves the real host names over TLS, with a certificate of its CA.
    pub tls: bool,
    /// Replaces the file's addresses.
    pub addresses: Addresses,
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
}

/// Makes the folder `root` a sandbox if it is not one yet, and opens it.
///
/// # Errors
///
/// [`StartError`]: one sentence about the obstacle.
pub async fn open(root: &Path, env: Env, options: Options) -> Result<Sandbox, StartError> {
    let root = prepare(root)?;
    let was_complete = kit::was_complete(&root);
    let made = kit::provide(&root, &env, options.comments)?;
    let remade = if was_complete { made } else { Vec::new() };
    let is_tls = options.tls;
    let tls = if is_tls { Tls::On(tls::server_config(&root, &env)?) } else { Tls::Off };
    let Options { addresses, store, comments, .. } = options;
    let server = Server::open(&root.join("ruhui.toml"), env, addresses, store, tls).await?;
    let kit = Kit::write(&root, &server, is_tls, comments)?;
    Ok(Sandbox { server, kit, root, remade })
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

    /// The service that the sandbox runs.
    pub fn service(&self) -> &Arc<Service> {
        self.server.service()
    }

    /// Serves until `stop` is done. Then finishes the requests in flight. The log reports if the folder is deleted
    /// meanwhile.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let watch = tokio::spawn(watch::report_loss(self.root));
        self.server.run(stop).await;
        watch.abort();
    }
}

/// Makes the folder, checks that it is writable, and returns its absolute path.
fn prepare(root: &Path) -> Result<PathBuf, StartError> {
    let failed = |error: std::io::Error| StartError::Folder { path: root.to_owned(), error: error.into() };
    for folder in [root.to_owned(), root.join("kit"), root.join("platform")] {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let trial = root.join(".writable");
    std::fs::write(&trial, "").and_then(|()| std::fs::remove_file(&trial)).map_err(failed)?;
    root.canonicalize().map_err(failed)
}
