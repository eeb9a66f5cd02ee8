//! Outcome of a group of batches, decided without IO: version conflicts, final writes, and the parameters of
//! statements.

use super::session::Failure;
use super::statement::Hidden;
use crate::store::{Batch, Key, Value, Write};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// Outcome of a batch: written, or the first record with a version conflict.
pub(super) type Verdict = Result<(), Key>;

/// Final state of a record after all accepted batches of a group are applied in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last<'a> {
    /// The record exists, in this version.
    Put {
        /// Version of the record.
        version: i64,
        /// Value of the record.
        value: &'a Value,
        /// Expiry of the record.
        expires: Option<Timestamp>,
    },
    /// The record is deleted.
    Delete,
}

/// Outcome of each batch in a group, and the writes to make, by record.
#[derive(Debug)]
pub(super) struct Decided<'a> {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) writes: BTreeMap<&'a Key, Last<'a>>,
}

/// Decides on batches in order: a later batch sees the writes of an earlier one. `versions` has the existing
/// records among all those that the batches name.
pub(super) fn decide<'a>(
    batches: impl IntoIterator<Item = &'a Batch>,
    mut versions: HashMap<&'a Key, i64>,
) -> Decided<'a> {
    let mut decided = Decided { verdicts: Vec::new(), writes: BTreeMap::new() };
    for batch in batches {
        let changed =
            batch.iter().map(Write::condition).find(|(key, read)| versions.get(key) != read.as_ref());
        if let Some((key, _)) = changed {
            decided.verdicts.push(Err(key.clone()));
            continue;
        }
        for write in batch {
            match write {
                Write::Put { key, read, value, expires } => {
                    let version = read.unwrap_or(0) + 1;
                    versions.insert(key, version);
                    decided.writes.insert(key, Last::Put { version, value, expires: *expires });
                }
                Write::Delete { key, .. } => {
                    versions.remove(key);
                    decided.writes.insert(key, Last::Delete);
                }
                Write::Expect { .. } => {}
            }
        }
        decided.verdicts.push(Ok(()));
    }
    decided
}

/// Keys without duplicates and in order, as the parameters of a statement.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    keys: Vec<&'a Key>,
    kinds: Vec<i16>,
    ids: Hidden<Vec<&'a str>>,
}

impl<'a> Keys<'a> {
    pub(super) fn of(keys: impl Iterator<Item = &'a Key>) -> Self {
        let mut keys: Vec<_> = keys.collect();
        keys.sort_unstable();
        keys.dedup();
        let kinds = keys.iter().map(|key| i16::from(key.kind.number())).collect();
        let ids = Hidden(keys.iter().map(|key| key.id.as_str()).collect());
        Self { keys, kinds, ids }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(super) fn parameters(&self) -> [&(dyn ToSql + Sync); 2] {
        [&self.kinds, &self.ids]
    }

    /// Maps rows to their keys, with the value that `read` returns for each. Each row begins with the
    /// position of its key, from 1.
    pub(super) fn found<T>(
        &self,
        rows: &[Row],
        read: impl Fn(&Row) -> Result<T, tokio_postgres::Error>,
    ) -> Result<HashMap<&'a Key, T>, Failure> {
        let mut found = HashMap::with_capacity(rows.len());
        for row in rows {
            let number: i64 = row.try_get(0)?;
            let key = usize::try_from(number - 1).ok().and_then(|index| self.keys.get(index));
            if let Some(key) = key {
                found.insert(*key, read(row)?);
            }
        }
        Ok(found)
    }
}

/// Rows to insert or replace, as columns.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rows<'a> {
    pub(super) kinds: Vec<i16>,
    pub(super) ids: Vec<&'a str>,
    pub(super) versions: Vec<i64>,
    pub(super) expiries: Vec<Option<i64>>,
    pub(super) values: Vec<&'a str>,
}

/// Splits the writes into rows to put and keys to delete, both in the order of keys, so that two services
/// cannot deadlock.
pub(super) fn rows<'a>(writes: &BTreeMap<&'a Key, Last<'a>>) -> (Rows<'a>, Keys<'a>) {
    let mut rows = Rows::default();
    let mut deleted = Vec::new();
    for (key, last) in writes {
        match last {
            Last::Put { version, value, expires } => {
                rows.kinds.push(i16::from(key.kind.number()));
                rows.ids.push(&key.id);
                rows.versions.push(*version);
                rows.expiries.push(key.kind.expiry(*expires));
                rows.values.push(&value.0);
            }
            Last::Delete => deleted.push(*key),
        }
    }
    (rows, Keys::of(deleted.into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Kind;

    fn key(id: &str) -> Key {
        Key { kind: Kind::Token, id: id.to_owned() }
    }

    fn put(id: &str, read: Option<i64>) -> Write {
        Write::Put { key: key(id), read, value: Value(format!("\"{id}\"")), expires: None }
    }

    fn delete(id: &str, read: i64) -> Write {
        Write::Delete { key: key(id), read }
    }

    fn expect(id: &str, read: Option<i64>) -> Write {
        Write::Expect { key: key(id), read }
    }

    fn written(decided: &Decided<'_>) -> Vec<(String, Option<i64>)> {
        let version = |last: &Last<'_>| match last {
            Last::Put { version, .. } => Some(*version),
            Last::Delete => None,
        };
        decided.writes.iter().map(|(key, last)| (key.id.clone(), version(last))).collect()
    }

    #[test]
    fn a_later_batch_meets_what_an_earlier_one_has_left() {
        let there = key("a");
        let batches = [
            vec![put("a", Some(4)), put("b", None)],
            vec![put("a", Some(4)), put("c", None)],
            vec![put("a", Some(5)), expect("b", Some(1))],
            vec![delete("b", 1)],
            vec![expect("b", None), put("d", None)],
            vec![put("b", None), delete("d", 1), expect("c", None)],
        ];
        let decided = decide(&batches, HashMap::from([(&there, 4)]));
        assert_eq!(decided.verdicts, [Ok(()), Err(key("a")), Ok(()), Ok(()), Ok(()), Ok(())]);
        let expected = [("a", Some(6)), ("b", Some(1)), ("d", None)];
        assert_eq!(written(&decided), expected.map(|(id, version)| (id.to_owned(), version)));
    }

    #[test]
    fn all_conditions_of_a_batch_come_before_its_writes() {
        let batches = [vec![put("a", None), expect("a", Some(1))], vec![put("b", None), expect("b", None)]];
        let decided = decide(&batches, HashMap::new());
        assert_eq!(decided.verdicts, [Err(key("a")), Ok(())]);
        assert_eq!(written(&decided), [("b".to_owned(), Some(1))]);
    }

    #[test]
    fn keys_and_rows_are_in_order_and_each_key_is_there_once() {
        let user = Key { kind: Kind::User, id: "u".to_owned() };
        let all = [key("b"), user, key("a"), key("b")];
        let keys = Keys::of(all.iter());
        assert_eq!((&keys.kinds[..], &keys.ids.0[..]), (&[5, 13, 13][..], &["u", "a", "b"][..]));

        let batches = [vec![put("b", None), put("a", None), put("c", None)], vec![delete("a", 1)]];
        let decided = decide(&batches, HashMap::new());
        let (rows, deleted) = rows(&decided.writes);
        assert_eq!((&rows.kinds[..], &rows.ids[..]), (&[13, 13][..], &["b", "c"][..]));
        assert_eq!((&rows.versions[..], &rows.values[..]), (&[1, 1][..], &["\"b\"", "\"c\""][..]));
        assert_eq!((&deleted.kinds[..], &deleted.ids.0[..]), (&[13][..], &["a"][..]));
    }
}
