//! 同步开卡结果.

use crate::domain::Claim;
use crate::domain::member::{self, Setting};
use crate::error::Error;
use crate::handlers::card_member::card_state::{Ground, Subject, is_uploaded};
use crate::http::{Call, Handle};
use crate::service::Service;
use crate::store::Record as _;
use ruhui_core::api::FamilyMarker;
use ruhui_core::api::card_member::{ConfirmUserCard, UserCard};

impl<F: FamilyMarker> Handle for ConfirmUserCard<F> {
    async fn handle(service: &Service, call: Call<Self>) -> Result<UserCard, Error> {
        let request = &call.request;
        let Self { card_id, openid, user_card_code, card_picture_url, .. } = request;
        let brand_id = call.brand_id(&request.brand_id)?;
        let subject = Subject { caller: &call.caller, brand_id, card_id, openid };
        let code = Claim::key(&Claim::user_card_code(card_id, user_card_code.as_str()).id());
        let is_picture_uploaded = is_uploaded(service, card_picture_url.as_ref()).await?;
        loop {
            let ground = Ground::load(service, subject, [code.clone()]).await?;
            ground.check_openid(service, openid)?;
            let setting = Setting {
                template: &ground.template.card,
                is_code_taken: ground.snapshot.has(&code),
                is_picture_uploaded,
                now: ground.now,
            };
            let step = member::confirm(ground.member.as_ref(), request, setting)?;
            if service.settle(&call, ground.batch(&step), &step.card).await? {
                return Ok(step.card);
            }
        }
    }
}
