//! Roles of the connections to PostgreSQL: reads and writes.

/// Role of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Commits. If the server cancels a statement while it waits for a standby, it reports the commit as
    /// done. So the server must cancel nothing here; the client's own deadline ends it instead.
    Writes,
    /// Loads, scans and expiry.
    Reads,
}
