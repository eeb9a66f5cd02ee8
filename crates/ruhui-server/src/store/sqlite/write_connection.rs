//! The write connection, and its replacement after a failure (for example a failed sync).

use super::connect::connect;
use super::report::failed;
use super::schema;
use crate::store::StoreError;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::path::{Path, PathBuf};

/// Transactions lock the file for writing at once. A transaction that begins with a read cannot wait for the
/// write lock: of two processes over one file, the second writer would fail immediately.
pub(super) const BEGIN: TransactionBehavior = TransactionBehavior::Immediate;

/// The connection that writes. After a failure it is dropped, and the new connection must commit once without
/// changes before it accepts work.
///
/// After a failed sync the system counts pages as written that are not on disk, so nothing may depend on
/// anything written since the last good sync. The log's index, which the readers' connections keep alive,
/// still ends at the last good commit. So the next commit overwrites the failed part of the log, and its sync
/// covers all of it. The new connection does not have the cached pages of the old one.
pub(super) struct WriteConnection {
    path: PathBuf,
    connection: Option<Connection>,
}

impl WriteConnection {
    pub(super) fn new(connection: Connection, path: PathBuf) -> Self {
        Self { path, connection: Some(connection) }
    }

    /// Runs `act` with the connection. A failed write leaves nothing that this process would read.
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
            // A connection that only waited too long for a lock is not broken.
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

/// Commits without changes: the commit is still written to the log and synced.
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
