//! What keeps a sandbox from starting, one sentence each.

use crate::config::ConfigError;
use crate::store::StoreError;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The folder cannot be made or written.
    #[error("the folder {} cannot be written: {error}; give another with `ruhui sandbox FOLDER`", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A file in the folder cannot be written.
    #[error("{} cannot be written: {error}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A port cannot be had.
    #[error(
        "{address} cannot be listened on: {error}; stop what uses it, or change `service.{key}` in ruhui.toml or give `--{key}`"
    )]
    Port {
        /// The key in `[service]`, and the option.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// `ruhui.toml` has a mistake.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key or certificate could not be made.
    #[error("making {what} failed: {why}")]
    Key {
        /// What was being made.
        what: &'static str,
        /// What the library said.
        why: String,
    },
}
