//! 会员活动: the handlers of membership activities.

mod create;
mod list;
mod modify;

use super::catalog;
use crate::domain::{Activity, Catalog};
use crate::service::Service;
use crate::store::{Loaded, StoreError};

/// Reads the activities of a catalog, in its order.
async fn listed(service: &Service, catalog: &Catalog) -> Result<Vec<Loaded<Activity>>, StoreError> {
    let ids: Vec<String> = catalog.activities.iter().map(u64::to_string).collect();
    catalog::records(service, &ids).await
}
