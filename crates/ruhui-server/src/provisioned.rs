//! The provisioned state and its version: the bookkeeping of the last configuration file that was applied.

use crate::store::{Key, Kind, Record, Store, StoreError, Stored, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Digests by table and id.
pub(crate) type Digests = BTreeMap<String, BTreeMap<String, String>>;

/// The last application of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Provisioned {
    /// Of each entry of the file: whether the file says something new.
    #[serde(default)]
    pub(crate) entries: Digests,
    /// Of each record as it was written when its entry was last applied: whether a caller has changed it since. A
    /// release that knows no `entries` compares its own records with these, so an entry that did not change keeps its
    /// digest here, and such a replica next to this one has nothing to write.
    #[serde(default)]
    pub(crate) digests: Digests,
    /// The bookkeeping of the first release: tables and ids only. The file alone changed its records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<(String, String)>,
}

impl Provisioned {
    pub(crate) const ID: &str = "provisioned";

    /// Whether the file's entry is another one than when it was last applied.
    pub(crate) fn is_edited(
        &self,
        key: &Key,
        entry: Option<&String>,
        current: Option<&Stored>,
        value: &Value,
    ) -> bool {
        if let Some(applied) = find(&self.entries, key) {
            return Some(applied) != entry;
        }
        // A release before noted records alone. Its digest differs from that of today's record if the entry was edited,
        // and also if the two releases write records in different forms. The file wins only if no caller would lose by
        // it.
        find(&self.digests, key).is_none_or(|written| {
            let is_untouched = current.is_none_or(|stored| digest(&stored.value) == *written);
            is_untouched && digest(&value.0) != *written
        })
    }

    /// The records that it knows of and `after` does not.
    pub(crate) fn gone(&self, after: &Self) -> Vec<Key> {
        let noted = self.digests.iter().flat_map(|(table, ids)| ids.keys().map(move |id| (table, id)));
        let named = self.keys.iter().map(|(table, id)| (table, id));
        let keys = noted.chain(named).filter_map(|(table, id)| {
            let kind = Kind::ALL.into_iter().find(|kind| kind.table() == table)?;
            Some(Key { kind, id: id.clone() })
        });
        keys.filter(|key| find(&after.digests, key).is_none()).collect()
    }
}

pub(crate) fn digest(text: &str) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()))
}

pub(crate) fn find<'a>(digests: &'a Digests, key: &Key) -> Option<&'a String> {
    digests.get(key.kind.table())?.get(&key.id)
}

pub(crate) fn note(digests: &mut Digests, key: &Key, digest: String) {
    digests.entry(key.kind.table().to_owned()).or_default().insert(key.id.clone(), digest);
}

impl Record for Provisioned {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        Self::ID.to_owned()
    }
}

/// A record whose version says that a file has been applied. It is small: every service loads it twice a second.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Applied {}

impl Applied {
    pub(crate) const ID: &str = "applied";
}

impl Record for Applied {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        Self::ID.to_owned()
    }
}

/// The version of the provisioned records; another one says that a file has been applied since.
///
/// # Errors
///
/// [`StoreError`] when the store fails.
pub(crate) async fn version(store: &dyn Store) -> Result<Option<i64>, StoreError> {
    let found = store.load(&[Applied::key(&Applied {}.id())]).await?;
    Ok(found.into_iter().flatten().next().map(|stored| stored.version))
}
