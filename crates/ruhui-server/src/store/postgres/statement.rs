//! SQL texts of the PostgreSQL store, and their parameters.

use bytes::BytesMut;
use std::error::Error;
use std::fmt;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// A statement, prepared when it is first needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Text {
    /// Reads version and value of the records with these keys, each with the position of its key in the list.
    /// One statement sees one moment.
    Load,
    /// Reads the versions of the records with these keys, each with the position of its key in the list.
    Versions,
    /// Creates or replaces records.
    Put,
    Delete,
    /// Reads a page of a kind, beginning at an id.
    ScanFrom,
    /// Reads a page of a kind, beginning after an id.
    ScanAfter,
    /// Deletes expired records. Rows that another service has locked are skipped, so no service waits for
    /// another.
    Expire,
    /// Takes the advisory lock for commits.
    TakeTurn,
    GiveTurnBack,
}

impl Text {
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::Load => {
                "SELECT k.number, r.version, r.value \
                 FROM unnest($1::smallint[], $2::text[]) WITH ORDINALITY AS k (kind, id, number) \
                 JOIN records r ON r.kind = k.kind AND r.id = k.id"
            }
            Self::Versions => {
                "SELECT k.number, r.version \
                 FROM unnest($1::smallint[], $2::text[]) WITH ORDINALITY AS k (kind, id, number) \
                 JOIN records r ON r.kind = k.kind AND r.id = k.id"
            }
            Self::Put => {
                "INSERT INTO records (kind, id, version, expires_at, value) \
                 SELECT * FROM unnest($1::smallint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[]) \
                 ON CONFLICT (kind, id) DO UPDATE SET \
                 version = excluded.version, expires_at = excluded.expires_at, value = excluded.value"
            }
            Self::Delete => {
                "DELETE FROM records r USING unnest($1::smallint[], $2::text[]) AS k (kind, id) \
                 WHERE r.kind = k.kind AND r.id = k.id"
            }
            Self::ScanFrom => {
                "SELECT id, version, value FROM records \
                 WHERE kind = $1::smallint AND id >= $2::text COLLATE \"C\" ORDER BY id LIMIT $3::bigint"
            }
            Self::ScanAfter => {
                "SELECT id, version, value FROM records \
                 WHERE kind = $1::smallint AND id > $2::text COLLATE \"C\" ORDER BY id LIMIT $3::bigint"
            }
            Self::Expire => {
                "DELETE FROM records WHERE ctid = ANY(ARRAY(SELECT ctid FROM records \
                 WHERE expires_at <= $1::bigint ORDER BY expires_at LIMIT $2::bigint FOR UPDATE SKIP LOCKED))"
            }
            Self::TakeTurn => "SELECT pg_advisory_lock($1::bigint)",
            Self::GiveTurnBack => "SELECT pg_advisory_unlock($1::bigint)",
        }
    }
}

/// A parameter whose `Debug` hides it: the client library logs parameters, which are openids and tokens.
pub(super) struct Hidden<T>(pub(super) T);

impl<T> fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl<T: ToSql> ToSql for Hidden<T> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql(kind, out)
    }

    fn accepts(kind: &Type) -> bool {
        T::accepts(kind)
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_hidden_from_logs() {
        assert_eq!(format!("{:?}", Hidden("obLatjnx9gnqzS4myYGmLZ7LgLBA")), "(hidden)");
    }
}
