//! What a brand has.

use crate::domain::Catalog;
use crate::service::Service;
use crate::store::records::put;
use crate::store::{Loaded, Record, StoreError, StoreExt as _, Write};
use ruhui_core::types::BrandId;

/// A brand's catalog, and the version that it was read at; a brand that has nothing has no record of it.
pub(super) struct Shelf {
    pub(super) catalog: Catalog,
    version: Option<i64>,
}

impl Shelf {
    /// Reads it.
    pub(super) async fn of(service: &Service, brand_id: &BrandId) -> Result<Self, StoreError> {
        let read = service.store.read::<Catalog>(brand_id.as_str()).await?;
        let version = read.as_ref().map(|loaded| loaded.version);
        let catalog = read.map_or_else(|| Catalog::empty(brand_id.clone()), |loaded| loaded.record);
        Ok(Self { catalog, version })
    }

    /// A condition: nothing was added since.
    pub(super) fn unchanged(&self) -> Write {
        Write::Expect { key: Catalog::key(&self.catalog.id()), read: self.version }
    }

    /// The write that keeps it with what was added.
    pub(super) fn write(&self) -> Write {
        put(&self.catalog, self.version)
    }
}

/// The records of these ids, in the same order; what has been removed since they were listed is left out.
pub(super) async fn records<T: Record>(
    service: &Service,
    ids: &[impl AsRef<str> + Sync],
) -> Result<Vec<Loaded<T>>, StoreError> {
    let loaded = service.store.read_many::<T>(ids).await?;
    Ok(loaded.into_iter().flatten().collect())
}
