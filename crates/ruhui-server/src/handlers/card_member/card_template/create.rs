//! 创建会员卡模板: creates a card template.

use super::listed;
use crate::domain::Claim;
use crate::domain::rights::brand_of;
use crate::domain::template::{self, Creation};
use crate::error::Error;
use crate::handlers::card_member::catalog::LoadedCatalog;
use crate::handlers::card_member::image::check_picture;
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use crate::store::records::put;
use crate::store::{Record as _, StoreExt as _};
use ruhui_core::api::card_member::{CardTemplate, CreateCardTemplate};
use ruhui_core::api::{Endpoint as _, FamilyMarker};
use ruhui_core::env::{Entropy, alphanumeric};
use ruhui_core::types::CardId;

/// The endpoint's name in claims, the same for both families.
const CALL: &str = CreateCardTemplate::<ruhui_core::api::Partner>::PATH;

impl<F: FamilyMarker> Handle for CreateCardTemplate<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<CardTemplate>, Error> {
        let brand_id = call.brand_id(&call.request.brand_id)?;
        let directory = service.directory();
        let brand = brand_of(&call.caller, directory.brand(brand_id).map(|brand| &brand.record))?;
        template::check_creation(&call.request, brand, call.policy().reach)?;
        check_picture(service, call.policy(), &call.request.card_picture_url, None).await?;

        let claim = Claim::out_request_no(CALL, brand_id, call.request.out_request_no.as_str());
        let earlier = service.store.read::<Claim>(&claim.id()).await?.map(|claim| claim.record);
        let mut shelf = LoadedCatalog::of(service, brand_id).await?;
        let templates = listed(service, &shelf.catalog).await?;
        let creation =
            Creation { asked: &call.request, brand_id, templates: &templates, earlier: earlier.as_ref() };
        let card_id = card_id(&*service.env.entropy);
        let created = template::create(creation, &call.caller, card_id, service.env.business.now())?;
        shelf.catalog.cards.push(created.card.card_id.clone());
        let batch = vec![put(&created, None), put(&claim, None), shelf.write()];
        Ok(Decision::Commit(created.card, batch))
    }
}

/// Makes a template id like those of the documents' samples: 28 characters, the first a p.
fn card_id(entropy: &dyn Entropy) -> CardId {
    CardId::new(format!("p{}", alphanumeric(entropy, 27))).expect("28 letters and digits are an id")
}
