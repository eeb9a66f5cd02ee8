//! A reload of the configuration file of a running service: what it changed, and the mistakes that prevent it.

use crate::store::StoreError;
use futures_util::future::BoxFuture;
use ruhui_core::bilingual::Bilingual;
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;

/// The result of a reload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reload {
    /// The settings and entries that differ from those applied before, and that are in force now.
    pub changes: Vec<Change>,
    /// The settings that differ from those of the start, and that take effect at the next start only.
    pub at_next_start: Vec<String>,
}

/// A difference between two states of the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// The setting or the entry, such as `service.rate_limit` or `templates.pbLatjvWOibDc5-TBnbUk1pD12o0`.
    pub key: String,
    /// Whether it was added, edited or removed.
    pub change: Edit,
}

/// The way in which a setting or an entry differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "there is no fourth way")]
pub enum Edit {
    /// The file did not have it before.
    Added,
    /// Its value, or the content of a file that it names, is another one.
    Edited,
    /// The file no longer has it.
    Removed,
}

/// The reason why a reload changed nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReloadError {
    /// The file has a mistake.
    Invalid(Box<InvalidConfig>),
    /// The store failed.
    Store(StoreError),
}

/// A mistake in the configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidConfig {
    /// The path of the file.
    pub file: PathBuf,
    /// The line, counted from 1; `None` when the file as a whole is wrong.
    pub line: Option<usize>,
    /// The key, such as `merchants[0].mchid`.
    pub key: Option<String>,
    /// The whole sentence: file, line, key, and the fault.
    pub message: Bilingual,
}

/// A source of configuration that can be read again while the service runs.
pub(crate) trait Reloadable: fmt::Debug + Send + Sync {
    /// Reads the configuration again and applies it. An invalid configuration changes nothing.
    fn reload(&self) -> BoxFuture<'_, Result<Reload, ReloadError>>;
}

impl Reload {
    /// Whether the file is as it was when it was last applied.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        let edit = match self.change {
            Edit::Added => ("added", "新增"),
            Edit::Edited => ("edited", "已修改"),
            Edit::Removed => ("removed", "已删除"),
        };
        if zh { write!(f, "{}（{}）", self.key, edit.1) } else { write!(f, "{} ({})", self.key, edit.0) }
    }
}
