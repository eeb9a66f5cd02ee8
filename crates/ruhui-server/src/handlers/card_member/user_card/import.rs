//! 导入存量会员.

use crate::domain::Claim;
use crate::domain::member::{self, Setting};
use crate::domain::rights::brand_of;
use crate::error::Error;
use crate::handlers::card_member::card_state::{Ground, Subject, is_uploaded};
use crate::http::{Call, Handle};
use crate::service::Service;
use crate::store::Record as _;
use ruhui_core::api::card_member::{ImportUserCardByOpenid, ImportUserCardByPhone, UserCard};
use ruhui_core::api::{FamilyMarker, rows};

impl<F: FamilyMarker> Handle for ImportUserCardByOpenid<F> {
    async fn handle(service: &Service, call: Call<Self>) -> Result<UserCard, Error> {
        let request = &call.request;
        let Self { card_id, openid, user_card_code, card_picture_url, .. } = request;
        let brand_id = call.brand_id(&request.brand_id)?;
        let subject = Subject { caller: &call.caller, brand_id, card_id, openid };
        let code = Claim::key(&Claim::user_card_code(card_id, user_card_code.as_str()).id());
        let is_picture_uploaded = is_uploaded(service, card_picture_url.as_ref()).await?;
        loop {
            let ground = Ground::load(service, subject, [code.clone()]).await?;
            if !ground.template.is_effective() {
                return Err((&rows::TEMPLATE_INVALID).into());
            }
            ground.check_openid(service, openid)?;
            let setting = Setting {
                template: &ground.template.card,
                is_code_taken: ground.snapshot.has(&code),
                is_picture_uploaded,
                now: ground.now,
            };
            let step = member::import(ground.member.as_ref(), brand_id, request, setting)?;
            if service.settle(&call, ground.batch(&step), &step.card).await? {
                return Ok(step.card);
            }
        }
    }
}

/// WeChat Pay has never launched this call.
impl Handle for ImportUserCardByPhone {
    async fn handle(service: &Service, call: Call<Self>) -> Result<UserCard, Error> {
        let directory = service.directory();
        let brand = directory.brand(&call.request.brand_id).map(|brand| &brand.record);
        brand_of(&call.caller, brand)?;
        Err((&rows::NOT_OPENED_YET).into())
    }
}
