//! What a statement for records found.

use super::session::Failure;
use super::statement::index;
use crate::store::Key;
use std::collections::HashMap;
use tokio_postgres::Row;

/// Rows, by the record that each is of: they begin with the kind and the id.
pub(super) struct ByKey<'a>(HashMap<(usize, &'a str), &'a Row>);

impl<'a> ByKey<'a> {
    pub(super) fn of(rows: &'a [Row]) -> Result<Self, Failure> {
        let mut found = HashMap::with_capacity(rows.len());
        for row in rows {
            let kind: i64 = row.try_get(0)?;
            found.insert((usize::try_from(kind).unwrap_or(usize::MAX), row.try_get(1)?), row);
        }
        Ok(Self(found))
    }

    /// The row of a record, if it is there.
    pub(super) fn row(&self, key: &Key) -> Option<&'a Row> {
        self.0.get(&(index(key.kind), key.id.as_str())).copied()
    }
}
