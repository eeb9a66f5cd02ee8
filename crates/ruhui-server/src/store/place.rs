//! Location of a store as a person writes it: a file, a PostgreSQL URL, or `memory`.

use super::postgres::{Address, AddressError};
use super::{MemoryStore, PostgresStore, SqliteStore, Store, StoreError};
use crate::env::Env;
use serde::Deserialize;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

/// Location of a store: a file, a PostgreSQL database, or `memory`. Neither `Debug` nor `Display` shows a
/// password.
///
/// ```
/// use ruhui_server::store::StoreLocation;
///
/// let place: StoreLocation = "postgres://ruhui:secret@db1,db2/ruhui".parse().unwrap();
/// assert_eq!(place.to_string(), "postgres://ruhui@db1,db2/ruhui");
/// assert!(!format!("{place:?}").contains("secret"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
#[non_exhaustive]
pub enum StoreLocation {
    /// File of the embedded SQLite store.
    File(PathBuf),
    /// In memory only: everything is lost when the process ends. For tests and measurements.
    Memory,
    /// A PostgreSQL database, which several services may share.
    Postgres(Box<Address>),
}

impl StoreLocation {
    /// Resolves relative paths of this location against `folder`.
    #[must_use]
    pub fn within(self, folder: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(folder.join(path)),
            Self::Memory => Self::Memory,
            Self::Postgres(address) => Self::Postgres(Box::new(address.within(folder))),
        }
    }

    /// Opens the store, and migrates its schema to this release's version.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be reached or written, belongs to another program, or is newer
    /// than this release.
    pub async fn open(&self, env: &Env) -> Result<Arc<dyn Store>, StoreError> {
        Ok(match self {
            Self::File(path) => Arc::new(SqliteStore::open(path)?),
            Self::Memory => {
                tracing::warn!("the store is `memory`: everything is forgotten when this process ends");
                Arc::new(MemoryStore::new())
            }
            Self::Postgres(address) => Arc::new(PostgresStore::open(address, env.entropy.clone()).await?),
        })
    }
}

impl fmt::Display for StoreLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Memory => f.write_str("memory"),
            Self::Postgres(address) => address.fmt(f),
        }
    }
}

/// Why a text is not the location of a store. The message never repeats the text, which may hold a password.
/// `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreLocationError {
    /// The text is empty.
    Empty,
    /// The text is a URL with another scheme.
    OtherScheme,
    /// The text is a PostgreSQL URL with a mistake.
    Postgres(AddressError),
}

impl fmt::Display for StoreLocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        match self {
            Self::Empty if zh => f.write_str("存储位置不能为空：请填写文件名、`memory` 或 postgres:// 地址"),
            Self::Empty => f.write_str("is empty: give a file, `memory`, or a postgres:// URL"),
            Self::OtherScheme if zh => {
                f.write_str("不支持该类数据库：请填写文件名、`memory` 或 postgres:// 地址")
            }
            Self::OtherScheme => {
                f.write_str("is a URL of another kind: give a file, `memory`, or a postgres:// URL")
            }
            Self::Postgres(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StoreLocationError {}

impl FromStr for StoreLocation {
    type Err = StoreLocationError;

    fn from_str(text: &str) -> Result<Self, StoreLocationError> {
        match text {
            "" => Err(StoreLocationError::Empty),
            "memory" => Ok(Self::Memory),
            _ if Address::is_meant(text) => text
                .parse()
                .map(|address| Self::Postgres(Box::new(address)))
                .map_err(StoreLocationError::Postgres),
            _ if text.contains("://") => Err(StoreLocationError::OtherScheme),
            _ => Ok(Self::File(PathBuf::from(text))),
        }
    }
}

impl TryFrom<String> for StoreLocation {
    type Error = StoreLocationError;

    fn try_from(text: String) -> Result<Self, StoreLocationError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_file_memory_or_a_database() {
        let place = |text: &str| text.parse::<StoreLocation>();
        assert_eq!(place("memory"), Ok(StoreLocation::Memory));
        assert_eq!(place("./memory"), Ok(StoreLocation::File("./memory".into())));
        assert_eq!(place("data/ruhui.db"), Ok(StoreLocation::File("data/ruhui.db".into())));
        assert!(matches!(place("postgresql://db/ruhui"), Ok(StoreLocation::Postgres(_))));
        assert_eq!(place(""), Err(StoreLocationError::Empty));
        assert_eq!(place("mysql://root:secret@db/ruhui"), Err(StoreLocationError::OtherScheme));
    }

    #[test]
    fn files_are_relative_to_the_folder_of_the_configuration() {
        let within = |text: &str| text.parse::<StoreLocation>().unwrap().within(Path::new("/etc/ruhui"));
        assert_eq!(within("ruhui.db"), StoreLocation::File("/etc/ruhui/ruhui.db".into()));
        assert_eq!(within("/var/ruhui.db"), StoreLocation::File("/var/ruhui.db".into()));
        assert_eq!(within("memory"), StoreLocation::Memory);
    }
}
