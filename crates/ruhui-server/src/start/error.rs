//! Errors that keep a service or sandbox from starting, one sentence each. `{}` prints English, `{:#}` Chinese.

use crate::config::ConfigError;
use crate::store::StoreError;
use ruhui_core::bilingual::{Bilingual, OsError};
use std::fmt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The reason why a service does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The sandbox's folder cannot be made or written.
    Folder {
        /// The path of the folder.
        path: PathBuf,
        /// The system's error.
        error: OsError,
    },
    /// A file cannot be read or written.
    File {
        /// The path of the file.
        path: PathBuf,
        /// The system's error.
        error: OsError,
    },
    /// A file of the sandbox's folder is damaged or of another kind.
    Unusable {
        /// The path of the file.
        path: PathBuf,
        /// The fault of the file, and the remedy.
        why: Bilingual,
    },
    /// Another sandbox over the same folder is running.
    Served {
        /// The path of the folder.
        path: PathBuf,
        /// The URLs of its main host and of its operations, if it has noted them already.
        at: Option<(String, String)>,
    },
    /// A port cannot be bound.
    Port {
        /// The key in `[service]`, which is also the name of the sandbox's option.
        key: &'static str,
        /// The address to bind.
        address: SocketAddr,
        /// The system's error.
        error: OsError,
    },
    /// The proxy would listen beyond loopback, which was not allowed.
    ProxyBeyondLoopback {
        /// The address to bind.
        address: SocketAddr,
    },
    /// `ruhui.toml` has a mistake.
    Config(ConfigError),
    /// The store cannot be used.
    Store(StoreError),
    /// A key or certificate could not be made.
    Key {
        /// The thing that was being made.
        what: Making,
        /// The library's message.
        why: String,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        match self {
            Self::Folder { path, error } if zh => {
                write!(
                    f,
                    "目录 {} 无法写入：{error:#}；可用 `ruhui sandbox 目录` 指定其他目录，或用 `ruhui sandbox --store memory` 不保留任何内容",
                    path.display()
                )
            }
            Self::Folder { path, error } => write!(
                f,
                "the folder {} cannot be written: {error}; give another with `ruhui sandbox FOLDER`, or keep nothing with `ruhui sandbox --store memory`",
                path.display()
            ),
            Self::File { path, error } if zh => write!(f, "文件 {} 无法读写：{error:#}", path.display()),
            Self::File { path, error } => write!(f, "{} cannot be read or written: {error}", path.display()),
            Self::Unusable { path, why } if zh => write!(f, "文件 {} 无法使用：{why:#}", path.display()),
            Self::Unusable { path, why } => write!(f, "{} cannot be used: {why}", path.display()),
            Self::Served { path, at } => {
                let path = path.display();
                let at = at.as_ref();
                let (en, zh_at) = at.map_or_else(Default::default, |(main, operations)| {
                    (
                        format!(" at {main} (operations {operations})"),
                        format!("：{main}（运维监听 {operations}）"),
                    )
                });
                if zh {
                    return write!(
                        f,
                        "目录 {path} 上已有沙箱在运行{zh_at}；请使用该沙箱或先将其停止，或指定其他目录与端口：`ruhui sandbox ./second --ports 7180`"
                    );
                }
                write!(
                    f,
                    "a sandbox over the folder {path} is running{en}: use that one or stop it, or give another folder and other ports, such as `ruhui sandbox ./second --ports 7180`"
                )
            }
            Self::Port { key, address, error } if zh => {
                write!(f, "无法监听 {address}：{error:#}；{}", advice(*error).1)?;
                write!(f, "修改 ruhui.toml 中的 `service.{key}`，或使用 `--{key}`")
            }
            Self::Port { key, address, error } => {
                write!(f, "cannot listen on {address}: {error}; {}", advice(*error).0)?;
                write!(f, "change `service.{key}` in ruhui.toml, or give the sandbox `--{key}`")
            }
            Self::ProxyBeyondLoopback { address } if zh => write!(
                f,
                "代理的监听地址 {address} 可被其他机器访问；请改用 127.0.0.1，如确需开放，请加上 `--proxy-beyond-loopback`"
            ),
            Self::ProxyBeyondLoopback { address } => write!(
                f,
                "other machines could use the proxy at {address}; take 127.0.0.1, or allow them with `--proxy-beyond-loopback`"
            ),
            Self::Config(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Key { what, .. } if zh => write!(f, "无法生成{what:#}"),
            Self::Key { what, why } => write!(f, "making {what} failed ({why})"),
        }
    }
}

/// Advice about a port that cannot be bound. The caller appends the names of the settings.
fn advice(error: OsError) -> (&'static str, &'static str) {
    match error.kind() {
        ErrorKind::AddrInUse => ("stop what uses it, or ", "请停止占用该端口的程序，或"),
        ErrorKind::AddrNotAvailable => (
            "take 127.0.0.1, 0.0.0.0 or an address of this machine: ",
            "请改用 127.0.0.1、0.0.0.0 或本机的地址：",
        ),
        ErrorKind::PermissionDenied => (
            "ports below 1024 need an extra privilege; use another one: ",
            "1024 以下的端口需要额外权限，请改用其他端口：",
        ),
        _ => ("", "请"),
    }
}

/// The thing that was being made when a library failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Making {
    /// An RSA key.
    RsaKey,
    /// A certificate.
    Certificate,
    /// The sandbox's certificate authority.
    Authority,
    /// The TLS settings.
    Tls,
    /// The files of the kit.
    Kit,
}

impl fmt::Display for Making {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::RsaKey, false) => "an RSA key",
            (Self::RsaKey, true) => " RSA 密钥",
            (Self::Certificate, false) => "a certificate",
            (Self::Certificate, true) => "证书",
            (Self::Authority, false) => "the CA",
            (Self::Authority, true) => " CA",
            (Self::Tls, false) => "the TLS settings",
            (Self::Tls, true) => " TLS 配置",
            (Self::Kit, false) => "the kit",
            (Self::Kit, true) => " kit",
        })
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
