//! Errors of reset, snapshot and restore. Whatever the error, nothing has changed.

use super::{ProvisioningError, SnapshotName};
use crate::reload::InvalidConfig;
use crate::store::StoreError;
use ruhui_core::bilingual::{Bilingual, OsError};
use std::fmt;
use std::path::PathBuf;

/// The reason why the state was not kept or not replaced. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone)]
pub(crate) enum StateError {
    /// `ruhui.toml` has a mistake.
    ConfigInvalid(Box<InvalidConfig>),
    /// The store failed, or cannot do this.
    Store(StoreError),
    /// A snapshot of this name exists.
    Exists(SnapshotName),
    /// No snapshot has this name.
    Missing {
        name: SnapshotName,
        /// The names that exist.
        known: Vec<String>,
    },
    /// The file is not as it was written.
    Damaged { path: PathBuf, why: Bilingual },
    /// A release with another format wrote the file.
    UnknownFormat { path: PathBuf, found: u64 },
    /// A file cannot be read or written.
    File { path: PathBuf, error: OsError },
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() { self.chinese(f) } else { self.english(f) }
    }
}

impl StateError {
    fn english(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConfigInvalid(mistake) => write!(f, "{}", mistake.message),
            Self::Store(error) => write!(f, "{error}"),
            Self::Exists(name) => write!(
                f,
                "a snapshot `{name}` exists; give another name, or overwrite it with `overwrite: true` (`--overwrite`)"
            ),
            Self::Missing { name, known } if known.is_empty() => {
                write!(
                    f,
                    "there is no snapshot `{name}`, and no other; `ruhui sandbox snapshot {name}` makes it"
                )
            }
            Self::Missing { name, known } => {
                write!(f, "there is no snapshot `{name}`; there are {}", known.join(", "))
            }
            Self::Damaged { path, why } => write!(
                f,
                "nothing has changed, since the snapshot {} is damaged: {why}; delete it and make a new one",
                path.display()
            ),
            Self::UnknownFormat { path, found } => write!(
                f,
                "nothing has changed, since the snapshot {} has format {found} and this release reads format {}: \
                 use the release that wrote it, or make a new one",
                path.display(),
                super::file::FORMAT
            ),
            Self::File { path, error } => write!(f, "{} cannot be read or written: {error}", path.display()),
        }
    }

    fn chinese(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConfigInvalid(mistake) => write!(f, "{:#}", mistake.message),
            Self::Store(error) => write!(f, "{error:#}"),
            Self::Exists(name) => {
                write!(f, "快照 `{name}` 已存在；请换一个名称，或用 `overwrite: true`（`--overwrite`）覆盖")
            }
            Self::Missing { name, known } if known.is_empty() => {
                write!(f, "没有快照 `{name}`，也没有其他快照；可用 `ruhui sandbox snapshot {name}` 创建")
            }
            Self::Missing { name, known } => write!(f, "没有快照 `{name}`；现有快照：{}", known.join("、")),
            Self::Damaged { path, why } => {
                write!(f, "快照 {} 已损坏，未作任何更改：{why:#}；请删除后重新创建", path.display())
            }
            Self::UnknownFormat { path, found } => write!(
                f,
                "快照 {} 的格式版本为 {found}，本版本只能读取格式版本 {}，未作任何更改：请使用创建该快照的版本，或重新创建快照",
                path.display(),
                super::file::FORMAT
            ),
            Self::File { path, error } => write!(f, "文件 {} 无法读写：{error:#}", path.display()),
        }
    }
}

impl From<StoreError> for StateError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ProvisioningError> for StateError {
    fn from(error: ProvisioningError) -> Self {
        match error {
            ProvisioningError::Invalid(mistake) => Self::ConfigInvalid(mistake),
            ProvisioningError::Store(error) => Self::Store(error),
        }
    }
}
