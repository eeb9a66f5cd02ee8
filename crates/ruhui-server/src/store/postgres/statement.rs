//! SQL texts, and their parameters.

use bytes::BytesMut;
use std::error::Error;
use std::fmt;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// A statement that is prepared when it is first needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Text {
    /// Version and value of the records with these keys, after the number of each in the list. One statement sees one
    /// moment.
    Load,
    /// Versions, after the same numbers.
    Versions,
    /// Creates or replaces.
    Put,
    Delete,
    /// A page of a kind from an id on.
    ScanFrom,
    /// A page of a kind after an id.
    ScanAfter,
    /// Deletes records that have expired. Of several services each takes those that no other is about to take, so none
    /// waits.
    Expire,
    /// Waits for the turn to commit.
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

/// A parameter whose `Debug` hides it: the client library logs parameters, and they are openids and tokens.
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
