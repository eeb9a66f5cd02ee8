//! 修改、失效会员卡模板: modifies and invalidates a card template.

use super::of_brand;
use crate::domain::rights::brand_of;
use crate::domain::template;
use crate::error::Error;
use crate::handlers::card_member::image::check_picture;
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use ruhui_core::api::FamilyMarker;
use ruhui_core::api::card_member::{CardTemplate, InvalidateCardTemplate, ModifyCardTemplate};

impl<F: FamilyMarker> Handle for ModifyCardTemplate<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<CardTemplate>, Error> {
        let brand_id = call.brand_id(&call.request.brand_id)?;
        let directory = service.directory();
        let brand = brand_of(&call.caller, directory.brand(brand_id).map(|brand| &brand.record))?;
        let loaded = of_brand(service, brand_id, &call.request.card_id).await?;
        let (reach, now) = (call.policy().reach, service.env.business.now());
        let modified = template::modify(&loaded.record, &call.request, brand, reach, now)?;
        let picture = &modified.card.card_picture_url;
        check_picture(service, call.policy(), picture, Some(&loaded.record.card.card_picture_url)).await?;
        let batch = vec![loaded.replace(&modified)];
        Ok(Decision::Commit(modified.card, batch))
    }
}

impl<F: FamilyMarker> Handle for InvalidateCardTemplate<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<CardTemplate>, Error> {
        let brand_id = call.brand_id(&call.request.brand_id)?;
        let directory = service.directory();
        brand_of(&call.caller, directory.brand(brand_id).map(|brand| &brand.record))?;
        let loaded = of_brand(service, brand_id, &call.request.card_id).await?;
        let ended = template::invalidate(&loaded.record, service.env.business.now());
        let write = if ended == loaded.record { loaded.unchanged() } else { loaded.replace(&ended) };
        let batch = vec![write];
        Ok(Decision::Commit(ended.card, batch))
    }
}
