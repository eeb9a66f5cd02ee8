//! The stores that a service is measured over.

use std::fmt;

/// The store that a service is measured over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Store {
    Sqlite,
    Postgres,
    Memory,
}

impl Store {
    /// All stores in the order of the table: the default first.
    pub(super) const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Memory];

    /// Returns the name that programs and folders use.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Memory => "memory",
        }
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Memory => "memory",
        })
    }
}
