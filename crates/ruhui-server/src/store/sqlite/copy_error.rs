//! Errors of backup and restore. `{}` prints English, `{:#}` Chinese.

use crate::store::StoreError;
use ruhui_core::bilingual::{Bilingual, OsError};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a backup or a restore was not made. Nothing was changed.
#[derive(Debug)]
#[non_exhaustive]
pub enum CopyError {
    /// The file to copy does not exist.
    Missing {
        /// Path of the file.
        file: PathBuf,
    },
    /// Source and target are the same file.
    Same {
        /// Path of the file.
        file: PathBuf,
    },
    /// A file with the backup's name exists.
    Exists {
        /// Path of the file.
        file: PathBuf,
    },
    /// The backup's name belongs to a store in use, or to one whose service did not shut down cleanly.
    Occupied {
        /// Path of the store.
        file: PathBuf,
        /// Path of the store's log.
        log: PathBuf,
    },
    /// A log next to the backup does not belong to it.
    StrayLog {
        /// Path of the backup.
        file: PathBuf,
        /// Path of the log.
        log: PathBuf,
    },
    /// The backup fails SQLite's integrity check.
    Unsound {
        /// Path of the backup.
        file: PathBuf,
        /// Result of the check.
        why: Bilingual,
    },
    /// A service or another program uses the store that would be replaced.
    InUse {
        /// Path of the store.
        store: PathBuf,
    },
    /// The store that an earlier restore replaced still exists, as `.before-restore`.
    Kept {
        /// Path of that older store.
        before: PathBuf,
    },
    /// The store that would be replaced is damaged, or belongs to another program.
    Unusable {
        /// Path of the store.
        store: PathBuf,
        /// Message of the library.
        why: Bilingual,
    },
    /// A file cannot be read, created or renamed.
    File {
        /// Path of the file.
        path: PathBuf,
        /// Error of the system.
        error: OsError,
    },
    /// One of the two files is not a store that this release can use, or its disk failed.
    Store(StoreError),
}

impl CopyError {
    pub(super) fn file(path: &Path, error: io::Error) -> Self {
        Self::File { path: path.to_owned(), error: error.into() }
    }
}

impl From<StoreError> for CopyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for CopyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() { self.chinese(f) } else { self.english(f) }
    }
}

impl std::error::Error for CopyError {}

impl CopyError {
    fn english(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { file } => write!(f, "{} does not exist, or is not a file", file.display()),
            Self::Same { file } => write!(f, "{} cannot be copied to itself", file.display()),
            Self::Exists { file } => {
                write!(f, "{} exists already; give another name, or --force to overwrite it", file.display())
            }
            Self::Occupied { file, log } => write!(
                f,
                "{} is the name of a store that is or was in use, as {} next to it shows; give another name",
                file.display(),
                log.display()
            ),
            Self::StrayLog { file, log } => write!(
                f,
                "{} has no log, but {} exists next to it; find out which store it belongs to, and move it away",
                file.display(),
                log.display()
            ),
            Self::Unsound { file, why } => {
                write!(f, "the backup {} is damaged: {why}; take an older one", file.display())
            }
            Self::InUse { store } => {
                write!(f, "the store {} is in use; stop its service first", store.display())
            }
            Self::Kept { before } => write!(
                f,
                "{} exists already, from an earlier restore; move it away, or give --force to overwrite it",
                before.display()
            ),
            Self::Unusable { store, why } => write!(
                f,
                "{}, which is to be replaced, is damaged or is not a store: {why}; --force replaces it, and keeps it and the files next to it as .before-restore",
                store.display()
            ),
            Self::File { path, error } => {
                write!(f, "{} cannot be read or written: {error}", path.display())
            }
            Self::Store(error) => write!(f, "{error}"),
        }
    }

    fn chinese(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { file } => write!(f, "{} 不存在，或不是文件", file.display()),
            Self::Same { file } => write!(f, "不能将 {} 复制到其自身", file.display()),
            Self::Exists { file } => {
                write!(f, "{} 已存在；请换一个文件名，或用 --force 覆盖", file.display())
            }
            Self::Occupied { file, log } => write!(
                f,
                "{} 是正在使用或曾被使用的存储（其旁有 {}）；请换一个文件名",
                file.display(),
                log.display()
            ),
            Self::StrayLog { file, log } => {
                write!(f, "{} 没有日志，但其旁有 {}；请先确认其来源并移走", file.display(), log.display())
            }
            Self::Unsound { file, why } => {
                write!(f, "备份 {} 已损坏：{why:#}；请使用更早的备份", file.display())
            }
            Self::InUse { store } => write!(f, "存储 {} 正在使用中；请先停止其服务", store.display()),
            Self::Kept { before } => {
                write!(f, "{} 已存在（上一次恢复时保留）；请先移走，或用 --force 覆盖", before.display())
            }
            Self::Unusable { store, why } => write!(
                f,
                "将被替换的 {} 已损坏或不是存储：{why:#}；--force 将其替换，并将其与旁边的同名文件保留为 .before-restore",
                store.display()
            ),
            Self::File { path, error } => write!(f, "{} 无法读写：{error:#}", path.display()),
            Self::Store(error) => write!(f, "{error:#}"),
        }
    }
}
