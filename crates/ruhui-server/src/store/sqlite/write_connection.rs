//! The connection that writes, and what is done when it fails.

use super::connect::connect;
use super::report::failed;
use super::schema;
use crate::store::StoreError;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::path::{Path, PathBuf};

/// A transaction that begins by reading cannot wait its turn to write: of two processes over one file, the
/// second to write would fail at once.
pub(super) const BEGIN: TransactionBehavior = TransactionBehavior::Immediate;

/// A connection that is not used again once it has failed.
///
/// After a failed sync the system takes the pages for written that it could not write, so nothing may be built upon
/// what was written since the last good one. The log's index, which the readers' connections keep alive, still ends
/// where the last good commit ended: the next commit writes over what failed, and its sync covers that whole. A new
/// connection has forgotten the pages that the old one had in memory; its first commit, which changes nothing, must
/// succeed before anything is taken on.
pub(super) struct WriteConnection {
    path: PathBuf,
    connection: Option<Connection>,
}

impl WriteConnection {
    pub(super) fn new(connection: Connection, path: PathBuf) -> Self {
        Self { path, connection: Some(connection) }
    }

    /// Does something with the connection. What fails leaves nothing behind that this process would read.
    pub(super) fn write<T>(
        &mut self,
        act: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => {
                let connection = none.insert(reopen(&self.path)?);
                tracing::warn!(store = %self.path.display(), "the store takes commits again");
                connection
            }
        };
        act(connection).map_err(|error| {
            // Whoever only had to wait for too long has a sound connection.
            if error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) {
                self.connection = None;
            }
            failed(&self.path, &error)
        })
    }
}

fn reopen(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = connect(path)?;
    schema::migrate(&mut connection, path)?;
    try_out(&mut connection).map_err(|error| failed(path, &error))?;
    Ok(connection)
}

/// A commit that changes nothing, and yet is written and synced.
fn try_out(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(BEGIN)?;
    let step: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    transaction.pragma_update(None, "user_version", step)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trying_out_writes_to_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ruhui.db");
        let mut connection = connect(&path).unwrap();
        schema::migrate(&mut connection, &path).unwrap();
        let log = || std::fs::metadata(folder.path().join("ruhui.db-wal")).unwrap().len();
        let before = log();
        try_out(&mut connection).unwrap();
        assert!(log() > before, "{} bytes of log", log());
    }
}
