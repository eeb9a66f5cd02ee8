//! SQL texts, and their parameters.

use crate::store::Kind;
use bytes::BytesMut;
use std::error::Error;
use std::fmt::{self, Write as _};

use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// A set of kinds, in their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Kinds(u16);

impl Kinds {
    pub(super) fn insert(&mut self, kind: Kind) {
        self.0 |= 1 << index(kind);
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.0 & (1 << index(*kind)) != 0)
    }

    pub(super) fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The place of a kind in this set.
    pub(super) fn position(self, kind: Kind) -> usize {
        (self.0 & ((1 << index(kind)) - 1)).count_ones() as usize
    }
}

/// The place of a kind among all of them, which names it in answers.
pub(super) fn index(kind: Kind) -> usize {
    kind as usize
}

/// A statement that is prepared when it is first needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Text {
    /// Kind, id, version and value of the records with these ids, one list for each kind. One statement sees one
    /// moment.
    Load(Kinds),
    /// Kind, id and version.
    Versions(Kinds),
    /// Creates or replaces.
    Put(Kind),
    Delete(Kind),
    /// A page from an id on.
    ScanFrom(Kind),
    /// A page behind an id.
    ScanAfter(Kind),
    /// Forgets. Of several services each takes what no other is about to take, so none waits.
    Expire(Kind),
    /// Waits for the turn to commit.
    TakeTurn,
    GiveTurnBack,
}

impl Text {
    pub(super) fn sql(self) -> String {
        match self {
            Self::Load(kinds) => select(kinds, "id, version, value"),
            Self::Versions(kinds) => select(kinds, "id, version"),
            Self::Put(kind) => format!(
                "INSERT INTO {} (id, version, value, expires_at) \
                 SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[]) \
                 ON CONFLICT (id) DO UPDATE SET \
                 version = excluded.version, value = excluded.value, expires_at = excluded.expires_at",
                kind.table()
            ),
            Self::TakeTurn => "SELECT pg_advisory_lock($1::bigint)".to_owned(),
            Self::GiveTurnBack => "SELECT pg_advisory_unlock($1::bigint)".to_owned(),
            Self::Delete(kind) => format!("DELETE FROM {} WHERE id = ANY($1::text[])", kind.table()),
            Self::ScanFrom(kind) => scan(kind, ">="),
            Self::ScanAfter(kind) => scan(kind, ">"),
            Self::Expire(kind) => format!(
                "DELETE FROM {0} WHERE id = ANY(ARRAY(SELECT id FROM {0} WHERE expires_at <= $1::bigint \
                 ORDER BY expires_at LIMIT $2::bigint FOR UPDATE SKIP LOCKED))",
                kind.table()
            ),
        }
    }
}

fn select(kinds: Kinds, columns: &str) -> String {
    let mut sql = String::new();
    for (position, kind) in kinds.iter().enumerate() {
        let union = if position == 0 { "" } else { " UNION ALL " };
        let (index, table, parameter) = (index(kind), kind.table(), position + 1);
        write!(
            sql,
            "{union}SELECT {index}::bigint, {columns} FROM {table} WHERE id = ANY(${parameter}::text[])"
        )
        .expect("a String takes everything");
    }
    sql
}

fn scan(kind: Kind, from: &str) -> String {
    format!(
        "SELECT id, version, value FROM {} WHERE id {from} $1::text COLLATE \"C\" ORDER BY id LIMIT $2::bigint",
        kind.table()
    )
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
    fn a_set_of_kinds_is_in_their_order() {
        let mut kinds = Kinds::default();
        for kind in [Kind::Token, Kind::Merchant, Kind::User, Kind::Token] {
            kinds.insert(kind);
        }
        assert_eq!(kinds.iter().collect::<Vec<_>>(), [Kind::Merchant, Kind::User, Kind::Token]);
        assert_eq!(kinds.len(), 3);
        for (position, kind) in kinds.iter().enumerate() {
            assert_eq!(kinds.position(kind), position);
        }
        for (position, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(index(kind), position, "kinds are numbered as they stand");
        }
    }

    #[test]
    fn parameters_are_hidden_from_logs() {
        assert_eq!(format!("{:?}", Hidden("obLatjnx9gnqzS4myYGmLZ7LgLBA")), "(hidden)");
    }
}
