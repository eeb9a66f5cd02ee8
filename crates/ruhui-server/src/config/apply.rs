//! From a configuration into the store.
//!
//! The file and the API both change records. The file wins when it says something new; what the API changed
//! stays as long as the file says the same as before.

use super::Provision;
use crate::domain::Catalog;
use crate::provisioned::{Applied, Provisioned, digest, find, note};
use crate::store::records::put;
use crate::store::{CommitError, Key, Loaded, Record as _, Store, StoreError, StoreExt as _, Stored, Write};

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
