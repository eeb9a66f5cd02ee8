//! The provisioned state: its version, and the digests of the configuration file that was applied last.

use crate::store::{Key, Kind, Record, Store, StoreError, Stored, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Digests of entries or records, by table and id.
pub(crate) type Digests = BTreeMap<String, BTreeMap<String, String>>;

/// The record of the last configuration file that was applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Provisioned {
    /// Digest of each entry of the file. A different digest shows that the entry was edited.
    #[serde(default)]
    pub(crate) entries: Digests,
    /// Digest of each record as it was written when its entry was last applied. A different digest shows that a
    /// caller has changed the record since. A release that knows no `entries` compares its own records with these
    /// digests, so an entry that did not change keeps its digest here, and a replica of such a release next to this
    /// one writes nothing.
    #[serde(default)]
    pub(crate) digests: Digests,
    /// Tables and ids of the records, as the first release noted them. Only the file changed those records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<(String, String)>,
}

impl Provisioned {
    pub(crate) const ID: &str = "provisioned";

    /// Whether an entry of the file was edited since it was last applied.
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
        // An earlier release noted digests of records only. Such a digest differs from that of today's record if the
        // entry was edited, and also if the two releases write records in different forms. The file's entry wins only
        // if it overwrites no caller's change.
        find(&self.digests, key).is_none_or(|written| {
            let is_untouched = current.is_none_or(|stored| digest(&stored.value) == *written);
            is_untouched && digest(&value.0) != *written
        })
    }

    /// Keys of the records that this state notes and `after` does not.
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

/// The record whose version changes whenever a file is applied. It is small, since every service loads it twice a
/// second.
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

/// Returns the version of the provisioned state. A different version means that a file has been applied since.
///
/// # Errors
///
/// [`StoreError`] when the store fails.
pub(crate) async fn version(store: &dyn Store) -> Result<Option<i64>, StoreError> {
    let found = store.load(&[Applied::key(&Applied {}.id())]).await?;
    Ok(found.into_iter().flatten().next().map(|stored| stored.version))
}
