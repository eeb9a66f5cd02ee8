//! The two kinds of connections.

/// The purpose of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Commits. A statement that the server breaks off while it waits for a standby is reported as done, so here the
    /// server must break nothing off: our own deadline does.
    Writes,
    /// Everything else.
    Reads,
}
