//! The catalog of a brand: its templates and activities.

use crate::domain::Catalog;
use crate::service::Service;
use crate::store::records::replace_or_create;
use crate::store::{Loaded, Record, StoreError, StoreExt as _, Write};
use ruhui_core::types::BrandId;

/// A brand's catalog, with the record that was read. A brand whose catalog is empty may have no record.
pub(super) struct LoadedCatalog {
    pub(super) catalog: Catalog,
    read: Option<Loaded<Catalog>>,
}

impl LoadedCatalog {
    /// Reads the catalog of a brand.
    pub(super) async fn of(service: &Service, brand_id: &BrandId) -> Result<Self, StoreError> {
        let read = service.store.read::<Catalog>(brand_id.as_str()).await?;
        let record = read.as_ref().map(|loaded| loaded.record.clone());
        let catalog = record.unwrap_or_else(|| Catalog::empty(brand_id.clone()));
        Ok(Self { catalog, read })
    }

    /// The condition that the catalog has not changed since it was read.
    pub(super) fn unchanged(&self) -> Write {
        Write::Expect {
            key: Catalog::key(&self.catalog.id()),
            read: self.read.as_ref().map(|loaded| loaded.version),
        }
    }

    /// The write of the changed catalog.
    pub(super) fn write(&self) -> Write {
        replace_or_create(self.read.as_ref(), &self.catalog)
    }
}

/// Reads the records with these ids, in the same order. Records that were removed since they were listed are omitted.
pub(super) async fn records<T: Record>(
    service: &Service,
    ids: &[impl AsRef<str> + Sync],
) -> Result<Vec<Loaded<T>>, StoreError> {
    let loaded = service.store.read_many::<T>(ids).await?;
    Ok(loaded.into_iter().flatten().collect())
}
