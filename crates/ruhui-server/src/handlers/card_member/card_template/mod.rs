//! 会员卡模板: the handlers of card templates.

mod create;
mod list;
mod modify;

use super::catalog;
use crate::domain::{Catalog, Template};
use crate::error::Error;
use crate::service::Service;
use crate::store::{Loaded, StoreError, StoreExt as _};
use ruhui_core::api::rows;
use ruhui_core::types::{BrandId, CardId};

/// Reads the brand's template with this id, as it is now.
async fn of_brand(
    service: &Service,
    brand_id: &BrandId,
    card_id: &CardId,
) -> Result<Loaded<Template>, Error> {
    let template = service.store.read::<Template>(card_id.as_str()).await?;
    let of_brand = template.filter(|template| template.record.card.brand_id == *brand_id);
    Ok(of_brand.ok_or(&rows::TEMPLATE_NOT_FOUND)?)
}

/// Reads the templates of a catalog, in its order.
async fn listed(service: &Service, catalog: &Catalog) -> Result<Vec<Template>, StoreError> {
    let ids: Vec<&str> = catalog.cards.iter().map(CardId::as_str).collect();
    let loaded = catalog::records(service, &ids).await?;
    Ok(loaded.into_iter().map(|loaded| loaded.record).collect())
}
