//! Provisions the store from a configuration.
//!
//! The file and the API both change records. An entry of the file wins when it was edited. Changes by the API stay as
//! long as the entry is as it was when it was last applied.

use super::Provision;
use crate::domain::Catalog;
use crate::provisioned::{Applied, Provisioned, digest, find, note};
use crate::store::records::{put, replace_or_create};
use crate::store::{
    CommitError, Key, Loaded, Record, Store, StoreError, StoreExt as _, Stored, Value, Write,
};

/// A record that the file describes: the write that creates it, and the JSON that replaces a stored one.
struct Entry<'a> {
    write: Write,
    replace: Box<dyn Fn(Stored) -> Result<Value, StoreError> + Send + Sync + 'a>,
}

impl<'a> Entry<'a> {
    fn of<T: Record>(record: &'a T) -> Self {
        let replace = |stored| Ok(Loaded::read(&record.id(), stored)?.rewritten(record));
        Self { write: put(record, None), replace: Box::new(replace) }
    }
}

impl Provision {
    /// Brings the store in line with the file. Entries that are new, or edited since they were last applied, are
    /// written. Entries that were applied earlier and are gone from the file are removed. All other records stay,
    /// with the changes made by the API.
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
                // Version conflict: another service changed the store, so the changes are computed again.
                Err(CommitError::Changed(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
    }

    /// All records that the file describes.
    fn records(&self) -> Vec<Entry<'_>> {
        let merchants = self.merchants.iter().map(Entry::of);
        let brands = self.brands.iter().map(Entry::of);
        let templates = self.templates.iter().map(Entry::of);
        let users = self.users.iter().map(Entry::of);
        let members = self.members.iter().map(Entry::of);
        let claims = self.claims.iter().map(Entry::of);
        merchants.chain(brands).chain(templates).chain(users).chain(members).chain(claims).collect()
    }

    /// Writes to catalogs that do not name all of the file's templates yet. Entries that the API added stay.
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
                writes.push(replace_or_create(read.as_ref(), &catalog));
            }
        }
        Ok(writes)
    }

    /// Computes the writes that bring the store in line with the file.
    async fn changes(&self, store: &dyn Store) -> Result<Vec<Write>, StoreError> {
        let noted = store.read::<Provisioned>(Provisioned::ID).await?;
        let before = noted.as_ref().map(|loaded| loaded.record.clone()).unwrap_or_default();
        let mut after = Provisioned::default();
        let mut batch = Vec::new();

        let records = self.records();
        let keys: Vec<Key> = records.iter().map(|entry| entry.write.condition().0.clone()).collect();
        for (Entry { write, replace }, current) in records.into_iter().zip(store.load(&keys).await?) {
            let Write::Put { key, value, expires, .. } = write else { continue };
            let entry = self.entries.digest(&key);
            let is_edited = before.is_edited(&key, entry, current.as_ref(), &value);
            if let Some(entry) = entry {
                note(&mut after.entries, &key, entry.clone());
            }
            let written = find(&before.digests, &key).filter(|_| !is_edited && current.is_some());
            note(&mut after.digests, &key, written.cloned().unwrap_or_else(|| digest(&value.0)));
            let is_same = current.as_ref().is_some_and(|stored| stored.value == value.0);
            let is_missing = current.is_none();
            let read = current.as_ref().map(|stored| stored.version);
            // Each record is read, edited or not: if one cannot be read, nothing is written.
            let value = current.map_or(Ok(value), replace)?;
            if !is_same && (is_edited || is_missing) {
                batch.push(Write::Put { key, read, value, expires });
            }
        }

        let gone = before.gone(&after);
        for (key, stored) in gone.iter().cloned().zip(store.load(&gone).await?) {
            batch.extend(stored.map(|Stored { version, .. }| Write::Delete { key, read: version }));
        }
        if before != after {
            let applied = store.read::<Applied>(&Applied {}.id()).await?;
            batch.push(replace_or_create(applied.as_ref(), &Applied {}));
            batch.push(replace_or_create(noted.as_ref(), &after));
        }
        batch.extend(self.enrol(store).await?);
        Ok(batch)
    }
}
