//! From a configuration into the store.
//!
//! The file and the API both change records. The file wins when it says something new; what the API changed
//! stays as long as the file says the same as before.

use super::Provision;
use crate::domain::Catalog;
use crate::store::records::put;
use crate::store::{
    CommitError, Key, Kind, Loaded, Record, Store, StoreError, StoreExt as _, Stored, Value, Write,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Digests by table and id.
type Digests = BTreeMap<String, BTreeMap<String, String>>;

/// The last application of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Provisioned {
    /// Of each entry of the file: whether the file says something new.
    #[serde(default)]
    entries: Digests,
    /// Of each record as it was written when its entry was last applied: whether a caller has changed it since. A
    /// release that knows no `entries` compares its own records with these, so an entry that did not change keeps its
    /// digest here, and such a replica next to this one has nothing to write.
    #[serde(default)]
    digests: Digests,
    /// What the first release wrote instead: tables and ids only. Nothing changed its records but the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<(String, String)>,
}

impl Provisioned {
    const ID: &str = "provisioned";

    /// Whether the file's entry is another one than when it was last applied.
    fn is_edited(&self, key: &Key, entry: Option<&String>, current: Option<&Stored>, value: &Value) -> bool {
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
    fn gone(&self, after: &Self) -> Vec<Key> {
        let noted = self.digests.iter().flat_map(|(table, ids)| ids.keys().map(move |id| (table, id)));
        let named = self.keys.iter().map(|(table, id)| (table, id));
        let keys = noted.chain(named).filter_map(|(table, id)| {
            let kind = Kind::ALL.into_iter().find(|kind| kind.table() == table)?;
            Some(Key { kind, id: id.clone() })
        });
        keys.filter(|key| find(&after.digests, key).is_none()).collect()
    }
}

fn digest(text: &str) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()))
}

fn find<'a>(digests: &'a Digests, key: &Key) -> Option<&'a String> {
    digests.get(key.kind.table())?.get(&key.id)
}

fn note(digests: &mut Digests, key: &Key, digest: String) {
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
struct Applied {}

impl Record for Applied {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        "applied".to_owned()
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

impl Provision {
    /// Brings the store in line with the file: entries that are new, or that the file changed since it was
    /// last applied, are written; entries that an earlier application wrote and that are gone from the file
    /// are removed; all else stays, also what was changed through the API meanwhile.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails; nothing was changed then.
    pub async fn apply(&self, store: &dyn Store) -> Result<(), StoreError> {
        loop {
            let batch = self.changes(store).await?;
            if batch.is_empty() {
                return Ok(());
            }
            match store.commit(batch).await {
                Ok(()) => return Ok(()),
                // Another service over this store: look again.
                Err(CommitError::Changed(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
    }

    /// Every record that the file describes.
    fn records(&self) -> Vec<Write> {
        let merchants = self.merchants.iter().map(|record| put(record, None));
        let brands = self.brands.iter().map(|record| put(record, None));
        let templates = self.templates.iter().map(|record| put(record, None));
        let users = self.users.iter().map(|record| put(record, None));
        let members = self.members.iter().map(|record| put(record, None));
        let claims = self.claims.iter().map(|record| put(record, None));
        merchants.chain(brands).chain(templates).chain(users).chain(members).chain(claims).collect()
    }

    /// The catalogs that do not name all of the file's templates yet. What the API has put there stays.
    async fn enrol(&self, store: &dyn Store) -> Result<Vec<Write>, StoreError> {
        let mut writes = Vec::new();
        for brand in &self.brands {
            let read = store.read::<Catalog>(brand.brand_id.as_str()).await?;
            let mut catalog = read
                .as_ref()
                .map_or_else(|| Catalog::empty(brand.brand_id.clone()), |loaded| loaded.record.clone());
            let cards = self.templates.iter().map(|template| &template.card);
            for card in cards.filter(|card| card.brand_id == brand.brand_id) {
                if !catalog.cards.contains(&card.card_id) {
                    catalog.cards.push(card.card_id.clone());
                }
            }
            let before = read.as_ref().map(|loaded| loaded.record.cards.len()).unwrap_or_default();
            if catalog.cards.len() > before {
                writes.push(put(&catalog, read.map(|loaded| loaded.version)));
            }
        }
        Ok(writes)
    }

    /// What has to be written.
    async fn changes(&self, store: &dyn Store) -> Result<Vec<Write>, StoreError> {
        let noted = store.read::<Provisioned>(Provisioned::ID).await?;
        let (before, version) =
            noted.map_or_else(Default::default, |Loaded { record, version }| (record, Some(version)));
        let mut after = Provisioned::default();
        let mut batch = Vec::new();

        let records = self.records();
        let keys: Vec<Key> = records.iter().map(|write| write.condition().0.clone()).collect();
        for (write, current) in records.into_iter().zip(store.load(&keys).await?) {
            let Write::Put { key, value, expires, .. } = write else { continue };
            let entry = self.entries.digest(&key);
            let is_edited = before.is_edited(&key, entry, current.as_ref(), &value);
            if let Some(entry) = entry {
                note(&mut after.entries, &key, entry.clone());
            }
            let written = find(&before.digests, &key).filter(|_| !is_edited && current.is_some());
            note(&mut after.digests, &key, written.cloned().unwrap_or_else(|| digest(&value.0)));
            let is_same = current.as_ref().is_some_and(|stored| stored.value == value.0);
            if !is_same && (is_edited || current.is_none()) {
                let read = current.map(|stored| stored.version);
                batch.push(Write::Put { key, read, value, expires });
            }
        }

        let gone = before.gone(&after);
        for (key, stored) in gone.iter().cloned().zip(store.load(&gone).await?) {
            batch.extend(stored.map(|Stored { version, .. }| Write::Delete { key, read: version }));
        }
        if before != after {
            let applied = store.read::<Applied>(&Applied {}.id()).await?.map(|loaded| loaded.version);
            batch.push(put(&Applied {}, applied));
            batch.push(put(&after, version));
        }
        batch.extend(self.enrol(store).await?);
        Ok(batch)
    }
}
