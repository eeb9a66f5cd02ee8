//! Merchants and brands, as they are provisioned.

use super::scan;
use crate::domain::{Brand, Catalog, Merchant};
use crate::http::controls::context::Controls;
use crate::http::controls::keys;
use crate::http::controls::outcome::answer_inside;
use crate::store::{Store, StoreError, StoreExt as _};
use axum::extract::{Request, State};
use axum::response::Response;
use ruhui_core::types::Caller;
use serde_json::{Value, json};

pub(super) async fn merchants(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, _| async move {
        let store = &*controls.service.store;
        let brands = all_brands(store).await?;
        let merchants = scan::all::<Merchant, _>(store, "", |merchant| {
            let own = brands.iter().filter(|brand| brand.merchants.contains(&merchant.mchid));
            let own: Vec<_> = own.map(|brand| &brand.brand_id).collect();
            let mut shown = keys::of_merchant(&merchant);
            shown["brand_ids"] = json!(own);
            Some(shown)
        });
        Ok(json!({ "data": merchants.await?.found }))
    })
    .await
}

pub(super) async fn brands(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, _| async move {
        let store = &*controls.service.store;
        let mut data = Vec::new();
        for brand in all_brands(store).await? {
            let catalog = store.read::<Catalog>(brand.brand_id.as_str()).await?;
            data.push(shown(&brand, catalog.map(|catalog| catalog.record)));
        }
        Ok(json!({ "data": data }))
    })
    .await
}

/// Returns all brands. There are few, and the service has all of them in memory.
pub(super) async fn all_brands(store: &dyn Store) -> Result<Vec<Brand>, StoreError> {
    Ok(scan::all(store, "", Some).await?.found)
}

/// Returns a caller as `POST /sandbox/call` takes it.
pub(super) fn caller(caller: &Caller) -> Value {
    match caller {
        Caller::Merchant(mchid) => json!({ "mchid": mchid }),
        Caller::Brand(brand_id) => json!({ "brand_id": brand_id }),
    }
}

fn shown(brand: &Brand, catalog: Option<Catalog>) -> Value {
    let certificates: Vec<Value> = keys::of_certificates(&brand.certificates);
    let (cards, activities) = catalog.map_or_else(Default::default, |it| (it.cards, it.activities));
    json!({
        "brand_id": brand.brand_id,
        "name": brand.name,
        "merchants": brand.merchants,
        "appids": brand.appids,
        "feature": brand.feature,
        // A brand with a certificate signs requests by itself.
        "acts_on_its_own": !certificates.is_empty(),
        "certificates": certificates,
        "has_api_key": brand.api_key.is_some(),
        "feed_templates": brand.feed_templates,
        "card_ids": cards,
        "activity_ids": activities,
    })
}
