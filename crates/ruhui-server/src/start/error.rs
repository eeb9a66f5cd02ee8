//! What keeps a service or sandbox from starting, one sentence each. `{}` prints English, `{:#}` Chinese.

use crate::config::ConfigError;
use crate::store::StoreError;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why it does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The sandbox's folder cannot be made or written.
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A port cannot be had.
    Port {
        /// The key in `[service]`, and the sandbox's option.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// `ruhui.toml` has a mistake.
    Config(ConfigError),
    /// The store cannot be used.
    Store(StoreError),
    /// A key or certificate could not be made.
    Key {
        /// What was being made.
        what: &'static str,
        /// What the library said.
        why: String,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        match self {
            Self::Folder { path, error } if zh => {
                write!(f, "目录 {} 无法写入：{error}；可用 `ruhui sandbox 目录` 指定其他目录", path.display())
            }
            Self::Folder { path, error } => write!(
                f,
                "the folder {} cannot be written: {error}; give another with `ruhui sandbox FOLDER`",
                path.display()
            ),
            Self::File { path, error } if zh => write!(f, "文件 {} 无法读写：{error}", path.display()),
            Self::File { path, error } => write!(f, "{} cannot be read or written: {error}", path.display()),
            Self::Port { key, address, error } if zh => write!(
                f,
                "无法监听 {address}：{error}；请停止占用该端口的程序，或修改 ruhui.toml 中的 `service.{key}`，或使用 `--{key}`"
            ),
            Self::Port { key, address, error } => write!(
                f,
                "{address} cannot be listened on: {error}; stop what uses it, or change `service.{key}` in ruhui.toml, or give the sandbox `--{key}`"
            ),
            Self::Config(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Key { what, why } if zh => write!(f, "生成 {what} 失败：{why}"),
            Self::Key { what, why } => write!(f, "making {what} failed: {why}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
