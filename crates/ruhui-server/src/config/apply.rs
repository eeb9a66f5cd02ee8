//! From a configuration into the store.

use super::Provision;
use crate::store::records::put;
use crate::store::{Key, Kind, Record, Store, StoreError, StoreExt as _, Write};
use serde::{Deserialize, Serialize};

/// What the last application of a file put into the store, so that the next one can take away what the file
/// no longer describes.
#[derive(Serialize, Deserialize, Default)]
struct Provisioned {
    keys: Vec<(String, String)>,
}

impl Record for Provisioned {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        "provisioned".to_owned()
    }
}

impl Provision {
    /// Brings the store in line with the file: new and changed entries are written, entries that an earlier
    /// application wrote and that are gone from the file are removed, all else stays.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails; applying again continues.
    pub async fn apply(&self, store: &dyn Store) -> Result<(), StoreError> {
        let before =
            store.read::<Provisioned>("provisioned").await?.map(|loaded| loaded.record).unwrap_or_default();
        let records: Vec<Write> = [
            self.merchants.iter().map(|record| put(record, None)).collect::<Vec<_>>(),
            self.brands.iter().map(|record| put(record, None)).collect(),
            self.templates.iter().map(|record| put(record, None)).collect(),
            self.users.iter().map(|record| put(record, None)).collect(),
        ]
        .concat();
        let name = |key: &Key| (key.kind.table().to_owned(), key.id.clone());
        let after = Provisioned { keys: records.iter().map(|write| name(write.condition().0)).collect() };
        for write in records {
            store.overwrite(write).await?;
        }
        for (table, id) in before.keys.iter().filter(|key| !after.keys.contains(key)) {
            if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.table() == table) {
                store.remove(Key { kind, id: id.clone() }).await?;
            }
        }
        store.overwrite(put(&after, None)).await
    }
}
