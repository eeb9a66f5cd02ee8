//! What becomes of a group of batches: pure.

use super::statement::{Hidden, Kinds};
use crate::store::{Batch, Key, Kind, Value, Write};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use tokio_postgres::types::ToSql;

/// What a batch comes to: written, or the first record that is not what it was based on.
pub(super) type Verdict = Result<(), Key>;

/// What is written of a record when all batches that hold are applied, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last<'a> {
    /// It is there, in this version.
    Put {
        /// The version.
        version: i64,
        /// The value.
        value: &'a Value,
        /// When it may be forgotten.
        expires: Option<Timestamp>,
    },
    /// It is gone.
    Delete,
}

/// The verdicts on a group, and what is to be written, by record.
#[derive(Debug)]
pub(super) struct Decided<'a> {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) writes: BTreeMap<&'a Key, Last<'a>>,
}

/// Decides on batches in their order: a later one meets what an earlier one has left. `versions` has the records
/// that are there, of all that the batches name.
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

/// Keys, with their ids in one list for each kind.
#[derive(Debug, Default)]
pub(super) struct Ids<'a> {
    pub(super) kinds: Kinds,
    lists: Vec<Hidden<Vec<&'a str>>>,
}

impl<'a> Ids<'a> {
    /// Each key once, in order.
    pub(super) fn of(keys: impl Iterator<Item = &'a Key> + Clone) -> Self {
        let mut ids = Self::default();
        for key in keys.clone() {
            ids.kinds.insert(key.kind);
        }
        ids.lists.resize_with(ids.kinds.len(), || Hidden(Vec::new()));
        for key in keys {
            ids.lists[ids.kinds.position(key.kind)].0.push(&key.id);
        }
        for Hidden(list) in &mut ids.lists {
            list.sort_unstable();
            list.dedup();
        }
        ids
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// The lists, as a statement for these kinds takes them.
    pub(super) fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.lists.iter().map(|list| list as _).collect()
    }
}

/// The rows of one kind's table that are put, column by column.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rows<'a> {
    pub(super) ids: Vec<&'a str>,
    pub(super) versions: Vec<i64>,
    pub(super) values: Vec<&'a str>,
    pub(super) expiries: Vec<Option<i64>>,
}

/// The writes, one list for each kind: rows to put and ids to delete. Both are in the order of ids, so that nobody
/// waits crosswise.
pub(super) fn by_kind<'a>(
    writes: &BTreeMap<&'a Key, Last<'a>>,
) -> (BTreeMap<Kind, Rows<'a>>, BTreeMap<Kind, Vec<&'a str>>) {
    let mut puts: BTreeMap<Kind, Rows<'a>> = BTreeMap::new();
    let mut deletes: BTreeMap<Kind, Vec<&'a str>> = BTreeMap::new();
    for (key, last) in writes {
        match last {
            Last::Put { version, value, expires } => {
                let rows = puts.entry(key.kind).or_default();
                rows.ids.push(&key.id);
                rows.versions.push(*version);
                rows.values.push(&value.0);
                rows.expiries.push(expires.map(Timestamp::as_millisecond));
            }
            Last::Delete => deletes.entry(key.kind).or_default().push(&key.id),
        }
    }
    (puts, deletes)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn ids_and_rows_are_by_kind_and_in_order() {
        let user = Key { kind: Kind::User, id: "u".to_owned() };
        let keys = [key("b"), user.clone(), key("a"), key("b")];
        let ids = Ids::of(keys.iter());
        let lists: Vec<_> = ids.lists.into_iter().map(|Hidden(list)| list).collect();
        assert_eq!(lists, [vec!["u"], vec!["a", "b"]]);

        let batches = [vec![put("b", None), put("a", None)], vec![delete("a", 1)]];
        let decided = decide(&batches, HashMap::new());
        let (puts, deletes) = by_kind(&decided.writes);
        assert_eq!(puts[&Kind::Token].ids, ["b"]);
        assert_eq!(
            (&puts[&Kind::Token].versions[..], &puts[&Kind::Token].values[..]),
            (&[1][..], &["\"b\""][..])
        );
        assert_eq!(deletes[&Kind::Token], ["a"]);
    }
}
