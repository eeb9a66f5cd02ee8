//! SQL texts of the SQLite store. They are constants, because the statement cache compares texts.

pub(super) const VERSION: &str = "SELECT version FROM records WHERE kind = ?1 AND id = ?2";
pub(super) const LOAD: &str = "SELECT version, value FROM records WHERE kind = ?1 AND id = ?2";
/// Creates a record, or changes nothing if it exists.
pub(super) const INSERT: &str = "INSERT INTO records (kind, id, version, expires_at, value) \
     VALUES (?1, ?2, 1, ?3, ?4) ON CONFLICT DO NOTHING";
/// Creates or replaces a record.
pub(super) const PUT: &str = "INSERT OR REPLACE INTO records (kind, id, version, expires_at, value) \
     VALUES (?1, ?2, ?3, ?4, ?5)";
pub(super) const DELETE: &str = "DELETE FROM records WHERE kind = ?1 AND id = ?2";
/// Reads a page of a kind, beginning at an id.
pub(super) const SCAN_FROM: &str =
    "SELECT id, version, value FROM records WHERE kind = ?1 AND id >= ?2 ORDER BY id LIMIT ?3";
/// Reads a page of a kind, beginning after an id.
pub(super) const SCAN_AFTER: &str =
    "SELECT id, version, value FROM records WHERE kind = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
/// Deletes expired records of all kinds.
pub(super) const EXPIRE: &str = "DELETE FROM records WHERE (kind, id) IN \
     (SELECT kind, id FROM records WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";

/// Reads all records.
pub(super) const EXPORT: &str = "SELECT kind, id, version, expires_at, value FROM records ORDER BY kind, id";
/// Deletes all records.
pub(super) const CLEAR: &str = "DELETE FROM records";

/// All statements but those on the whole content, which read every row.
#[cfg(test)]
pub(super) const ALL: [&str; 8] = [VERSION, LOAD, INSERT, PUT, DELETE, SCAN_FROM, SCAN_AFTER, EXPIRE];
