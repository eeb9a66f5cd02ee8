//! 查询会员卡模板: lists card templates.

use super::{listed, of_brand};
use crate::domain::page::page;
use crate::domain::rights::brand_of;
use crate::error::Error;
use crate::handlers::card_member::catalog::LoadedCatalog;
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use ruhui_core::api::FamilyMarker;
use ruhui_core::api::card_member::{CardTemplate, CardTemplates, ListCardTemplates, QueryCardTemplate};

impl<F: FamilyMarker> Handle for ListCardTemplates<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<CardTemplates>, Error> {
        let brand_id = call.brand_id(&call.request.brand_id)?;
        let directory = service.directory();
        brand_of(&call.caller, directory.brand(brand_id).map(|brand| &brand.record))?;

        let Self { state, offset, limit, .. } = &call.request;
        let shelf = LoadedCatalog::of(service, brand_id).await?;
        let cards = listed(service, &shelf.catalog).await?.into_iter().map(|template| template.card);
        let asked = cards.filter(|card| state.as_ref().is_none_or(|state| card.state == *state));
        let (data, total_count) = page(asked.collect(), *offset, *limit);
        let (offset, limit) = (offset.count() as u64, limit.count() as u64);
        Ok(Decision::Respond(CardTemplates::new(data, total_count, offset, limit)))
    }
}

impl<F: FamilyMarker> Handle for QueryCardTemplate<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<CardTemplate>, Error> {
        let brand_id = call.brand_id(&call.request.brand_id)?;
        let directory = service.directory();
        brand_of(&call.caller, directory.brand(brand_id).map(|brand| &brand.record))?;
        let template = of_brand(service, brand_id, &call.request.card_id).await?;
        Ok(Decision::Respond(template.record.card))
    }
}
